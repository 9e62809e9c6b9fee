"""The lines of trendln 0.1.18, the package that people use for this, asked for in its own way.

With today's pandas it needs one adaptation: it reads `series[0]` as a position, which a Series with days as its index
refuses, so the days go and the positions stay.
"""

from __future__ import annotations

import pandas as pd
import trendln

from benchmarks.walk_forward import Drawn

Line = tuple[float, float]  # value at the last bar, slope


def trendln_lines(bars: pd.DataFrame) -> tuple:
    """Both sides, called as its README does, with the lows and the highs."""
    plain = bars.reset_index(drop=True)
    return trendln.calc_support_resistance((plain["low"], plain["high"]))


def support_lines(bars: pd.DataFrame) -> list[Line]:
    """Its support lines, best first in its own order (the least area on the wrong side)."""
    plain = bars.reset_index(drop=True)
    _, _, found, _ = trendln.calc_support_resistance((plain["low"].tolist(), None))
    return [(fit[0] * (len(plain) - 1) + fit[1], fit[0]) for _, fit in found]


def best_support(bars: pd.DataFrame) -> Line | None:
    """The best of the lines of its last window of 125 bars that lie below the last close."""
    plain = bars.reset_index(drop=True)
    _, _, _, windows = trendln.calc_support_resistance((plain["low"].tolist(), None))
    close = float(plain["close"].iloc[-1])
    values = ((fit[0] * (len(plain) - 1) + fit[1], fit[0]) for _, fit in windows[-1])
    return next((value for value in values if value[0] <= close), None)


def of_trendln(bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn | None:
    """Its best support of the last 125 bars, as `holding` draws it."""
    best = best_support(bars.iloc[max(at + 1 - 250, 0) : at + 1])
    return Drawn(at, at, *best) if best else None
