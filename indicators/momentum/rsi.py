"""Wilder's relative strength index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.atr import wilder_average


def relative_strength_index(close: pd.Series, length: int = 14) -> pd.Series:
    """Return the relative strength index, from 0 (every move was down) to 100 (every move was up).

    gain[t] = max(close[t] - close[t-1], 0), loss[t] = max(close[t-1] - close[t], 0)
    RSI = 100 mean gain / (mean gain + mean loss), with Wilder's means of `length` moves: the first is the plain mean of
    the first `length`, then mean[t] = mean[t-1] + (move[t] - mean[t-1]) / length

    `close`: oldest first, any index, which the result keeps. The first `length` rows are NaN, as is every row before
    the first move: there TA-Lib has 0. Raises ValueError for a length below 1.

    Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978); TA-Lib `RSI`.
    """
    moves = np.diff(close.to_numpy(dtype=float))
    gain, loss = (wilder_average(np.maximum(sign * moves, 0.0), length)[: len(close)] for sign in (1.0, -1.0))
    moved = gain + loss
    index = np.divide(100.0 * gain, moved, out=np.full(len(close), np.nan), where=moved > 0.0)
    return pd.Series(index, index=close.index)
