"""One ticker's row in a watchlist: the figures by which tickers are compared at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.levels import Level
from indicators.trendlines.trendlines import TESTING_BARS, Status
from indicators.zones import Zone
from text.numbers import PriceFormat

WEEK = timedelta(days=7)

SupportKind = Literal["trendline", "tentative line", "zone"]


@dataclass(frozen=True)
class Support:
    """What supports the price: a trendline at one price (`low` = `high`), else a zone.

    `status` is that of the line; a zone is `testing` while one of the last 3 lows reached down into it, else `holding`.
    `distance_pct` = 100 (high / price - 1), 0 inside a zone, else negative below the price.
    """

    kind: SupportKind
    low: float
    high: float
    status: Status
    distance_pct: float


@dataclass(frozen=True)
class WatchlistRow:
    """One ticker as of one day, prices in `currency`, written as `price_format` says.

    `above`: per EMA span whether the price is at or above it, None where the EMA does not exist
    yet. `percent_b` = 100 (price - lower) / (upper - lower), 0 at the lower band and 100 at the upper one (%b in
    Bollinger on Bollinger Bands, 2001); None without bands or where they have no width. `newest`: the latest row of an
    analyst; `raised_lately`: a firm raised its target within the 7 days up to `as_of`. `support_atr`: how far below the
    price `support` is in ATRs, 0 inside a zone; `nearest_atr`: how far the nearer of it and `resistance` is; both None
    without an ATR or a level. `notices`: which data is old or missing, and why.
    """

    symbol: str
    name: str
    currency: str
    price_format: PriceFormat
    source: str
    as_of: Date
    in_progress: bool
    price: float
    change_pct: float | None
    above: dict[int, bool | None]
    percent_b: float | None
    support: Support | None
    resistance: Level | None
    upside_pct: float | None
    newest: RatingChange | None
    raised_lately: bool
    support_atr: float | None = None
    nearest_atr: float | None = None
    notices: tuple[str, ...] = ()


def watchlist_row(analysis: Analysis) -> WatchlistRow:
    """Return the watchlist row of one analysis."""
    changes = rating_changes(analysis.published, analysis.as_of)
    consensus, support, resistance = analysis.consensus, _support(analysis), analysis.nearest_resistance
    return WatchlistRow(
        symbol=analysis.symbol,
        name=analysis.name,
        currency=analysis.currency,
        price_format=analysis.price_format,
        source=analysis.source,
        as_of=analysis.as_of,
        in_progress=analysis.in_progress,
        price=analysis.price,
        change_pct=analysis.change_pct,
        above={
            average.span: None if average.value is None else analysis.price >= average.value
            for average in analysis.emas
        },
        percent_b=_percent_b(analysis.bands.iloc[-1], analysis.price),
        support=support,
        resistance=resistance,
        upside_pct=None if consensus is None else consensus.upside_pct,
        newest=changes[0] if changes else None,
        raised_lately=any(row.change == "raised" and row.date > analysis.as_of - WEEK for row in changes),
        support_atr=_atrs_to(support, analysis),
        nearest_atr=min(_atrs_away(support, resistance, analysis), default=None),
        notices=analysis.notices,
    )


def _atrs_to(support: Support | None, analysis: Analysis) -> float | None:
    """Return how many ATRs the support lies below the price: -distance_pct * |price| / 100 ATR."""
    if support is None or not analysis.atr:
        return None
    return -support.distance_pct / 100.0 * abs(analysis.price) / analysis.atr


def _atrs_away(support: Support | None, resistance: Level | None, analysis: Analysis) -> Iterator[float]:
    """Yield how many ATRs away the support and the resistance are, those that exist."""
    if (below := _atrs_to(support, analysis)) is not None:
        yield below
    if resistance is not None and resistance.distance_atr is not None:
        yield resistance.distance_atr


def _percent_b(bands: pd.Series, price: float) -> float | None:
    width = float(bands["upper"] - bands["lower"])
    return 100.0 * (price - float(bands["lower"])) / width if np.isfinite(width) and width > 0 else None


def _support(analysis: Analysis) -> Support | None:
    """Return the trendline support, else the nearest zone that the price is in or above."""
    line, price = analysis.support, analysis.price
    if line is not None:
        kind: SupportKind = "tentative line" if line.tentative else "trendline"
        return Support(kind, line.value, line.value, line.status, 100.0 * (line.value / price - 1.0))
    below = [zone for zone in analysis.zones if zone.low <= price]
    zone = max(below, key=lambda candidate: candidate.high, default=None)
    return None if zone is None else _zone_support(zone, analysis)


def _zone_support(zone: Zone, analysis: Analysis) -> Support:
    is_tested = float(analysis.bars["low"].iloc[-TESTING_BARS:].min()) <= zone.high
    distance = 100.0 * (min(zone.high, analysis.price) / analysis.price - 1.0)
    return Support("zone", zone.low, zone.high, "testing" if is_tested else "holding", distance)


FILTERS: dict[str, Callable[[WatchlistRow], bool]] = {
    "above all EMAs": lambda row: all(row.above.values()),
    "below all EMAs": lambda row: all(above is False for above in row.above.values()),
    "testing its trendline": lambda row: _has_line_status(row, "testing"),
    "bounced off its trendline": lambda row: _has_line_status(row, "bounced"),
    "breaking its trendline": lambda row: _has_line_status(row, "break pending"),
    "outside the bands": lambda row: row.percent_b is not None and not 0.0 <= row.percent_b <= 100.0,
    "target raised this week": lambda row: row.raised_lately,
}


def _has_line_status(row: WatchlistRow, status: Status) -> bool:
    return row.support is not None and row.support.kind != "zone" and row.support.status == status
