"""One ticker's row in a watchlist: where it stands, in the figures that tell tickers apart at a glance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.levels import Level, nearest_level
from indicators.trendlines.trendlines import TESTED_WITHIN, Status
from indicators.zones import Zone

SPARK = 60  # closes: a quarter, in which a shape can still be told in a cell
WEEK = timedelta(days=7)

Footing = Literal["trendline", "tentative line", "zone"]


@dataclass(frozen=True)
class Support:
    """What holds the price up: a trendline at one price (`low` = `high`), else a zone.

    `status` is the line's; a zone is `testing` while one of the last 3 lows reached down into it, else `holding`.
    `distance_pct` = 100 (high / price - 1), 0 inside a zone, else negative below the price.
    """

    kind: Footing
    low: float
    high: float
    status: Status
    distance_pct: float


@dataclass(frozen=True)
class WatchlistRow:
    """One ticker as of one day, prices in `currency`.

    `closes`: the last 60. `above`: per EMA span whether the price is at or above it, None where the EMA does not exist
    yet. `in_bands_pct` = 100 (price - lower) / (upper - lower), 0 at the lower band and 100 at the upper one (Bollinger
    on Bollinger Bands, 2001, calls it %b); None without bands or where they have no width. `newest`: the latest thing
    an analyst said of it; `raised_lately`: one raised its target within the 7 days up to `as_of`. `notices`: what of
    this is old or could not be had, and why.
    """

    symbol: str
    name: str
    currency: str
    source: str
    as_of: Date
    in_progress: bool
    price: float
    change_pct: float | None
    closes: tuple[float, ...]
    above: dict[int, bool | None]
    in_bands_pct: float | None
    support: Support | None
    resistance: Level | None
    upside_pct: float | None
    newest: RatingChange | None
    raised_lately: bool
    notices: tuple[str, ...] = ()


def watchlist_row(analysis: Analysis) -> WatchlistRow:
    """The row of one analysis."""
    news = rating_changes(analysis.published, analysis.bars["close"], analysis.as_of)
    mean = analysis.consensus
    return WatchlistRow(
        symbol=analysis.symbol,
        name=analysis.name,
        currency=analysis.currency,
        source=analysis.source,
        as_of=analysis.as_of,
        in_progress=analysis.in_progress,
        price=analysis.price,
        change_pct=analysis.change_pct,
        closes=tuple(analysis.bars["close"].iloc[-SPARK:].tolist()),
        above={
            average.span: None if average.value is None else analysis.price >= average.value
            for average in analysis.emas
        },
        in_bands_pct=_in_bands(analysis.bands.iloc[-1], analysis.price),
        support=_support(analysis),
        resistance=nearest_level(analysis.levels, "resistance"),
        upside_pct=None if mean is None else mean.upside_pct,
        newest=news[0] if news else None,
        raised_lately=any(item.change == "raised" and item.date > analysis.as_of - WEEK for item in news),
        notices=analysis.notices,
    )


def _in_bands(bands: pd.Series, price: float) -> float | None:
    width = float(bands["upper"] - bands["lower"])
    return 100.0 * (price - float(bands["lower"])) / width if np.isfinite(width) and width > 0 else None


def _support(analysis: Analysis) -> Support | None:
    """The trendline offered as the support, else the nearest zone that the price is in or above."""
    line, price = analysis.support, analysis.price
    if line is not None:
        kind: Footing = "tentative line" if line.tentative else "trendline"
        return Support(kind, line.value, line.value, line.status, 100.0 * (line.value / price - 1.0))
    below = [each for each in analysis.zones if each.low <= price and not each.is_broad(analysis.atr)]
    zone = max(below, key=lambda place: place.high, default=None)
    return None if zone is None else _zone_support(zone, analysis)


def _zone_support(zone: Zone, analysis: Analysis) -> Support:
    reached = float(analysis.bars["low"].iloc[-TESTED_WITHIN:].min()) <= zone.high
    distance = 100.0 * (min(zone.high, analysis.price) / analysis.price - 1.0)
    return Support("zone", zone.low, zone.high, "testing" if reached else "holding", distance)


FILTERS: dict[str, Callable[[WatchlistRow], bool]] = {
    "above all EMAs": lambda row: all(row.above.values()),
    "below all EMAs": lambda row: all(each is False for each in row.above.values()),
    "testing its trendline": lambda row: _on_line(row, "testing"),
    "bounced off its trendline": lambda row: _on_line(row, "bounced"),
    "breaking its trendline": lambda row: _on_line(row, "break pending"),
    "outside the bands": lambda row: row.in_bands_pct is not None and not 0.0 <= row.in_bands_pct <= 100.0,
    "target raised this week": lambda row: row.raised_lately,
}


def _on_line(row: WatchlistRow, status: Status) -> bool:
    return row.support is not None and row.support.kind != "zone" and row.support.status == status
