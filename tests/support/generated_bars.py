"""Generated bars: a seeded random walk for exact comparisons, and Hypothesis strategies for properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

# Prices in whole cents, because real closes are binary fractions nearest to a multiple of 0.01
cents = st.integers(min_value=1, max_value=10_000_000).map(lambda count: count / 100)


def walk(sessions: int, seed: int = 7, start: float = 40.0) -> pd.DataFrame:
    """Return daily bars of a random walk with gaps, on business days."""
    random = np.random.default_rng(seed)
    close = start * np.exp(np.cumsum(random.normal(0.0, 0.03, sessions)))
    open_ = close * np.exp(random.normal(0.0, 0.02, sessions))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0.0, 0.01, sessions)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0.0, 0.01, sessions)))
    days = pd.bdate_range("2020-01-02", periods=sessions, name="date")
    return pd.DataFrame({"open": open_, "high": high, "low": low, "close": close, "volume": 1_000.0}, index=days)


def series(values: list[float]) -> pd.Series:
    """Return the values as a series on business days."""
    return pd.Series(values, index=pd.bdate_range("2020-01-02", periods=len(values), name="date"), dtype=float)


def closes(min_size: int = 0, max_size: int = 80) -> st.SearchStrategy[pd.Series]:
    """Draw closes in cents, on business days."""
    return st.lists(cents, min_size=min_size, max_size=max_size).map(series)


@st.composite
def bars(draw: st.DrawFn, min_size: int = 0, max_size: int = 60) -> pd.DataFrame:
    """Draw valid bars in cents, with any gap from one day to the next."""
    prices = draw(st.lists(st.tuples(cents, cents, cents, cents), min_size=min_size, max_size=max_size))
    figures = np.sort(np.array(prices, dtype=float).reshape(-1, 4), axis=1)
    days = pd.bdate_range("2020-01-02", periods=len(figures), name="date")
    table = pd.DataFrame(figures, columns=["low", "open", "close", "high"], index=days)
    return table[["open", "high", "low", "close"]].assign(volume=1_000.0)
