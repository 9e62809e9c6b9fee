"""Gaps: days on which the price jumped by a usual day's range, and that it has not come back to fill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

import numpy as np
import pandas as pd

from indicators.bars.columns import BarColumns, bar_columns

LOOKBACK_SESSIONS = 252
MIN_ATR = 1.0  # a jump smaller than a usual day's range leaves no mark that traders remember


@dataclass(frozen=True)
class Gap:
    """Prices from `low` to `high` at which nothing traded when the price jumped over them on `day`."""

    day: Date
    low: float
    high: float

    def edge(self, price: float) -> float:
        """Return the edge that `price` meets first; from within the gap, where it came back to, that which closes it.

        A gap lies below the price after a jump up and above it after a jump down.
        """
        return self.high if price >= self.high else self.low


def find_gaps(bars: pd.DataFrame) -> list[Gap]:
    """Return the open gaps of the last 252 sessions, oldest first.

    A gap up on day t runs from high[t-1] to low[t] and is at least as wide as ATR(14) of day t; it is open as long as
    no later low reaches high[t-1]. A gap down mirrors it: from high[t] to low[t-1]. `bars`: columns high, low, close.
    """
    return gaps_of(bar_columns(bars))


def gaps_of(bars: BarColumns) -> list[Gap]:
    """Return what `find_gaps` finds in bars whose columns are read already."""
    first = max(len(bars) - LOOKBACK_SESSIONS - 1, 0)  # the session before the first that may have jumped
    high, low, days = bars.high[first:], bars.low[first:], bars.days[first:]
    wide = MIN_ATR * bars.atr[first + 1 :]  # NaN where there is none, which no width reaches
    lowest_since = np.minimum.accumulate(low[:0:-1])[::-1]
    highest_since = np.maximum.accumulate(high[:0:-1])[::-1]
    up = (low[1:] - high[:-1] >= wide) & (lowest_since > high[:-1])
    down = (low[:-1] - high[1:] >= wide) & (highest_since < low[:-1])
    return [
        Gap(days[at + 1].item(), float(high[at]), float(low[at + 1]))
        if up[at]
        else Gap(days[at + 1].item(), float(high[at + 1]), float(low[at]))
        for at in np.flatnonzero((up | down) & (wide > 0.0)).tolist()
    ]


def gap_of_last_bar(bars: pd.DataFrame, atr: float | None) -> Literal["up", "down"] | None:
    """Return which way the last bar jumped by its ATR(14) or more, None where it did not."""
    if not atr or len(bars) < 2:
        return None
    high, low = bars["high"].to_numpy(float), bars["low"].to_numpy(float)
    if low[-1] - high[-2] >= MIN_ATR * atr:
        return "up"
    return "down" if low[-2] - high[-1] >= MIN_ATR * atr else None
