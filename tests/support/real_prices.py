"""Recorded market prices from ../shared/market-data, for tests only: they must not be republished."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.paths import MARKET_DATA

FOLDER = MARKET_DATA
SYMBOLS = ("CIFR", "CLSK", "GOOGL", "IREN", "NVDA")

needs_real_prices = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/market-data is not on this machine")


def real_bars(symbol: str) -> pd.DataFrame:
    """Return daily bars adjusted for splits: index `date`, columns `open high low close volume`."""
    table = pd.read_csv(FOLDER / "prices" / f"{symbol}.csv", parse_dates=["Date"], index_col="Date")
    return table[["Open", "High", "Low", "Close", "Volume"]].rename(columns=str.lower).rename_axis("date")


def closes_until(symbol: str, day: str, last: float) -> pd.Series:
    """Return the closes up to `day`, the last one replaced by `last`, an intraday price of that day."""
    close = real_bars(symbol)["close"].loc[:day].copy()
    close.iloc[-1] = last
    return close
