"""Moving average convergence and divergence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.moving_average import ema


def moving_average_convergence(close: pd.Series, fast: int = 12, slow: int = 26, signal: int = 9) -> pd.DataFrame:
    """Return the MACD: how far a fast EMA is above a slow one, the EMA of that, and the difference of the two.

    macd = EMA(close, fast) - EMA(close, slow), both with their seed on the bar on which the slow one has its own: the
    fast one is seeded with the mean of the `fast` closes up to it
    signal = EMA(macd, signal); histogram = macd - signal

    `close`: oldest first, any index, which the result keeps. Columns `macd`, `signal`, `histogram` in the unit of
    `close`, all NaN in the first `slow` + `signal` - 2 rows. Raises ValueError unless 1 <= fast < slow and signal >= 1.

    Source: Gerald Appel, "Technical Analysis: Power Tools for Active Investors" (2005); TA-Lib `MACD`.
    """
    if not fast < slow:
        raise ValueError(f"A MACD needs a fast average shorter than the slow one, not {fast} and {slow}.")
    lead = slow - fast
    line = (ema(close.iloc[lead:], fast) - ema(close, slow)).reindex(close.index)
    started = line.iloc[slow - 1 :]
    average = ema(started, signal).reindex(close.index)
    line = line.where(average.notna(), np.nan)
    return pd.DataFrame({"macd": line, "signal": average, "histogram": line - average})
