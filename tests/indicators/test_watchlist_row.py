"""The watchlist row: its figures are those of the analysis, and its filters select what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import analyse
from indicators.watchlist_row import FILTERS, Support, WatchlistRow, watchlist_row
from indicators.zones import Zone
from market import PriceHistory, PriceTarget
from market.sample import sample
from tests.support.generated_bars import walk


def history(bars: pd.DataFrame) -> PriceHistory:
    return PriceHistory("TEST", "Test Inc.", "USD", bars)


def row(bars: pd.DataFrame, *targets: PriceTarget) -> WatchlistRow:
    return watchlist_row(analyse(history(bars), targets))


@pytest.fixture(scope="module")
def cifr() -> WatchlistRow:
    return watchlist_row(analyse(sample.history("CIFR"), sample.targets("CIFR"), date(2025, 11, 24)))


def test_the_sample_row_of_cifr_has_the_figures_of_the_article(cifr):
    assert (cifr.price, round(cifr.change_pct, 1)) == (16.77, 18.6)
    assert cifr.above == {20: False, 50: True, 100: True, 200: True}  # 16.91 and 15.89 around 16.77
    assert round(cifr.upside_pct, 2) == 7.33  # 18 / 16.77
    assert cifr.newest.words(cifr.price_format) == "Overweight from Neutral, target $18 from $12"
    assert cifr.raised_lately


def test_percent_b_is_the_position_between_the_bands():
    bars = walk(300)
    close = bars["close"].to_numpy()[-20:]
    lower, upper = close.mean() - 2 * close.std(), close.mean() + 2 * close.std()
    assert row(bars).percent_b == pytest.approx(100 * (close[-1] - lower) / (upper - lower))


@pytest.mark.parametrize("sessions", (1, 2, 19, 20, 57, 250))
def test_figures_that_need_more_bars_are_none(sessions):
    short = row(walk(sessions))
    assert (short.percent_b is None) == (sessions < 20)
    assert (short.change_pct is None) == (sessions < 2)
    assert {span: above is None for span, above in short.above.items()} == {
        span: sessions < span for span in (20, 50, 100, 200)
    }
    assert (short.upside_pct, short.newest, short.raised_lately) == (None, None, False)


def test_bands_without_width_have_no_percent_b():
    flat = walk(60).assign(open=5.0, high=5.0, low=5.0, close=5.0)
    assert row(flat).percent_b is None


def test_the_trendline_support_is_the_support(cifr):
    line = analyse(sample.history("CIFR")).support
    assert line is not None and cifr.support is not None
    assert cifr.support.low == cifr.support.high == line.value
    assert cifr.support.status == line.status
    assert cifr.support.distance_pct == pytest.approx(100 * (line.value / 16.77 - 1))


def zone_support(low: float, high: float, lows: list[float], price: float = 10.0) -> Support | None:
    """Return the support of a ticker without trendline, at `price`, with one zone and these last lows."""
    bars = walk(120)
    bars["low"] = 100.0
    bars.iloc[-len(lows) :, bars.columns.get_loc("low")] = lows
    days = (bars.index[0].date(), bars.index[9].date())
    found = replace(analyse(history(bars)), bars=bars, price=price, atr=1.0, leading=(), zones=(Zone(low, high, days),))
    return watchlist_row(found).support


def test_without_a_trendline_the_nearest_zone_below_is_the_support():
    assert zone_support(8.0, 9.0, [9.5, 9.4, 9.6]) == Support("zone", 8.0, 9.0, "holding", pytest.approx(-10.0))
    assert zone_support(8.0, 9.0, [9.5, 8.9, 9.6]).status == "testing"
    assert zone_support(8.0, 9.0, [8.9, 9.5, 9.4, 9.6]).status == "holding"  # four bars ago
    assert zone_support(9.5, 10.5, [9.8]).distance_pct == 0.0  # the price is inside
    assert zone_support(10.5, 11.0, [9.8]) is None  # above


def test_raised_lately_covers_seven_days():
    bars = walk(120)
    last = bars.index[-1].date()

    def raised(days_ago: int, target: float = 18.0, prior: float = 12.0) -> bool:
        return row(bars, PriceTarget("TEST", "A", last - timedelta(days=days_ago), target, prior)).raised_lately

    assert raised(0) and raised(6)
    assert not raised(7) and not raised(0, target=12.0, prior=18.0)
    assert not row(bars, PriceTarget("TEST", "A", last, 18.0)).raised_lately  # set, not raised


@given(st.integers(0, 10_000), st.integers(30, 300))
def test_filters_agree_with_the_figures(seed, sessions):
    bars = walk(sessions, seed)
    result = row(bars)
    averages = {average.span: average.value for average in analyse(history(bars)).emas}
    known = None not in averages.values()
    assert FILTERS["above all EMAs"](result) == (known and result.price >= max(averages.values()))
    assert FILTERS["below all EMAs"](result) == (known and result.price < min(averages.values()))
    on_line = result.support is not None and result.support.kind != "zone"
    by_status = {
        "testing its trendline": "testing",
        "bounced off its trendline": "bounced",
        "breaking its trendline": "break pending",
    }
    for name, status in by_status.items():
        assert FILTERS[name](result) == (on_line and result.support.status == status)


def test_a_row_uses_nothing_later_than_its_day():
    bars = walk(400)
    then = bars.index[300].date()
    later = PriceTarget("TEST", "A", bars.index[350].date(), 99.0, 1.0)
    assert watchlist_row(analyse(history(bars), (later,), then)) == row(bars.iloc[:301])
