"""Wilder's average true range: how far the price moves on a usual day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def average_true_range(bars: pd.DataFrame, length: int = 14) -> pd.Series:
    """Return Wilder's mean of the true ranges of `bars` (columns `high low close`), in the unit of the prices.

    TR[t] = max(high[t], close[t-1]) - min(low[t], close[t-1]); the first bar has none
    ATR[length] = mean of TR[1] .. TR[length]; NaN before
    ATR[t] = ATR[t-1] + (TR[t] - ATR[t-1]) / length

    The result keeps the index of `bars`; `length` bars or fewer give NaN throughout. Raises ValueError for a
    length below 1.

    Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978); TA-Lib `ATR`.
    """
    high, low, close = (bars[name].to_numpy(dtype=float) for name in ("high", "low", "close"))
    average = wilder_average(true_ranges(high, low, close), length)
    return pd.Series(average[: len(bars)], index=bars.index)


def true_ranges(high: Floats, low: Floats, close: Floats) -> Floats:
    """Return the true ranges from the second bar on: the day's range, extended to the close before it."""
    return np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])


def wilder_average(ranges: Floats, length: int) -> Floats:
    """Return Wilder's mean of the true `ranges` (from the second bar on), with one entry for each bar."""
    if length < 1:
        raise ValueError(f"An average true range needs at least one session, not {length}.")
    seeded = np.full(len(ranges) + 1, np.nan)
    if len(ranges) >= length:
        seeded[length] = ranges[:length].mean()
        seeded[length + 1 :] = ranges[length:]
    return pd.Series(seeded).ewm(alpha=1.0 / length, adjust=False).mean().to_numpy(copy=True)
