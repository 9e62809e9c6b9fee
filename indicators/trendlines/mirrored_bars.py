"""The bars as the search for lines sees them: on the line's scale, turned so that every line runs beneath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from indicators.atr import true_ranges, wilder_average
from indicators.swings import Floats

Side = Literal["support", "resistance"]
Scale = Literal["linear", "log"]

ATR_BARS = 14
TOLERANCE_ATR = 0.25  # a close this deep under a line is noise, not a break
ROUNDING = 1e-9  # of the price: lets prices that lie exactly on a line touch it, whatever the last bit says
BREAK = 0.03  # one close this share of the price under a line breaks it


@dataclass(frozen=True)
class MirroredBars:
    """Lows, closes, noise and tolerance, one a bar, on one scale.

    Resistance is support of the mirrored bars: on the linear scale prices are negated, on the log scale their
    logarithms are, which is the same as taking reciprocal prices. So it holds exactly, not by a second piece of code.
    """

    side: Side
    scale: Scale
    low: Floats
    close: Floats
    atr: Floats
    tolerance: Floats

    @property
    def last(self) -> int:
        """Position of the last bar."""
        return self.low.size - 1

    def price(self, height: Floats) -> Floats:
        """The prices, as quoted, at heights of this side."""
        quoted = np.negative(height) if self.side == "resistance" else height
        return np.exp(quoted) if self.scale == "log" else quoted

    def slope(self, slope: Floats) -> Floats:
        """Slopes of this side as those of the prices (of log prices on the log scale)."""
        return np.negative(slope) if self.side == "resistance" else slope

    def deep_under(self, line: Floats) -> Floats:
        """The heights 3 % of the price under `line`: on the log scale log(1.03), the same either way up."""
        return line - (np.log1p(BREAK) if self.scale == "log" else BREAK * np.abs(line))

    def is_price(self, line: Floats) -> np.ndarray:
        """Where `line` is at a price that can be quoted: a falling line ends at zero."""
        return np.full(line.shape, True) if self.scale == "log" else np.sign(line) == np.sign(self.close[-1])


def mirror_bars(bars: pd.DataFrame, side: Side, scale: Scale) -> MirroredBars:
    """The `bars` (columns high, low, close) from the side of its supports, or its resistances, on `scale`.

    The noise is ATR(14) of the prices, on the log scale of their logarithms; before it exists, the mean of the true
    ranges so far. Prices must be finite, and positive on the log scale.
    """
    high, low, close = (bars[name].to_numpy(dtype=float) for name in ("high", "low", "close"))
    if scale == "log":
        high, low, close = np.log(high), np.log(low), np.log(close)
    atr = _noise(high, low, close)
    slack = ROUNDING * (1.0 if scale == "log" else np.abs(close))
    bottom, end = (low, close) if side == "support" else (-high, -close)
    return MirroredBars(side, scale, bottom, end, atr, TOLERANCE_ATR * atr + slack)


def _noise(high: Floats, low: Floats, close: Floats) -> Floats:
    """ATR(14), and while there is none yet the mean of the true ranges so far (of the first bar, its range)."""
    ranges = true_ranges(high, low, close)
    atr = wilder_average(ranges, ATR_BARS)
    early = ranges[: ATR_BARS - 1]
    atr[0] = high[0] - low[0]
    atr[1:ATR_BARS] = np.cumsum(early) / np.arange(1, early.size + 1)
    return atr
