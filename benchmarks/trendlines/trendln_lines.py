"""The lines of trendln 0.1.18, a published package that finds trendlines, called as its README shows.

trendln reads `series[0]` as a position, which today's pandas refuses if the index holds days; so it gets the same
columns without the days.
"""

from __future__ import annotations

import pandas as pd
import trendln

from benchmarks.trendlines.walk_forward import DrawnLine

Line = tuple[float, float]  # value at the last bar, slope per bar
DRAWN_FROM_BARS = 250  # two of trendln's windows


def trendln_lines(bars: pd.DataFrame) -> tuple:
    """Return the lines of both sides, from the lows and the highs, as trendln returns them."""
    columns = bars.reset_index(drop=True)
    return trendln.calc_support_resistance((columns["low"], columns["high"]))


def support_lines(bars: pd.DataFrame) -> list[Line]:
    """Return its support lines, best first in its own order (the least area on the wrong side)."""
    lows = bars["low"].tolist()
    _, _, found, _ = trendln.calc_support_resistance((lows, None))
    return [_line_today(fit, len(lows)) for _, fit in found]


def best_support(bars: pd.DataFrame) -> Line | None:
    """Return the best line of its last window of 125 bars that is not above the last close."""
    lows, close = bars["low"].tolist(), float(bars["close"].iloc[-1])
    _, _, _, windows = trendln.calc_support_resistance((lows, None))
    lines = (_line_today(fit, len(lows)) for _, fit in windows[-1])
    return next((line for line in lines if line[0] <= close), None)


def draw_trendln_support(bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine | None:
    """Draw its best support line, for `walk_forward`."""
    best = best_support(bars.iloc[max(at + 1 - DRAWN_FROM_BARS, 0) : at + 1])
    return DrawnLine(at, at, *best) if best else None


def _line_today(fit: tuple[float, ...], bars: int) -> Line:
    """Turn trendln's slope and intercept into the value at the last of so many bars and the slope."""
    slope, intercept = fit[:2]
    return slope * (bars - 1) + intercept, slope
