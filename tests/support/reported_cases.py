"""Inputs built from public bug reports, as the replay server lists them.

A case is a folder of `cases` in the market data; its README says what the feed did and what the right outcome is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.replay_server import Listing, ReplayServer, edited

OPEN_AFTER_LAST = timedelta(hours=23)  # Yahoo's clock, where the case does not give one: the last session has closed


@dataclass(frozen=True)
class ReportedCase:
    """One folder: what Yahoo lists, what is laid over its responses, its clock, and a file of own targets."""

    listings: tuple[Listing, ...]
    overlays: dict[str, dict[str, Any]]
    now: datetime
    own: bytes | None

    def serve(self, yahoo: ReplayServer) -> None:
        """Have the server respond as the feed did."""
        yahoo.now = self.now
        yahoo.lists(*self.listings)
        for symbol, overlay in self.overlays.items():
            yahoo.fails("chart", edited(lambda result, overlay=overlay: _lay_over(result, overlay)), symbol)


def reported_case(folder: Path, until: date | None = None) -> ReportedCase:
    """Return the case of a folder, with the bars and ratings up to `until`; the test is skipped without the folder."""
    if not folder.is_dir():
        pytest.skip(f"{folder} is not on this machine")
    overlays = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("meta/*.json"))}
    listings = tuple(_listing(path, overlays.get(path.stem, {}), until) for path in sorted(folder.glob("prices/*.csv")))
    stated = next((overlay["now"] for overlay in overlays.values() if "now" in overlay), None)
    last = max((listed.bars.index[-1] for listed in listings), default=pd.Timestamp("2025-11-24"))
    own = folder / "own.csv"
    return ReportedCase(
        listings=listings,
        overlays=overlays,
        now=datetime.fromisoformat(stated) if stated else last.to_pydatetime().replace(tzinfo=UTC) + OPEN_AFTER_LAST,
        own=own.read_bytes() if own.is_file() else None,
    )


def _listing(path: Path, overlay: dict[str, Any], until: date | None) -> Listing:
    symbol, meta = path.stem, overlay.get("meta", {})
    table = pd.read_csv(path)
    days = pd.DatetimeIndex(pd.to_datetime(table["Date"].str[:10]), name="date")
    bars = table.rename(columns=str.lower).set_index(days)[["open", "high", "low", "close", "volume"]].astype(float)
    factors = table["Stock Splits"].set_axis(days)
    ratings = path.parents[1] / "targets" / f"{symbol}.json"
    known: dict[str, Any] = {"opens": time.fromisoformat(overlay["open"])} if "open" in overlay else {}
    return Listing(
        symbol,
        bars.loc[: str(until)] if until else bars,
        name=meta.get("longName", f"{symbol} Replayed"),
        currency=meta.get("currency", "USD"),
        zone=meta.get("exchangeTimezoneName", "America/New_York"),
        kind=meta.get("instrumentType", "EQUITY"),
        splits={day.date(): _ratio(factor) for day, factor in factors[factors > 0.0].items()},
        ratings=_ratings(ratings, until) if ratings.is_file() else (),
        **known,
    )


def _ratio(factor: float) -> tuple[int, int]:
    return (round(factor), 1) if factor >= 1.0 else (1, round(1.0 / factor))


def _ratings(path: Path, until: date | None) -> tuple[dict[str, Any], ...]:
    """Return the rows of Yahoo's rating history up to `until`."""
    rows = json.loads(path.read_text("utf-8"))
    return tuple(row for row in rows if until is None or _published(row) <= until)


def _published(row: dict[str, Any]) -> date:
    return datetime.fromtimestamp(row["epochGradeDate"], UTC).date()


def _lay_over(result: dict[str, Any], overlay: dict[str, Any]) -> None:
    result["meta"] |= overlay.get("meta", {})
    if "session" in overlay:
        start, end = (int(datetime.fromisoformat(moment).timestamp()) for moment in overlay["session"])
        result["meta"]["currentTradingPeriod"]["regular"] |= {"start": start, "end": end}
    for name, events in overlay.get("events", {}).items():
        result.setdefault("events", {}).setdefault(name, {}).update(events)
