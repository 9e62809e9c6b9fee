"""Several tickers on one scale: in percent of the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

import pandas as pd


@dataclass(frozen=True)
class Rebased:
    """One ticker's closes from its base on, in percent: `pct` = 100 (close / base close - 1), index session days.

    `base_day` is the session whose close is 0 %: the chosen day's, the last before it where that day had none, or the
    ticker's first one, where that came later.
    """

    symbol: str
    base_day: Date
    base: float
    pct: pd.Series


def rebase(symbol: str, close: pd.Series, day: Date) -> Rebased:
    """`close` from `day` on in percent of that day's close. Raises ValueError when there are no closes."""
    if close.empty:
        raise ValueError(f"{symbol} has no closes")
    place = max(int(close.index.searchsorted(pd.Timestamp(day), side="right")) - 1, 0)
    base = float(close.iloc[place])
    return Rebased(symbol, close.index[place].date(), base, 100.0 * (close.iloc[place:] / base - 1.0))
