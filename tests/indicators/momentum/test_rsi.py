"""Wilder's relative strength index, compared with TA-Lib and with properties that must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from indicators.momentum.rsi import relative_strength_index
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars

closes = st.lists(st.floats(1.0, 1000.0), min_size=1, max_size=60).map(pd.Series)


@pytest.mark.parametrize("length", (2, 14, 50))
def test_equals_ta_lib_on_a_random_walk(length: int) -> None:
    close = walk(400)["close"]
    np.testing.assert_allclose(relative_strength_index(close, length), talib.RSI(close, length), rtol=1e-11)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_equals_ta_lib_on_real_closes(symbol: str) -> None:
    close = real_bars(symbol)["close"]
    np.testing.assert_allclose(relative_strength_index(close), talib.RSI(close, 14), rtol=1e-9)


@given(closes)
def test_lies_between_zero_and_a_hundred_and_exists_from_the_first_fourteen_moves_on(close: pd.Series) -> None:
    index = relative_strength_index(close)
    assert index.index.equals(close.index)
    assert index.iloc[:14].isna().all()
    assert index.dropna().between(0.0, 100.0).all()


@given(closes)
def test_of_the_mirrored_price_it_is_the_rest_to_a_hundred(close: pd.Series) -> None:
    mirrored = relative_strength_index(-close)
    np.testing.assert_allclose(mirrored, 100.0 - relative_strength_index(close), atol=1e-6)


def test_only_rises_give_a_hundred_and_no_move_gives_nothing() -> None:
    assert relative_strength_index(pd.Series(np.arange(1.0, 31.0))).iloc[-1] == 100.0
    assert relative_strength_index(pd.Series(np.full(30, 5.0))).isna().all()
