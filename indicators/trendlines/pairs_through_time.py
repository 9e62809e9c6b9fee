"""The lines through two swings that no close breaks, found once for the as-of days of a whole history."""

from __future__ import annotations

import numpy as np

from indicators.swings import SWING_BARS, Floats, Positions
from indicators.trendlines.mirrored_bars import MirroredBars
from indicators.trendlines.search import NEVER, SHOW_BROKEN_BARS, settled_bars


class PairsThroughTime:
    """What `search.find_pairs` finds on each of many days.

    The close that breaks a line first is the same on every later day. So for each pair of lows that were swings on some
    day its first break is looked up once, in the running minimum of the slopes that the closes after the first low
    allow; a day then takes the pairs of its own swings that were not broken before.
    """

    def __init__(self, bars: MirroredBars) -> None:
        """Find the pairs of all `bars`."""
        self._bar_count = bars.low.size
        swings, ceiling = _swings_of_some_day(bars.low), bars.close + bars.tolerance
        firsts, seconds, breaks = [], [], []
        for number, first in enumerate(swings.tolist()):
            later = swings[number + 1 :]
            broken = _first_breaks(bars.low, ceiling, first, later)
            shown = broken > later - SHOW_BROKEN_BARS
            seconds.append(later[shown])
            breaks.append(broken[shown])
            firsts.append(np.full(seconds[-1].size, first, dtype=np.intp))
        empty = np.empty(0, dtype=np.intp)
        self._first, self._second, self._broken = (
            np.concatenate([empty, *columns]) for columns in (firsts, seconds, breaks)
        )

    def __call__(self, bars: MirroredBars, swings: Positions) -> tuple[Positions, Positions]:
        """Return the pairs of one day, of which `bars` and `swings` are."""
        is_swing = np.zeros(self._bar_count, dtype=bool)  # no later bar is one yet
        is_swing[swings] = True
        end = int(np.searchsorted(self._first, bars.low.size))
        unbroken = np.flatnonzero(self._broken[:end] >= settled_bars(bars))
        first, second = self._first[unbroken], self._second[unbroken]
        chosen = is_swing[second] & is_swing[first]
        return first[chosen], second[chosen]


def _swings_of_some_day(low: Floats) -> Positions:
    """Return the lows that are swings on some day, if only until one of the next bars undercuts them."""
    is_low = np.full(low.size, True)
    for step in range(1, min(SWING_BARS, low.size - 1) + 1):
        is_low[step:] &= low[step:] <= low[:-step]
    is_low[:-1] &= low[:-1] <= low[1:]
    is_low[-1:] = False
    return np.flatnonzero(is_low)


def _first_breaks(low: Floats, ceiling: Floats, first: int, later: Positions) -> Positions:
    """Return the first close that breaks the line from `first` through each of `later`, NEVER where none does."""
    steepest = np.minimum.accumulate((ceiling[first + 1 :] - low[first]) / np.arange(1.0, low.size - first))
    slopes = (low[later] - low[first]) / (later - first)
    broken = first + 1 + np.searchsorted(-steepest, -slopes, side="right")
    return np.where(broken < low.size, broken, NEVER)
