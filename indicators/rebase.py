"""Several tickers on one scale: rebased to the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

import pandas as pd


@dataclass(frozen=True)
class Rebased:
    """One ticker's closes since its base day, in percent: `pct` = 100 (close / base - 1), index session days.

    `base_day` is the session whose close is 0%: that of the chosen day, the last one before it where that day had no
    session, or the ticker's first one, where that came later.
    """

    symbol: str
    base_day: Date
    base: float
    pct: pd.Series


def rebase(symbol: str, close: pd.Series, day: Date) -> Rebased:
    """Rebase `close` to the close of `day`. Raises ValueError when there are no closes."""
    if close.empty:
        raise ValueError(f"{symbol} has no closes")
    position = max(int(close.index.searchsorted(pd.Timestamp(day), side="right")) - 1, 0)
    base = float(close.iloc[position])
    return Rebased(symbol, close.index[position].date(), base, 100.0 * (close.iloc[position:] / base - 1.0))
