"""The exponential moving average, and how much of it is still its seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.pandas_ta_adapter import exponential_mean


def ema(close: pd.Series, span: int) -> pd.Series:
    """Return the exponential moving average over `span` sessions, seeded with a simple one.

    EMA[t] = a close[t] + (1 - a) EMA[t-1], a = 2 / (span + 1)
    EMA[span-1] = mean of the first `span` closes; NaN before

    `close`: oldest first, any index, which the result keeps; the result is in the unit of `close`. Fewer than
    `span` closes give NaN throughout. Raises ValueError for a span below 1.

    Source: TA-Lib `EMA` (classic compatibility); StockCharts ChartSchool, "Moving Averages".
    """
    if span < 1:
        raise ValueError(f"An EMA needs a span of at least one session, not {span}.")
    if len(close) < span:
        return pd.Series(np.nan, index=close.index)
    values = close.to_numpy(dtype=float)
    seeded = np.concatenate((np.full(span - 1, np.nan), [values[:span].mean()], values[span:]))
    return pd.Series(exponential_mean(pd.Series(seeded), span).to_numpy(), index=close.index)


def seed_weight(bars: int, span: int) -> float:
    """Return the share of today's EMA(span) that is still its seed after `bars` sessions.

    (1 - a)^(bars - span), a = 2 / (span + 1): 1 on the day of the seed and before it, falling toward 0.
    """
    return float((1.0 - 2.0 / (span + 1)) ** max(bars - span, 0))
