"""Bollinger Bands, compared with TA-Lib, pandas-ta, exact fractions and published figures."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.bollinger import bollinger_bands
from indicators.pandas_ta_adapter import library
from tests.support.examples import examples
from tests.support.generated_bars import cents, closes, series, walk
from tests.support.real_prices import SYMBOLS, closes_until, needs_real_prices, real_bars

PUBLISHED = {"CIFR": (16.77, 11.747, 24.620), "CLSK": (11.15, 7.780, 20.457), "IREN": (48.16, 37.781, 74.838)}


def talib_bands(close: pd.Series, length: int, width: float) -> np.ndarray:
    upper, middle, lower = talib.BBANDS(close, timeperiod=length, nbdevup=width, nbdevdn=width, matype=0)
    return np.column_stack([lower, middle, upper])


def pandas_ta_bands(close: pd.Series, length: int, width: float) -> np.ndarray:
    """Pass every argument under its name in pandas-ta and in its fork: each ignores unknown names silently."""
    widths = {"std": width, "lower_std": width, "upper_std": width}
    table = library.bbands(close, length=length, ddof=0, mamode="sma", talib=False, offset=0, **widths)
    return np.column_stack([table.filter(regex=f"^{prefix}_") for prefix in ("BBL", "BBM", "BBU")])


@pytest.mark.parametrize(("length", "width"), ((20, 2.0), (20, 2.5), (5, 1.0), (50, 3.0)))
@pytest.mark.parametrize("reference", (talib_bands, pandas_ta_bands))
def test_equals_ta_lib_and_pandas_ta_on_a_random_walk(reference, length: int, width: float) -> None:
    close = walk(600)["close"]
    np.testing.assert_allclose(bollinger_bands(close, length, width), reference(close, length, width), rtol=1e-9)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("reference", (talib_bands, pandas_ta_bands))
def test_equals_ta_lib_and_pandas_ta_on_real_bars(reference, symbol: str) -> None:
    close = real_bars(symbol)["close"]
    np.testing.assert_allclose(bollinger_bands(close), reference(close, 20, 2.0), rtol=1e-9)


@needs_real_prices
@pytest.mark.parametrize("symbol", PUBLISHED)
def test_gives_the_published_figures(symbol: str) -> None:
    price, lower, upper = PUBLISHED[symbol]
    last = bollinger_bands(closes_until(symbol, "2025-11-24", price)).iloc[-1]
    assert (last["lower"], last["upper"]) == pytest.approx((lower, upper), abs=0.005)


@given(st.lists(cents, min_size=1, max_size=30), st.sampled_from([1e-9, 1e-4, 1.0, 1e6]))
@settings(max_examples=examples(60))
def test_the_last_window_is_exact_to_the_last_digits(values: list[float], scale: float) -> None:
    """Compare with exact fractions, so that no rounding in a reference hides one of ours."""
    scaled = [value * scale for value in values]
    exact = [Fraction(value) for value in scaled]
    middle = sum(exact) / len(exact)
    deviation = sqrt(sum((value - middle) ** 2 for value in exact) / len(exact))
    last = bollinger_bands(series(scaled), len(values)).iloc[-1]
    tolerance = 1e-14 * max(scaled)
    assert last["middle"] == pytest.approx(float(middle), abs=tolerance)
    assert last["upper"] - last["middle"] == pytest.approx(2 * deviation, abs=4 * tolerance)


@pytest.mark.parametrize("before", (1e3, 1e9, 1e15))
def test_a_window_does_not_depend_on_the_bars_before_it(before: float) -> None:
    """A stock fell a billionfold (adjusted for its reverse splits): a running variance would keep that rounding."""
    calm = 10.0 + 0.01 * np.sin(np.arange(20.0))
    fallen = bollinger_bands(series([before] * 30 + calm.tolist())).iloc[-1]
    pd.testing.assert_series_equal(fallen, bollinger_bands(series(calm.tolist())).iloc[-1], check_names=False, rtol=0)


@given(cents, st.integers(1, 60), st.sampled_from([1e-9, 1.0, 1e9]), st.integers(1, 30))
def test_equal_closes_give_bands_of_zero_width(price: float, sessions: int, scale: float, length: int) -> None:
    close = series([price * scale] * sessions)
    bands = bollinger_bands(close, length).iloc[length - 1 :]
    assert (bands.to_numpy() == price * scale).all()


@given(closes(), st.integers(1, 25), st.floats(0, 5))
def test_is_defined_from_the_first_whole_window_on(close: pd.Series, length: int, width: float) -> None:
    bands = bollinger_bands(close, length, width)
    assert bands.index.equals(close.index)
    assert bands.columns.tolist() == ["lower", "middle", "upper"]
    for column in bands:
        assert bands[column].isna().tolist() == [position < length - 1 for position in range(len(close))]
    known = bands.dropna()
    assert ((known["lower"] <= known["middle"]) & (known["middle"] <= known["upper"])).all()


@given(closes(min_size=2), st.integers(1, 25), st.data())
def test_a_later_bar_changes_no_earlier_value(close: pd.Series, length: int, data: st.DataObject) -> None:
    known = data.draw(st.integers(1, len(close) - 1))
    earlier = bollinger_bands(close.iloc[:known], length)
    pd.testing.assert_frame_equal(earlier, bollinger_bands(close, length).iloc[:known], check_exact=True)


@given(closes(min_size=1), st.integers(1, 25), st.sampled_from([2.0**-30, 0.5, 1024.0, 2.0**30]))
def test_scales_with_the_prices(close: pd.Series, length: int, scale: float) -> None:
    """Powers of two round nothing, so the digits stay the same."""
    scaled = bollinger_bands(close * scale, length)
    pd.testing.assert_frame_equal(scaled, bollinger_bands(close, length) * scale, check_exact=True)


@pytest.mark.parametrize(("length", "width"), ((0, 2.0), (-3, 2.0), (20, -1.0)))
def test_impossible_arguments_raise(length: int, width: float) -> None:
    with pytest.raises(ValueError, match="Bollinger Bands need"):
        bollinger_bands(series([1.0, 2.0]), length, width)
