"""The MACD, compared with TA-Lib and with properties that must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from indicators.momentum.macd import moving_average_convergence
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars


def assert_equals_ta_lib(close: pd.Series, fast: int = 12, slow: int = 26, signal: int = 9) -> None:
    ours = moving_average_convergence(close, fast, slow, signal)
    theirs = talib.MACD(close, fast, slow, signal)
    for column, judge in zip(("macd", "signal", "histogram"), theirs, strict=True):
        np.testing.assert_allclose(ours[column], judge, rtol=1e-8, atol=1e-10 * close.abs().max())


@pytest.mark.parametrize(("fast", "slow", "signal"), [(12, 26, 9), (2, 3, 2), (5, 35, 5)])
def test_equals_ta_lib_on_a_random_walk(fast: int, slow: int, signal: int) -> None:
    assert_equals_ta_lib(walk(400)["close"], fast, slow, signal)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_equals_ta_lib_on_real_closes(symbol: str) -> None:
    assert_equals_ta_lib(real_bars(symbol)["close"])


@given(st.integers(1, 60))
def test_begins_with_the_first_signal_and_has_a_row_for_each_close(sessions: int) -> None:
    close = walk(60)["close"].iloc[:sessions]
    macd = moving_average_convergence(close)
    assert macd.index.equals(close.index)
    assert macd.iloc[:33].isna().all().all() and macd.iloc[33:].notna().all().all()


def test_a_price_that_never_moves_has_a_macd_of_zero() -> None:
    assert (moving_average_convergence(pd.Series(np.full(60, 7.0))).dropna().to_numpy() == 0.0).all()


def test_a_fast_average_that_is_not_faster_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter than the slow one, not 26 and 12"):
        moving_average_convergence(walk(60)["close"], 26, 12)
