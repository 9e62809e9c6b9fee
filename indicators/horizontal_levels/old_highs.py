"""Old highs: prices that stood as a high for a year or more, until the price broke them lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import pandas as pd

from indicators.bars.columns import Days, Floats
from indicators.intervals.bar_units import BAR_UNITS, BarUnit
from indicators.swings import swing_highs


@dataclass(frozen=True)
class OldHigh:
    """The high of `day`, above which the price closed on `broken_on` for the first time, and closes still."""

    price: float
    day: Date
    broken_on: Date


def find_old_high(bars: pd.DataFrame, unit: BarUnit = BAR_UNITS["1d"]) -> OldHigh | None:
    """Return the highest swing high that no close exceeded for a year or more, until one of the last quarter did.

    The last close is above it too; a break longer ago is part of the trend. `bars`: columns high, close. `unit`: that
    of the bars, which says how many of them make a year and a quarter.
    """
    days = bars.index.to_numpy().astype("datetime64[D]")
    return old_high_of(days, bars["high"].to_numpy(float), bars["close"].to_numpy(float), unit)


def old_high_of(days: Days, high: Floats, close: Floats, unit: BarUnit) -> OldHigh | None:
    """Return what `find_old_high` finds in bars whose columns are read already."""
    begin = max(len(days) - unit.quarter_bars, 0)
    swings = swing_highs(high[: max(len(days) - unit.year_bars, 0)])
    if not swings.size:
        return None
    highest_close = np.maximum.accumulate(close[1:begin][::-1])[::-1]  # from the bar after each up to the window
    held = swings[(high[swings] >= highest_close[swings]) & (high[swings] < close[-1])]
    broken = np.array([begin + int(np.argmax(close[begin:] > price)) for price in high[held].tolist()], dtype=np.intp)
    is_old = broken - held >= unit.year_bars
    if not is_old.any():
        return None
    at = int(np.flatnonzero(is_old)[np.argmax(high[held[is_old]])])
    return OldHigh(float(high[held[at]]), days[held[at]].item(), days[broken[at]].item())
