"""Wilder's average true range, compared with TA-Lib, a calculation by hand, and properties that must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from indicators.atr import average_true_range
from tests.support.generated_bars import bars as drawn_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars


def talib_atr(bars: pd.DataFrame, length: int) -> pd.Series:
    return talib.ATR(bars["high"], bars["low"], bars["close"], timeperiod=length)


@pytest.mark.parametrize("length", (1, 2, 14, 50))
def test_equals_ta_lib_on_a_random_walk(length: int) -> None:
    bars = walk(400)
    np.testing.assert_allclose(average_true_range(bars, length), talib_atr(bars, length), rtol=1e-11)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_equals_ta_lib_on_real_bars(symbol: str) -> None:
    bars = real_bars(symbol)
    np.testing.assert_allclose(average_true_range(bars), talib_atr(bars, 14), rtol=1e-11)


def test_a_gap_counts_and_the_first_bar_does_not() -> None:
    """By hand: true ranges 7 (gap up, 17 - 10), 1, 9 (gap down, 16 - 7) after a first bar that is 90 wide."""
    days = pd.bdate_range("2020-01-02", periods=4, name="date")
    bars = pd.DataFrame({"high": [95, 17, 16.5, 8], "low": [5, 16, 15.5, 7], "close": [10, 16, 16, 7.5]}, index=days)
    assert average_true_range(bars, 2).tolist()[2:] == [4.0, 6.5]


@given(drawn_bars(), st.integers(1, 20))
def test_is_defined_from_the_seed_on(bars: pd.DataFrame, length: int) -> None:
    result = average_true_range(bars, length)
    assert result.index.equals(bars.index)
    assert result.isna().tolist() == [position < length for position in range(len(bars))]
    assert (result.dropna() >= 0).all()


@given(drawn_bars(min_size=2), st.integers(1, 20), st.data())
def test_a_later_bar_changes_no_earlier_value(bars: pd.DataFrame, length: int, data: st.DataObject) -> None:
    known = data.draw(st.integers(1, len(bars) - 1))
    earlier = average_true_range(bars.iloc[:known], length)
    pd.testing.assert_series_equal(earlier, average_true_range(bars, length).iloc[:known], check_exact=True)


@given(drawn_bars(min_size=1), st.integers(1, 20), st.sampled_from([2.0**-30, 0.5, 1024.0, 2.0**30]))
def test_scales_with_the_prices(bars: pd.DataFrame, length: int, scale: float) -> None:
    """Powers of two round nothing, so the digits stay the same."""
    scaled = average_true_range(bars * scale, length)
    pd.testing.assert_series_equal(scaled, average_true_range(bars, length) * scale, check_exact=True)


@given(drawn_bars(min_size=1))
def test_over_one_session_equals_the_true_range(bars: pd.DataFrame) -> None:
    previous = bars["close"].shift()
    spans = pd.concat([bars["high"] - bars["low"], bars["high"] - previous, previous - bars["low"]], axis=1)
    expected = spans.max(axis=1, skipna=False)
    np.testing.assert_allclose(average_true_range(bars, 1), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("length", (0, -14))
def test_a_length_below_one_raises(length: int) -> None:
    with pytest.raises(ValueError, match="at least one session"):
        average_true_range(walk(20), length)
