"""How a history and a target are written into rows of the store, and read back without loss."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from datetime import date as Date
from hashlib import blake2s
from typing import Any

from sqlalchemy import Row

from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.store.frame_codec import decode_frame, encode_frame

APART = ("symbol", "bars", "splits", "price_basis", "fetched_at")  # with a column of their own


def history_row(history: PriceHistory) -> dict[str, Any]:
    """The values of a row of `HISTORIES`. Raises `ValueError` where the bars are not of days."""
    about = {field.name: getattr(history, field.name) for field in fields(history) if field.name not in APART}
    return {
        "symbol": history.symbol,
        "price_basis": history.price_basis,
        "fetched_at": None if history.fetched_at is None else utc(history.fetched_at),
        "about": json.dumps(about | {"splits_name": history.splits.name}),
        "bars": encode_frame(history.bars),
        "splits": encode_frame(history.splits.to_frame("splits")),
    }


def history_of(row: Row[Any]) -> PriceHistory:
    """The history of `history_row`. Raises ValueError, TypeError or KeyError where it was written by something else."""
    about = json.loads(row.about)
    splits = decode_frame(row.splits)["splits"].rename(about.pop("splits_name"))
    return PriceHistory(
        symbol=row.symbol,
        bars=decode_frame(row.bars),
        splits=splits,
        price_basis=row.price_basis,
        fetched_at=None if row.fetched_at is None else datetime.fromisoformat(row.fetched_at),
        notes=tuple(about.pop("notes")),
        **about,
    )


def utc(moment: datetime) -> str:
    """ISO, in UTC; a moment without a zone is by the clock of this computer."""
    return moment.astimezone(UTC).isoformat()


def body_of(row: PriceTarget) -> str:
    """The row as JSON in ASCII, without what is None, so that one more field leaves older rows the same."""
    filled = {name: value for name, value in asdict(row).items() if value is not None}
    filled["date"] = row.date.isoformat()
    figures = {name: float(filled[name]) for name in ("target", "prior_target") if name in filled}
    return json.dumps(filled | figures, sort_keys=True)


def target_of(body: str) -> PriceTarget:
    """The row of `body_of`."""
    filled = json.loads(body)
    filled["date"] = Date.fromisoformat(filled["date"])
    return PriceTarget(**{"target": None, **filled})


def key_of(row: PriceTarget) -> str:
    """The same for equal rows, and for no others."""
    return blake2s(body_of(row).encode(), digest_size=16).hexdigest()
