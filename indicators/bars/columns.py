"""The columns of bars as arrays, read once for all the indicators that need them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.atr import true_ranges, wilder_average

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

ATR_BARS = 14


@dataclass(frozen=True)
class BarColumns:
    """Prices of bars, oldest first, one entry a bar. `atr`: ATR(14) of each bar, NaN before it exists."""

    days: Days
    high: Floats
    low: Floats
    close: Floats
    atr: Floats

    def __len__(self) -> int:
        return self.close.size

    @property
    def last_atr(self) -> float | None:
        """ATR(14) of the last bar, None where there is none."""
        atr = float(self.atr[-1]) if len(self) else math.nan
        return atr if math.isfinite(atr) else None

    def first(self, count: int) -> BarColumns:
        """Return the columns of the first `count` bars: an entry depends on no later bar."""
        return BarColumns(self.days[:count], self.high[:count], self.low[:count], self.close[:count], self.atr[:count])


def bar_columns(bars: pd.DataFrame) -> BarColumns:
    """Return the columns of `bars` (columns high, low, close; index of days)."""
    high, low, close = (bars[name].to_numpy(dtype=float) for name in ("high", "low", "close"))
    atr = wilder_average(true_ranges(high, low, close), ATR_BARS)[: close.size]
    return BarColumns(bars.index.to_numpy().astype("datetime64[D]"), high, low, close, atr)
