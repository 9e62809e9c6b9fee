"""Wilder's average true range: how far a day usually goes."""

from __future__ import annotations

import numpy as np
import pandas as pd


def average_true_range(bars: pd.DataFrame, length: int = 14) -> pd.Series:
    """Wilder's mean of the true ranges of `bars` (columns `high low close`), in the unit of the prices.

    TR[t] = max(high[t], close[t-1]) - min(low[t], close[t-1]); the first bar has none
    ATR[length] = mean of TR[1] .. TR[length]; NaN before
    ATR[t] = ATR[t-1] + (TR[t] - ATR[t-1]) / length

    The result keeps the index of `bars`; `length` bars or fewer give NaN throughout. Raises ValueError for a
    length below 1.

    Source: J. Welles Wilder, «New Concepts in Technical Trading Systems» (1978); TA-Lib `ATR`.
    """
    if length < 1:
        raise ValueError(f"An average true range needs at least one session, not {length}.")
    ranges = _true_ranges(bars)
    seeded = np.full(len(bars), np.nan)
    if len(bars) > length:
        seeded[length] = ranges[:length].mean()
        seeded[length + 1 :] = ranges[length:]
    return pd.Series(seeded, index=bars.index).ewm(alpha=1.0 / length, adjust=False).mean()


def _true_ranges(bars: pd.DataFrame) -> np.ndarray:
    """From the second bar on: the day's range, stretched to the close before it."""
    high, low, close = (bars[name].to_numpy(dtype=float) for name in ("high", "low", "close"))
    return np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])
