"""Zones: price ranges in which the market turned more than once within a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache, partial

import numpy as np
import pandas as pd

from indicators.bars.columns import BarColumns, bar_columns
from indicators.swings import SWING_BARS, Floats, Positions, swing_highs, swing_lows

LOOKBACK_SESSIONS = 252  # a year: older turns were made at other prices by other holders
WIDEST_ATR = 1.0  # a usual day's range; turns further apart than that were no turn at one place
TOUCH_SPACING_SESSIONS = 10  # touches closer than two weeks are one visit, not two
MIN_TOUCHES = 2
HALF_LIFE_SESSIONS = 126  # a touch half a year ago counts half
REACH_ATR = 10.0  # a zone further away will not be met within weeks
MAX_PER_SIDE = 3  # more would cover the chart


@dataclass(frozen=True)
class Zone:
    """A range of prices, `low` to `high`, and the days on which the price turned there, oldest first.

    Of turns less than 10 sessions apart only the first is a touch.
    """

    low: float
    high: float
    touches: tuple[Date, ...]


@dataclass(frozen=True)
class _Run:
    """Swings that are neighbors in price, from `first` up to but not including `end`, and what their zone weighs."""

    first: int
    end: int
    touches: tuple[int, ...]
    weight: float
    width: float


def find_zones(bars: pd.DataFrame) -> list[Zone]:
    """Return the zones of support and resistance that are drawn and used, lowest first.

    A zone spans swing lows and highs of the last 252 sessions, two or more of them at least 10 sessions apart, no wider
    than ATR(14) of the last bar and within 10 ATR of its close. Its weight is the sum of 2^(-age/126) over its touches,
    age in sessions. The heaviest zone is taken first (the narrower of two), then the heaviest among the swings below
    and among those above it, and so on; no two zones overlap. The three heaviest below the price, where a zone that
    holds it belongs, and the three heaviest above it are returned. `bars`: columns high, low, close. Without an ATR
    (fewer than 15 bars) there are no zones.
    """
    return zones_of(bar_columns(bars))


def zones_of(bars: BarColumns) -> list[Zone]:
    """Return what `find_zones` finds in bars whose columns are read already."""
    atr = bars.last_atr
    if atr is None:
        return []
    close = float(bars.close[-1])
    prices, positions = _swings_within_reach(bars, close, REACH_ATR * atr)
    weights = np.exp2((positions - (len(bars) - 1)) / HALF_LIFE_SESSIONS).tolist()
    weigh = cache(partial(_weigh, prices.tolist(), positions.tolist(), weights))
    runs = _heaviest_runs(prices.tolist(), weigh, WIDEST_ATR * atr, 0, prices.size)
    ranked = sorted(runs, key=_rank)
    below = [run for run in ranked if prices[run.first] <= close][:MAX_PER_SIDE]
    above = [run for run in ranked if prices[run.first] > close][:MAX_PER_SIDE]
    return [
        Zone(float(prices[run.first]), float(prices[run.end - 1]), tuple(bars.days[list(run.touches)].tolist()))
        for run in sorted(below + above, key=lambda run: run.first)
    ]


def _swings_within_reach(bars: BarColumns, close: float, reach: float) -> tuple[Floats, Positions]:
    """Return the prices of the swings and the positions of their bars, lowest price first."""
    first = max(len(bars) - LOOKBACK_SESSIONS - SWING_BARS - 1, 0)  # whether a bar is a swing, those before it decide
    lows, highs = first + swing_lows(bars.low[first:]), first + swing_highs(bars.high[first:])
    prices, positions = np.concatenate([bars.low[lows], bars.high[highs]]), np.concatenate([lows, highs])
    used = (positions >= len(bars) - LOOKBACK_SESSIONS) & (np.abs(prices - close) <= reach)
    prices, positions = prices[used], positions[used]
    order = np.lexsort((positions, prices))
    return prices[order], positions[order]


def _heaviest_runs(
    prices: Sequence[float], weigh: Callable[[int, int], _Run], widest: float, first: int, end: int
) -> Iterator[_Run]:
    """Yield the heaviest run among the swings from `first` to `end`, then those below it and those above it."""
    runs = [
        run
        for start, stop in _widest_runs(prices, widest, first, end)
        if len((run := weigh(start, stop)).touches) >= MIN_TOUCHES
    ]
    if runs:
        best = min(runs, key=_rank)
        yield best
        yield from _heaviest_runs(prices, weigh, widest, first, best.first)
        yield from _heaviest_runs(prices, weigh, widest, best.end, end)


def _rank(run: _Run) -> tuple[float, float]:
    """Sort key, the heaviest first."""
    return -run.weight, run.width


def _widest_runs(prices: Sequence[float], widest: float, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield first and end of every run of swings no wider than `widest` that none of the next swings could join."""
    stop = first
    for start in range(first, end):
        before = stop
        while stop < end and prices[stop] - prices[start] <= widest:
            stop += 1
        if stop > before:
            yield start, stop


def _weigh(prices: Sequence[float], positions: Sequence[int], weights: Sequence[float], first: int, end: int) -> _Run:
    """Return the run with those of its swings that count as touches, oldest first."""
    touches: list[int] = []
    weight = 0.0
    for position, touch_weight in sorted(zip(positions[first:end], weights[first:end], strict=True)):
        if not touches or position - touches[-1] >= TOUCH_SPACING_SESSIONS:
            touches.append(position)
            weight += touch_weight
    return _Run(first, end, tuple(touches), weight, prices[end - 1] - prices[first])
