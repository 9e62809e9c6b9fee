"""Where the levels of each kind stood at the end of every past session, as known by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from indicators.analysis import EMA_SPANS
from indicators.bars.columns import Floats
from indicators.bars.figures import BarFigures, bar_figures, daily_bars
from indicators.horizontal_levels.gaps import gaps_of
from indicators.horizontal_levels.old_highs import old_high_of
from indicators.intervals.bar_units import BAR_UNITS
from indicators.levels import ZoneEdgeOrigin, make_level
from indicators.time_spans import FIFTY_TWO_WEEKS
from indicators.zones import Zone, zones_of

EMAS = tuple(f"EMA {span}" for span in EMA_SPANS)
BANDS, LINES, ZONES, GAPS = "Bollinger Bands", "Trendlines", "Zones", "Gap edges"
OLD_HIGHS, EXTREMES = "Old highs", "52-week high and low"
FOUND_KINDS = (LINES, ZONES, GAPS, OLD_HIGHS)
KINDS = (*EMAS, BANDS, *FOUND_KINDS, EXTREMES)
FOUND_EVERY = 5  # sessions: what takes a search is found anew each week and stands, or runs on, in between
MIN_SESSIONS = 253  # a year, and the session that follows it


def level_histories(bars: pd.DataFrame) -> dict[str, Floats]:
    """Return, for each of `KINDS`, one row a session and one column a level, NaN where there is none.

    A row holds what was known at the close of its session. EMAs, the outer Bollinger Bands and the 52-week extremes
    are those of that session; trendlines offered, edges of zones (those the price meets first), edges of open gaps and
    the old high are found every 5 sessions from the 253rd on, and carried on, a line along its slope. `bars`: daily,
    columns open, high, low, close, volume, oldest first.
    """
    daily = daily_bars(bars)
    figures = bar_figures(daily, "1d", EMA_SPANS, "linear")
    found = _found_levels(figures.for_many_days())
    emas = {f"EMA {span}": figures.emas[span].to_numpy(float)[:, None] for span in EMA_SPANS}
    return emas | {
        BANDS: figures.bands[["lower", "upper"]].to_numpy(float),
        **{kind: _carried_on([levels[kind] for levels in found], len(bars)) for kind in FOUND_KINDS},
        EXTREMES: _extremes(bars),
    }


def count_between(histories: Iterable[Floats], session: int, price: float, target: float) -> int:
    """Return how many levels stood strictly between the price and a target at the end of a session."""
    low, high = sorted((price, target))
    return sum(int(((levels[session] > low) & (levels[session] < high)).sum()) for levels in histories)


def _extremes(bars: pd.DataFrame) -> Floats:
    year = FIFTY_TWO_WEEKS + pd.Timedelta(days=1)  # a window of pandas leaves out the day at its start
    return np.column_stack([bars["high"].rolling(year).max(), bars["low"].rolling(year).min()])


FoundLevels = dict[str, list[tuple[float, float]]]  # by kind: the price of each level and its slope per session


def _found_levels(figures: BarFigures) -> list[FoundLevels]:
    """Return the levels that take a search, every 5 sessions."""
    return [_levels_after(count, figures) for count in range(MIN_SESSIONS, len(figures.columns) + 1, FOUND_EVERY)]


def _levels_after(count: int, figures: BarFigures) -> FoundLevels:
    """Return the levels that take a search, as known after `count` sessions."""
    columns = figures.columns.first(count)
    price = float(columns.close[-1])
    old_high = old_high_of(columns.days, columns.high, columns.close, BAR_UNITS["1d"])
    return {
        LINES: [(line.value, line.slope) for line in figures.trendlines(count) if line.offered],
        ZONES: [(edge, 0.0) for zone in zones_of(columns) for edge in _edges_met_first(zone, price)],
        GAPS: [(gap.edge(price), 0.0) for gap in gaps_of(columns)],
        OLD_HIGHS: [] if old_high is None else [(old_high.price, 0.0)],
    }


def _edges_met_first(zone: Zone, price: float) -> list[float]:
    edges = (
        make_level(ZoneEdgeOrigin(zone, "bottom"), zone.low, price, None),
        make_level(ZoneEdgeOrigin(zone, "top"), zone.high, price, None),
    )
    return [edge.price for edge in edges if not edge.is_far_edge]


def _carried_on(found: Sequence[list[tuple[float, float]]], total: int) -> Floats:
    """Return one row a session: the levels found last, each moved along its slope."""
    prices = np.full((total, max(map(len, found), default=0)), np.nan)
    steps = np.arange(FOUND_EVERY)[:, None]
    for number, levels in enumerate(found):
        if levels:
            start = MIN_SESSIONS - 1 + number * FOUND_EVERY
            value, slope = np.array(levels).T
            rows = prices[start : start + FOUND_EVERY, : len(levels)]
            rows[:] = (value + slope * steps)[: len(rows)]
    return prices
