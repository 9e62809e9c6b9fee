"""The bars as the line search sees them: on the scale of the lines, and mirrored where the lines are resistance.

In mirrored bars every line is a support, so that the search has one direction to look in. Values of mirrored bars are
called heights, not prices: a height is a price or its logarithm, negated for resistance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from indicators.atr import true_ranges, wilder_average
from indicators.bars.columns import ATR_BARS, BarColumns, bar_columns
from indicators.swings import Floats

Side = Literal["support", "resistance"]
Scale = Literal["linear", "log"]

TOLERANCE_ATR = 0.25  # a close this deep under a line is noise, not a break,
TOLERANCE_SHARE = 0.015  # if it is no deeper than this share of the price: in a wild stock 0.25 ATR is plain to see
ROUNDING = 1e-9  # share of the price: a low exactly on a line touches it, whatever the last bit of the float says
BREAK_DEPTH = 0.03  # share of the price: one close this far under a line breaks it


@dataclass(frozen=True)
class MirroredBars:
    """Lows, closes, ATR and tolerance as heights, one entry a bar.

    On the linear scale prices are negated for resistance, on the log scale their logarithms are, which equals taking
    reciprocal prices. So resistance is exactly the support of the mirrored bars, without code of its own.
    """

    side: Side
    scale: Scale
    low: Floats
    close: Floats
    atr: Floats
    tolerance: Floats

    @property
    def last(self) -> int:
        """The position of the last bar."""
        return self.low.size - 1

    def to_price(self, height: Floats) -> Floats:
        """Return the quoted prices of heights."""
        unmirrored = np.negative(height) if self.side == "resistance" else height
        return np.exp(unmirrored) if self.scale == "log" else unmirrored

    def to_price_slope(self, slope: Floats) -> Floats:
        """Return slopes of heights as slopes of prices (of log prices on the log scale)."""
        return np.negative(slope) if self.side == "resistance" else slope

    def break_height(self, line: Floats) -> Floats:
        """Return the heights 3% of the price under `line`; on the log scale log(1.03) for either side."""
        return line - (np.log1p(BREAK_DEPTH) if self.scale == "log" else BREAK_DEPTH * np.abs(line))

    def has_price(self, line: Floats) -> np.ndarray:
        """Return where the heights of `line` are prices that can be quoted: a falling line ends at zero."""
        return np.full(line.shape, True) if self.scale == "log" else np.sign(line) == np.sign(self.close[-1])

    def first(self, count: int) -> MirroredBars:
        """Return the first `count` bars: an entry depends on no later bar."""
        columns = (column[:count] for column in (self.low, self.close, self.atr, self.tolerance))
        return MirroredBars(self.side, self.scale, *columns)


def mirror_bars(bars: pd.DataFrame, side: Side, scale: Scale) -> MirroredBars:
    """Return `bars` (columns high, low, close) on `scale`, mirrored for resistance.

    The ATR(14) is that of the prices, on the log scale that of their logarithms; in the first bars, where it does not
    exist yet, the mean of the true ranges so far. The tolerance is the smaller of 0.25 ATR and 1.5% of the close, on
    the log scale log(1.015), each of that bar's own day. Prices must be finite, and positive on the log scale.
    """
    return mirror_columns(bar_columns(bars), side, scale)


def mirror_columns(columns: BarColumns, side: Side, scale: Scale) -> MirroredBars:
    """Return the columns of bars as `mirror_bars` returns the bars."""
    high, low, close = columns.high, columns.low, columns.close
    if scale == "log":
        high, low, close = np.log(high), np.log(low), np.log(close)
    ranges = true_ranges(high, low, close)
    atr = _begin_with_first_bar(
        columns.atr if scale == "linear" else wilder_average(ranges, ATR_BARS), high, low, ranges
    )
    rounding = ROUNDING * (1.0 if scale == "log" else np.abs(close))
    mirrored_low, mirrored_close = (low, close) if side == "support" else (-high, -close)
    widest = np.log1p(TOLERANCE_SHARE) if scale == "log" else TOLERANCE_SHARE * np.abs(close)
    tolerance = np.minimum(TOLERANCE_ATR * atr, widest) + rounding
    return MirroredBars(side, scale, mirrored_low, mirrored_close, atr, tolerance)


def _begin_with_first_bar(atr: Floats, high: Floats, low: Floats, ranges: Floats) -> Floats:
    """Return ATR(14), before it exists the mean of the true ranges so far, and of the first bar its own range."""
    early = ranges[: ATR_BARS - 1]
    filled = atr.copy()
    filled[:1] = high[:1] - low[:1]
    filled[1:ATR_BARS] = np.cumsum(early) / np.arange(1, early.size + 1)
    return filled
