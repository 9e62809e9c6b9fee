"""The odds of each level and target: those of `touch_probability`, until the right day, in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from indicators import analyse, touch_probability
from indicators.analysis import Analysis
from indicators.odds.forecasts import (
    TouchForecast,
    day_after,
    level_odds,
    level_phrase,
    sessions_until,
    target_forecast,
)
from market import PriceHistory, PriceTarget
from tests.support.generated_bars import walk

BARS = walk(600)
LAST = BARS.index[-1].date()
PRICE = float(BARS["close"].iloc[-1])


def analysis_with(*rows: PriceTarget, bars: pd.DataFrame = BARS) -> Analysis:
    return analyse(PriceHistory("X", "X", "USD", bars), rows)


def target(days_ago: int = 0, ratio: float = 1.2, **fields: object) -> PriceTarget:
    return PriceTarget("X", "Alder", LAST - timedelta(days=days_ago), PRICE * ratio, **fields)  # type: ignore[arg-type]


def test_level_has_the_odds_of_the_daily_closes_on_a_weekly_chart_too() -> None:
    for interval in ("1d", "1wk"):
        analysis = analyse(PriceHistory("X", "X", "USD", BARS), interval=interval)  # type: ignore[arg-type]
        expected = touch_probability(BARS["close"], 1.1 * PRICE, 21)
        assert level_odds(analysis, 1.1 * PRICE, 21) == expected


def test_target_has_the_odds_of_what_is_left_of_its_year() -> None:
    row = target(days_ago=300)
    forecast = target_forecast(analysis_with(row), row)
    assert forecast is not None
    assert forecast.until == row.date + timedelta(days=365)
    sessions = round(65 * 252 / (BARS.index[-1] - BARS.index[-253]).days)
    assert forecast.probability == touch_probability(BARS["close"], row.target or 0.0, sessions)
    assert forecast.low == forecast.probability == forecast.high


def test_from_half_a_year_on_the_odds_are_a_range() -> None:
    row = target()
    forecast = target_forecast(analysis_with(row), row)
    assert forecast is not None
    assert forecast.low < forecast.probability < forecast.high


@pytest.mark.parametrize("row", [target(days_ago=366), target(currency="CNY"), target(ratio=5.0), target(days_ago=365)])
def test_target_that_is_over_or_cannot_be_compared_has_no_odds(row: PriceTarget) -> None:
    analysis = analysis_with(row)
    (listed,) = (*analysis.targets, *analysis.foreign_targets)
    assert target_forecast(analysis, listed) is None


def test_without_enough_sessions_or_trading_there_are_no_odds() -> None:
    short = analysis_with(bars=BARS.tail(21))
    halted = BARS.copy()
    halted.iloc[-25:, :4] = PRICE
    halted.iloc[-25:, 4] = 0.0
    for analysis in (short, analysis_with(bars=halted)):
        assert level_odds(analysis, PRICE, 21) is None
        assert level_phrase(analysis, PRICE) == ""


def test_sessions_follow_the_pace_of_the_market() -> None:
    weekdays = analysis_with()
    assert sessions_until(LAST + timedelta(days=364), weekdays) == pytest.approx(260, abs=1)
    every_day = BARS.set_axis(pd.date_range(end=BARS.index[-1], periods=len(BARS), name="date"))
    coin = analysis_with(bars=every_day)
    assert sessions_until(LAST + timedelta(days=364), coin) == 364
    assert day_after(21, coin) == LAST + timedelta(days=21)
    assert sessions_until(LAST, analysis_with(bars=BARS.tail(1))) == 0


def test_forecast_in_words() -> None:
    until = date(2026, 11, 24)
    assert TouchForecast(0.62, 0.62, 0.62, until).sentence == "Touch by Nov 2026: 62%"
    assert TouchForecast(0.62, 0.45, 0.7, until).phrase == "45 to 70%"
    assert TouchForecast(0.001, 0.0001, 0.02, until).phrase == "under 1 to 2%"
    assert TouchForecast(0.3, 0.301, 0.304, until).phrase == "30%"


def test_level_in_words_gives_both_horizons() -> None:
    analysis = replace(analysis_with())
    near, far = (f"{100 * touch_probability(BARS['close'], 1.1 * PRICE, sessions):.0f}%" for sessions in (21, 63))
    days = [f"{day.day} {day:%b %Y}" for day in (LAST + timedelta(days=29), LAST + timedelta(days=88))]
    assert level_phrase(analysis, 1.1 * PRICE) == f"Touch by {days[0]}: {near}, by {days[1]}: {far}"
