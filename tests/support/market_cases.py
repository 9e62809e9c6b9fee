"""Reported faults of a feed, from the folder `cases` of the recorded market data, as listings of the replay server."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.paths import MARKET_DATA
from tests.support.replay_server import Listing, ReplayServer

CASES = MARKET_DATA / "cases"
AFTER_THE_CLOSE = time(22)

needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/market-data/cases is not on this machine")


def serve_case(yahoo: ReplayServer, name: str) -> Listing:
    """Let the server know the one symbol of a case, some hours after its last session, and return the listing."""
    (table,) = (CASES / name / "prices").glob("*.csv")
    listed = case_listing(CASES / name, table.stem)
    now = _details(CASES / name, table.stem).get("now")
    yahoo.now = _moment(now) if now else listed.at(listed.bars.index[-1].date(), AFTER_THE_CLOSE).astimezone(UTC)
    yahoo.lists(listed)
    return listed


def case_listing(folder: Path, symbol: str) -> Listing:
    """Return the symbol as the feed sent it: bars, ratings, meta, trading period and events."""
    table = pd.read_csv(folder / "prices" / f"{symbol}.csv", parse_dates=["Date"], index_col="Date")
    table = table.rename(columns=str.lower).rename_axis("date")
    details = _details(folder, symbol)
    session = details.get("session")
    meta: dict[str, Any] = details.get("meta", {})
    return Listing(
        symbol,
        table[["open", "high", "low", "close", "volume", "adj close"]].astype({"volume": float}),
        name=meta.get("longName", symbol),
        currency=meta.get("currency", "USD"),
        zone=meta.get("exchangeTimezoneName", "America/New_York"),
        opens=time.fromisoformat(details.get("open", "09:30")),
        kind=meta.get("instrumentType", "EQUITY"),
        splits={day: _ratio(text) for day, text in _given(table["stock splits"]).items()},
        dividends={day: float(amount) for day, amount in _given(table["dividends"]).items()},
        ratings=tuple(_json(folder / "targets" / f"{symbol}.json", [])),
        meta=meta,
        events=details.get("events", {}),
        session=(_moment(session[0]), _moment(session[1])) if session else None,
    )


def case_ratings(name: str) -> list[dict[str, Any]]:
    """Return the rating rows of a case that has no prices."""
    (path,) = (CASES / name / "targets").glob("*.json")
    rows: list[dict[str, Any]] = _json(path, [])
    return rows


def _details(folder: Path, symbol: str) -> dict[str, Any]:
    return dict(_json(folder / "meta" / f"{symbol}.json", {}))


def _json(path: Path, missing: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else missing


def _given(column: pd.Series) -> dict[date, str]:
    texts = column.astype(str)
    return {day.date(): text for day, text in texts[~texts.isin(["0", "0.0", "nan"])].items()}


def _ratio(text: str) -> tuple[float, float]:
    """Return new and old shares of "1:190" or of a factor such as "0.1"."""
    new, _, old = text.partition(":")
    return float(new), float(old or 1.0)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
