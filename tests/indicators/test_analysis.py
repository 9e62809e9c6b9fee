"""The Analysis of a day: it uses nothing later, and it gives the published figures."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import analyse, average_true_range, bollinger_bands, ema, find_trendlines, find_zones
from indicators.analysis import EMA_SPANS, Analysis, TooEarly
from indicators.analysts.consensus import consensus
from indicators.analysts.targets import current_targets
from market import PriceHistory, PriceTarget
from tests.support import real_googl
from tests.support.examples import examples
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars
from tests.support.same_analysis import assert_same

NOTE_DAY = date(2025, 11, 24)
PUBLISHED = {
    "CIFR": (16.77, (16.912, 15.887, 12.957, 9.775), (11.747, 24.620)),
    "CLSK": (11.15, (13.252, 14.322, 13.500, 12.418), (7.780, 20.457)),
    "IREN": (48.16, (52.678, 50.420, 41.122, 29.985), (37.781, 74.838)),
}


def history(bars: pd.DataFrame, **changed: object) -> PriceHistory:
    return replace(PriceHistory("X", "X Inc.", "USD", bars), **changed)


@needs_real_prices
@pytest.mark.parametrize("symbol", PUBLISHED)
def test_gives_the_published_figures(symbol):
    price, averages, (lower, upper) = PUBLISHED[symbol]
    bars = real_bars(symbol)
    bars.loc["2025-11-24", "close"] = price
    analysis = analyse(history(bars), as_of=NOTE_DAY)
    assert (analysis.price, analysis.session) == (price, NOTE_DAY)
    assert [average.value for average in analysis.emas] == pytest.approx(averages, abs=0.005)
    assert analysis.bands["lower"].iloc[-1] == pytest.approx(lower, abs=0.005)
    assert analysis.bands["upper"].iloc[-1] == pytest.approx(upper, abs=0.005)
    assert not any(average.warming_up for average in analysis.emas)


@needs_real_prices
def test_a_short_history_is_marked_as_warming_up_and_moves_the_200_day_ema_as_published():
    bars = real_bars("CLSK").loc[:"2025-11-24"].copy()
    bars.iloc[-1, bars.columns.get_loc("close")] = 11.15
    short, longer = (analyse(history(bars.iloc[-sessions:])).emas[3] for sessions in (250, 750))
    assert (short.value, longer.value) == (pytest.approx(12.23, abs=0.005), pytest.approx(12.41, abs=0.005))
    assert (short.warming_up, longer.warming_up) == (True, False)


def test_the_parts_equal_those_of_the_public_functions():
    bars = walk(400)
    analysis = analyse(history(bars))
    close = bars["close"]
    for average, span in zip(analysis.emas, EMA_SPANS, strict=True):
        pd.testing.assert_series_equal(average.series, ema(close, span))
        assert (average.span, average.value, average.sessions) == (span, ema(close, span).iloc[-1], 400)
        assert average.seed_weight == pytest.approx((1 - 2 / (span + 1)) ** (400 - span))
    pd.testing.assert_frame_equal(analysis.bands, bollinger_bands(close))
    assert analysis.atr == average_true_range(bars).iloc[-1]
    assert list(analysis.trendlines) == find_trendlines(bars) + find_trendlines(bars, "resistance")
    assert list(analysis.zones) == find_zones(bars)
    assert analysis.change_pct == pytest.approx(100 * (close.iloc[-1] / close.iloc[-2] - 1))
    assert analysis.price == close.iloc[-1]


@settings(max_examples=examples(25))
@given(
    st.integers(0, 10_000),
    st.floats(0.01, 1.0),
    st.sampled_from(["linear", "log"]),
    st.sampled_from(["1d", "1wk", "1mo"]),
)
def test_uses_nothing_later_than_the_as_of_day(seed, share, scale, interval):
    ((whole, targets),) = tickers(1, seed)
    day = whole.bars.index[math.ceil(share * len(whole.bars)) - 1].date()
    is_last = day == whole.bars.index[-1].date()
    known = replace(whole, bars=whole.bars.loc[: pd.Timestamp(day)], in_progress=whole.in_progress and is_last)
    then = [target for target in targets if target.date <= day]
    past = analyse(whole, targets, as_of=day, scale=scale, interval=interval)
    assert_same(past, analyse(known, then, scale=scale, interval=interval))
    assert past.in_progress == (whole.in_progress and is_last)


def test_uses_nothing_later_with_real_targets_and_a_split():
    rows, bars = real_googl.targets(), real_bars("GOOGL")
    for day in (date(2021, 5, 3), date(2022, 7, 15), date(2022, 7, 18), date(2024, 2, 29)):
        splits = real_googl.SPLITS
        past = analyse(history(bars, splits=splits), rows, as_of=day)
        known = history(bars.loc[: pd.Timestamp(day)], splits=splits)
        assert_same(past, analyse(known, [row for row in rows if row.date <= day]))
        assert len(past.targets) > 10
        assert all(row.date <= day for row in past.published)


def test_targets_and_consensus_are_those_of_the_day():
    bars = walk(300)
    day = bars.index[200].date()
    rows = [
        PriceTarget("X", "Needham", day - timedelta(days=3), 50.0, 40.0),
        PriceTarget("X", "BTIG", day, 60.0),
        PriceTarget("X", "BTIG", day + timedelta(days=1), 70.0, 60.0),
        PriceTarget("X", "Citi", day - timedelta(days=400), 80.0),
    ]
    analysis = analyse(history(bars), rows, as_of=day)
    assert analysis.targets == current_targets(analysis.published, day, analysis.price)
    assert [(target.firm, target.target, target.stale) for target in analysis.targets] == [
        ("Needham", 50.0, False),
        ("BTIG", 60.0, False),
        ("Citigroup", 80.0, True),
    ]
    assert analysis.consensus == consensus(analysis.targets, analysis.price)
    assert analysis.consensus is not None and (analysis.consensus.count, analysis.consensus.mean) == (2, 55.0)


def test_targets_in_pounds_count_for_a_share_in_pence_and_those_in_euros_do_not():
    bars = walk(300)
    day, close = bars.index[-1].date(), float(bars["close"].iloc[-1])
    rows = [
        PriceTarget("X", "Alder", day, close / 100.0, currency="GBP"),
        PriceTarget("X", "Birch", day, 1.2 * close, currency="GBX"),
        PriceTarget("X", "Cedar", day, 1.1 * close, currency="EUR"),
    ]
    analysis = analyse(history(bars, currency="GBp"), rows)
    assert [(target.firm, target.target) for target in analysis.targets] == [
        ("Alder", pytest.approx(close)),
        ("Birch", pytest.approx(1.2 * close)),
    ]
    assert [row.firm for row in analysis.foreign_targets] == ["Cedar"]


def assert_leading_lines_follow_the_definition(analysis: Analysis) -> None:
    price, bars = analysis.price, analysis.bars
    for line in analysis.leading:
        sign = 1.0 if line.side == "support" else -1.0
        assert sign * line.slope > 0, "a falling line under the price is no support"
        assert abs(price - line.value) <= 4.0 * analysis.atr
        if line.offered:
            assert sign * (price - line.value) >= 0 and line.status in ("holding", "testing", "bounced")
            assert bars.index[-60:][0] <= pd.Timestamp(line.end)
            assert sum(bars.index[-252:][0] <= pd.Timestamp(touch) for touch in line.touches) >= 2
        elif line.status == "broken":
            assert bars.index[-20:][0] <= pd.Timestamp(line.broken_on) and not line.tentative
        else:
            assert sign * (price - line.value) < 0 and line.status in ("testing", "holding", "break pending")
    sides = [(line.side, line.offered) for line in analysis.leading]
    assert len(set(sides)) == len(sides), "one line offered and one passed on each side"


@pytest.mark.parametrize(
    "count", [pytest.param(150, marks=pytest.mark.slow), pytest.param(1_000, marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_only_lines_offered_or_just_passed_lead(scale, count):
    seen = 0
    for ticker, targets in tickers(count, seed=31):
        analysis = analyse(ticker, targets, scale=scale)
        assert_leading_lines_follow_the_definition(analysis)
        seen += len(analysis.leading)
    assert seen > 50


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_only_lines_offered_or_just_passed_lead_on_real_bars(symbol):
    bars = real_bars(symbol)
    for day in bars.index[40::23]:
        assert_leading_lines_follow_the_definition(analyse(history(bars), as_of=day.date()))


def test_a_weekend_day_equals_its_friday_but_for_the_date():
    bars = walk(300)
    friday = next(day for day in bars.index[250:] if day.day_name() == "Friday")
    sunday = friday.date() + timedelta(days=2)
    weekend, weekday = analyse(history(bars), as_of=sunday), analyse(history(bars), as_of=friday.date())
    assert (weekend.as_of, weekend.session) == (sunday, friday.date())
    assert_same(replace(weekend, as_of=friday.date()), weekday)


def test_a_target_published_on_a_weekend_counts_on_that_weekend():
    bars = walk(300)
    friday = next(day for day in bars.index[250:] if day.day_name() == "Friday").date()
    row = PriceTarget("X", "Needham", friday + timedelta(days=1), 50.0)
    assert analyse(history(bars), [row], as_of=friday).targets == ()
    assert [target.target for target in analyse(history(bars), [row], as_of=friday + timedelta(days=2)).targets] == [
        50.0
    ]


def test_the_52_week_window_begins_52_weeks_before_the_day():
    bars = walk(600).assign(high=10.0, low=9.0)
    day = bars.index[-1].date()
    first = pd.Timestamp(day - timedelta(weeks=52))
    assert first in bars.index
    bars.loc[first, ["high", "low"]] = 12.0, 8.0
    bars.loc[first - pd.offsets.BDay(), ["high", "low"]] = 20.0, 1.0
    analysis = analyse(history(bars))
    assert (analysis.high_52w, analysis.low_52w) == (12.0, 8.0)
    later = analyse(history(bars), as_of=day + timedelta(days=1))
    assert (later.high_52w, later.low_52w) == (10.0, 9.0)


@pytest.mark.parametrize("years", [1, 5])
def test_bars_older_than_52_weeks_take_the_range_of_the_last_bar(years):
    bars = walk(300)
    bars.iloc[-2, :4] = 1.0, 900.0, 0.5, 2.0
    analysis = analyse(history(bars), as_of=bars.index[-1].date() + timedelta(days=366 * years))
    assert (analysis.high_52w, analysis.low_52w) == (bars["high"].iloc[-1], bars["low"].iloc[-1])
    assert analysis.price == bars["close"].iloc[-1]


def test_a_day_before_the_first_bar_raises_too_early():
    bars = walk(30)
    with pytest.raises(TooEarly) as caught:
        analyse(history(bars), as_of=date(2020, 1, 1))
    assert str(caught.value) == "X: no prices on or before 2020-01-01, so choose a day from 2020-01-02 on"
    assert (caught.value.symbol, caught.value.cause) == ("X", "no prices on or before 2020-01-01")
    assert caught.value.advice == "choose a day from 2020-01-02 on"


@pytest.mark.parametrize("as_of", [None, NOTE_DAY])
def test_no_bars_at_all_raise_too_early(as_of):
    with pytest.raises(TooEarly) as caught:
        analyse(history(walk(0)), as_of=as_of)
    assert str(caught.value) == "X: there are no daily prices to analyze, so choose another ticker"
    assert (caught.value.cause, caught.value.advice) == (
        "there are no daily prices to analyze",
        "choose another ticker",
    )


@pytest.mark.parametrize(
    ("sessions", "missing"),
    [
        (
            1,
            [
                "20-day EMA: 1 of 20 sessions",
                "50-day EMA: 1 of 50 sessions",
                "100-day EMA: 1 of 100 sessions",
                "200-day EMA: 1 of 200 sessions",
            ],
        ),
        (57, ["100-day EMA: 57 of 100 sessions", "200-day EMA: 57 of 200 sessions"]),
        (199, ["200-day EMA: 199 of 200 sessions"]),
        (200, []),
    ],
)
def test_shortfalls_name_what_needs_more_bars(sessions, missing):
    analysis = analyse(history(walk(sessions)))
    assert list(analysis.shortfalls) == missing
    assert (analysis.atr is None) == (sessions < 15)
    assert (analysis.change_pct is None) == (sessions == 1)
    assert all((average.value is None) == (sessions < average.span) for average in analysis.emas)


def test_leaves_its_input_unchanged():
    bars, targets = walk(300), (PriceTarget("X", "Needham", date(2021, 1, 5), 50.0),)
    before = bars.copy()
    analyse(history(bars), targets, as_of=bars.index[200].date())
    pd.testing.assert_frame_equal(bars, before)


@settings(max_examples=examples(20))
@given(st.integers(0, 10_000), st.sampled_from([2.0**-6, 2.0, 2.0**10]))
def test_prices_scale_with_the_bars_and_percentages_stay(seed, factor):
    bars = walk(260, seed)
    scaled = bars.assign(**{name: bars[name] * factor for name in ("open", "high", "low", "close")})
    one, other = analyse(history(bars)), analyse(history(scaled))
    assert [level.price * factor for level in one.levels] == [level.price for level in other.levels]
    assert [level.role for level in one.levels] == [level.role for level in other.levels]
    np.testing.assert_allclose(
        [level.distance_atr for level in one.levels], [level.distance_atr for level in other.levels]
    )
    np.testing.assert_allclose(
        [level.distance_pct for level in one.levels], [level.distance_pct for level in other.levels]
    )
    assert [cluster.label for cluster in one.clusters] == [cluster.label for cluster in other.clusters]
    assert other.change_pct == pytest.approx(one.change_pct)
