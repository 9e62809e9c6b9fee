"""The EMA, compared with TA-Lib and published figures, and properties that must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from indicators.moving_average import ema, seed_weight
from indicators.pandas_ta_adapter import library
from tests.support.generated_bars import closes, series, walk
from tests.support.real_prices import SYMBOLS, closes_until, needs_real_prices, real_bars

SPANS = (20, 50, 100, 200)
PUBLISHED = {
    "CIFR": (16.77, (16.912, 15.887, 12.957, 9.775)),
    "CLSK": (11.15, (13.252, 14.322, 13.500, 12.418)),
    "IREN": (48.16, (52.678, 50.420, 41.122, 29.985)),
}


@pytest.mark.parametrize("span", (1, 2, 3, *SPANS))
def test_equals_ta_lib_on_a_random_walk(span: int) -> None:
    close = walk(600)["close"]
    # TA-Lib has no EMA over one session, which is the close itself
    expected = close if span == 1 else talib.EMA(close, timeperiod=span)
    np.testing.assert_allclose(ema(close, span), expected, rtol=1e-12)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_equals_ta_lib_on_real_bars(symbol: str) -> None:
    close = real_bars(symbol)["close"]
    for span in SPANS:
        np.testing.assert_allclose(ema(close, span), talib.EMA(close, timeperiod=span), rtol=1e-12)


@needs_real_prices
@pytest.mark.parametrize("symbol", PUBLISHED)
def test_gives_the_published_figures(symbol: str) -> None:
    price, published = PUBLISHED[symbol]
    close = closes_until(symbol, "2025-11-24", price)
    assert [ema(close, span).iloc[-1] for span in SPANS] == pytest.approx(published, abs=0.005)


def test_the_library_does_not_call_ta_lib(monkeypatch: pytest.MonkeyPatch) -> None:
    """TA-Lib is installed here, and users may have it too: the figures must come from the same code either way."""
    monkeypatch.setattr(talib, "EMA", lambda *_: pytest.fail("TA-Lib was called"))
    assert ema(walk(60)["close"], 20).notna().sum() == 41
    assert library.Imports["talib"], "pandas-ta must see TA-Lib, or this test shows nothing"


@given(closes(), st.integers(1, 40))
def test_is_defined_from_the_seed_on(close: pd.Series, span: int) -> None:
    result = ema(close, span)
    assert result.index.equals(close.index)
    assert result.isna().tolist() == [position < span - 1 for position in range(len(close))]
    if len(close) >= span:
        assert result.iloc[span - 1] == pytest.approx(sum(close.iloc[:span]) / span, rel=1e-12)


@given(closes(min_size=2), st.integers(1, 20), st.data())
def test_a_later_bar_changes_no_earlier_value(close: pd.Series, span: int, data: st.DataObject) -> None:
    known = data.draw(st.integers(1, len(close) - 1))
    # With less than the seed left, the shorter one is all NaN, as the longer one is up to there
    pd.testing.assert_series_equal(ema(close.iloc[:known], span), ema(close, span).iloc[:known], check_exact=True)


@given(closes(min_size=1), st.integers(1, 20), st.sampled_from([1e-6, 0.01, 3.0, 1e9]))
def test_scales_with_the_prices(close: pd.Series, span: int, scale: float) -> None:
    np.testing.assert_allclose(ema(close * scale, span), ema(close, span) * scale, rtol=1e-12)


@given(closes(min_size=1), st.integers(1, 20))
def test_stays_between_the_lowest_and_the_highest_close(close: pd.Series, span: int) -> None:
    known = ema(close, span).dropna()
    assert ((known >= close.min() * (1 - 1e-12)) & (known <= close.max() * (1 + 1e-12))).all()


def test_leaves_its_input_unchanged_and_accepts_integers() -> None:
    close = pd.Series(range(1, 41))
    before = close.copy()
    np.testing.assert_allclose(ema(close, 10), talib.EMA(close.astype(float), timeperiod=10), rtol=1e-12)
    pd.testing.assert_series_equal(close, before)


@pytest.mark.parametrize("span", (0, -5))
def test_a_span_below_one_raises(span: int) -> None:
    with pytest.raises(ValueError, match="at least one session"):
        ema(series([1.0, 2.0]), span)


@pytest.mark.parametrize(("sessions", "span"), ((20, 20), (57, 20), (250, 200), (750, 200)))
def test_seed_weight_is_how_much_a_change_of_the_seed_moves_the_ema(sessions: int, span: int) -> None:
    """Raise the first `span` closes so that their mean rises by 1, and see how much the last value rises."""
    close = walk(sessions)["close"]
    raised = close.copy()
    raised.iloc[:span] += 1.0
    assert ema(raised, span).iloc[-1] - ema(close, span).iloc[-1] == pytest.approx(
        seed_weight(sessions, span), abs=1e-9
    )


def test_seed_weight_is_1_up_to_the_seed() -> None:
    assert seed_weight(20, 20) == seed_weight(3, 20) == 1.0
