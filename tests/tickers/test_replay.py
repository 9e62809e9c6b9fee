"""Replayed days, compared with analyzing each of them on its own."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date, timedelta
from weakref import ref

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import analyse
from indicators.analysis import TooEarly
from market import PriceHistory, PriceTarget
from tests.support import real_googl
from tests.support.examples import examples
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import bars as drawn_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars
from tests.support.same_analysis import assert_same
from tickers.replay import MANY_DAYS, replay

NO_BARS = walk(0)


def history(bars: pd.DataFrame, **changed: object) -> PriceHistory:
    return replace(PriceHistory("X", "X Inc.", "USD", bars), **changed)


@settings(max_examples=examples(60))
@given(
    st.integers(0, 10_000),
    st.sampled_from(["linear", "log"]),
    st.sampled_from(["1d", "1wk", "1mo"]),
    st.randoms(use_true_random=False),
)
def test_each_day_is_the_analysis_of_that_day(seed, scale, interval, random):
    ((ticker, targets),) = tickers(1, seed)
    sessions = [day.date() for day in ticker.bars.index]
    days = [*random.choices(sessions, k=8), sessions[-1], sessions[-1] + timedelta(days=400)]
    for analysis, day in zip(replay(ticker, targets, days, scale, interval), days, strict=True):
        assert_same(analysis, analyse(ticker, targets, day, scale, interval))


@pytest.mark.long
@settings(max_examples=examples(20))
@given(drawn_bars(min_size=1, max_size=50))
def test_each_day_of_bars_of_any_shape(bars):
    days = [day.date() for day in bars.index] * (1 + MANY_DAYS // len(bars))
    for analysis in replay(history(bars), [], days):
        assert_same(analysis, analyse(history(bars), [], analysis.as_of))


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_days_with_prices_below_zero(scale):
    bars = walk(120)
    bars.iloc[60:, :4] -= 60.0
    days = [day.date() for day in bars.index[50:]]
    for analysis in replay(history(bars), [], days, scale):
        assert_same(analysis, analyse(history(bars), [], analysis.as_of, scale))


@needs_real_prices
@pytest.mark.parametrize("symbol", [SYMBOLS[0], *(pytest.param(name, marks=pytest.mark.slow) for name in SYMBOLS[1:])])
def test_each_day_of_real_bars(symbol):
    bars = real_bars(symbol)
    days = [day.date() for day in bars.index[20::17]]
    for analysis in replay(history(bars), [], days):
        assert_same(analysis, analyse(history(bars), [], analysis.as_of))


@needs_real_prices
def test_each_day_of_real_targets_with_a_split():
    googl, rows = history(real_bars("GOOGL"), splits=real_googl.SPLITS), real_googl.targets()
    days = [day.date() for day in googl.bars.index[::25]] + [date(2022, 7, 15), date(2022, 7, 18)]
    for analysis in replay(googl, rows, days):
        assert_same(analysis, analyse(googl, rows, analysis.as_of))


def test_a_day_before_the_first_bar_raises_too_early():
    ticker = history(walk(30))
    with pytest.raises(TooEarly, match="choose a day from 2020-01-02 on"):
        next(replay(ticker, [], [date(2020, 1, 1)]))
    with pytest.raises(TooEarly, match="there are no daily prices"):
        next(replay(history(NO_BARS), [], [date(2020, 1, 1)]))


def test_no_analysis_is_kept():
    ticker = history(walk(400))
    row = PriceTarget("X", "Needham", ticker.bars.index[0].date(), 50.0)
    yielded = [ref(analysis) for analysis in replay(ticker, [row], [day.date() for day in ticker.bars.index[300:]])]
    gc.collect()
    assert [analysis() for analysis in yielded] == [None] * 100
