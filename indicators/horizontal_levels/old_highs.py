"""Old highs: prices that stood as a high for a year or more, until the price broke them lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import pandas as pd

from indicators.swings import swing_highs

STOOD_SESSIONS = 252  # a year without a close above it
BROKEN_SESSIONS = 63  # a quarter: a break longer ago is part of the trend


@dataclass(frozen=True)
class OldHigh:
    """The high of `day`, above which the price closed on `broken_on` for the first time, and closes still."""

    price: float
    day: Date
    broken_on: Date


def find_old_high(bars: pd.DataFrame) -> OldHigh | None:
    """Return the highest swing high that no close exceeded for 252 sessions or more, until one of the last 63 did.

    The last close is above it too. `bars`: columns high, close.
    """
    high, close = bars["high"].to_numpy(float), bars["close"].to_numpy(float)
    recent = max(len(bars) - BROKEN_SESSIONS, 0)
    swings = swing_highs(high[: max(len(bars) - STOOD_SESSIONS, 0)])
    if not swings.size:
        return None
    highest_close = np.maximum.accumulate(close[1:recent][::-1])[::-1]  # from the bar after each up to the window
    held = swings[(high[swings] >= highest_close[swings]) & (high[swings] < close[-1])]
    broken = np.array([recent + int(np.argmax(close[recent:] > price)) for price in high[held].tolist()], dtype=np.intp)
    stood = broken - held >= STOOD_SESSIONS
    if not stood.any():
        return None
    at = int(np.flatnonzero(stood)[np.argmax(high[held[stood]])])
    days = bars.index
    return OldHigh(float(high[held[at]]), days[held[at]].date(), days[broken[at]].date())
