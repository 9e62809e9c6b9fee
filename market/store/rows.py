"""Conversion of histories and targets to rows of the store, and back without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import UTC, datetime
from datetime import date as Date
from hashlib import blake2s
from typing import Any

from sqlalchemy import Row

from market.bar_faults import BarFault
from market.events.company_events import Dividend, Earnings, EarningsDates
from market.price_history import PriceHistory
from market.price_target import LoggedTarget, PriceTarget
from market.store.frame_codec import decode_frame, encode_frame
from market.symbols import instrument_of

FIELDS_WITH_A_COLUMN = ("symbol", "bars", "splits", "price_basis", "fetched_at")


def history_to_row(history: PriceHistory) -> dict[str, Any]:
    """Return the values of a row of `HISTORIES`. Raises `ValueError` if the bars are not daily."""
    about = {
        field.name: getattr(history, field.name) for field in fields(history) if field.name not in FIELDS_WITH_A_COLUMN
    }
    return {
        "symbol": history.symbol,
        "price_basis": history.price_basis,
        "fetched_at": None if history.fetched_at is None else to_utc_text(history.fetched_at),
        "about": json.dumps(about | _about_in_json(history)),
        "bars": encode_frame(history.bars),
        "splits": encode_frame(history.splits.to_frame("splits")),
    }


def _about_in_json(history: PriceHistory) -> dict[str, Any]:
    """Return what JSON has no form for, in one that it has."""
    return {
        "splits_name": history.splits.name,
        "faults": _faults_to_json(history.faults),
        "dividends": None if history.dividends is None else [[str(row.day), row.amount] for row in history.dividends],
    }


def history_from_row(row: Row[Any]) -> PriceHistory:
    """Return the history of a row of `HISTORIES`.

    Raises ValueError, TypeError or KeyError if the row was not written by `history_to_row`.
    """
    about = json.loads(row.about)
    faults = _faults_from_json(about.pop("faults", []))
    splits = decode_frame(row.splits)["splits"].rename(about.pop("splits_name"))
    return PriceHistory(
        symbol=row.symbol,
        bars=decode_frame(row.bars),
        splits=splits,
        price_basis=row.price_basis,
        fetched_at=None if row.fetched_at is None else datetime.fromisoformat(row.fetched_at),
        remarks=_remarks_from_json(about.pop("remarks", None), about.pop("notes", []), faults),
        faults=faults,
        dividends=_dividends_from_json(about.pop("dividends", None)),
        **({"instrument": instrument_of(row.symbol)} | about),  # older versions did not store what is traded
    )


def _remarks_from_json(
    remarks: Iterable[str] | None, notes: Iterable[str], faults: tuple[BarFault, ...]
) -> tuple[str, ...]:
    """Return the remarks; older versions stored `notes`, which say the same as the faults where there are any."""
    return tuple(remarks) if remarks is not None else () if faults else tuple(notes)


def _dividends_from_json(rows: Iterable[tuple[str, float]] | None) -> tuple[Dividend, ...] | None:
    """Return the dividends; None for a row of a version that stored none."""
    return None if rows is None else tuple(Dividend(Date.fromisoformat(day), amount) for day, amount in rows)


def _faults_to_json(faults: Iterable[BarFault]) -> list[dict[str, Any]]:
    return [asdict(fault) | {"days": [day.isoformat() for day in fault.days]} for fault in faults]


def _faults_from_json(rows: Iterable[dict[str, Any]]) -> tuple[BarFault, ...]:
    """Return the faults that `_faults_to_json` wrote; none for a row of a version before there were any."""
    return tuple(BarFault(**row | {"days": tuple(Date.fromisoformat(day) for day in row["days"])}) for row in rows)


def to_utc_text(moment: datetime) -> str:
    """Return the moment in UTC as ISO 8601. A moment without a time zone is in this computer's."""
    return moment.astimezone(UTC).isoformat()


def earnings_to_row(symbol: str, earnings: EarningsDates) -> dict[str, Any]:
    """Return the values of a row of `EARNINGS`."""
    reports = [asdict(row) | {"day": row.day.isoformat()} for row in earnings.rows]
    return {"symbol": symbol, "fetched_at": to_utc_text(earnings.fetched_at), "reports": json.dumps(reports)}


def earnings_from_row(row: Row[Any]) -> EarningsDates:
    """Return the earnings that `earnings_to_row` wrote. Raises ValueError, TypeError or KeyError for others."""
    reports = [Earnings(**report | {"day": Date.fromisoformat(report["day"])}) for report in json.loads(row.reports)]
    return EarningsDates(tuple(reports), datetime.fromisoformat(row.fetched_at))


def target_to_json(target: PriceTarget) -> str:
    """Return the target as ASCII JSON, without fields that are None: a new field leaves older rows unchanged."""
    values = {name: value for name, value in asdict(target).items() if value is not None}
    values["date"] = target.date.isoformat()
    prices = {name: float(values[name]) for name in ("target", "prior_target") if name in values}
    return json.dumps(values | prices, sort_keys=True)


def target_from_json(body: str) -> PriceTarget:
    """Return the target that `target_to_json` wrote."""
    values = json.loads(body)
    values["date"] = Date.fromisoformat(values["date"])
    return PriceTarget(**{"target": None, **values})


def logged_target(row: Row[Any]) -> LoggedTarget:
    """Return a row of the stored targets, listed or not."""
    absent_on, gone_on = (day and Date.fromisoformat(day) for day in (row.absent_on, row.gone_on))
    return LoggedTarget(target_from_json(row.body), Date.fromisoformat(row.first_seen), absent_on, gone_on)


def target_key(target: PriceTarget) -> str:
    """Return a key that equal targets share and different ones do not."""
    return blake2s(target_to_json(target).encode(), digest_size=16).hexdigest()
