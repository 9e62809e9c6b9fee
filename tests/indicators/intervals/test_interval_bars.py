"""Weekly and monthly bars: made by hand, compared with pandas resampling, and complete only when they are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from indicators import analyse, average_true_range, bollinger_bands, ema
from indicators.intervals.bar_units import BAR_UNITS, Interval
from indicators.intervals.interval_bars import bars_holding, interval_bars, is_running
from indicators.trendlines.mirrored_bars import Scale
from market import PriceHistory
from tests.support import real_googl
from tests.support.generated_bars import bars, walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars

LONGER: tuple[Interval, ...] = ("1wk", "1mo")
RESAMPLED = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}


def days_of(*days: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(days, name="date")


def table(days: pd.DatetimeIndex, *rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), index=days, columns=list(RESAMPLED), dtype=float)


def resampled(daily: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Return what pandas makes of the bars, each at the day of its last session."""
    made = daily.assign(day=daily.index).resample(rule).agg(RESAMPLED | {"day": "last"})
    return made.dropna(subset="close").set_index("day").rename_axis("date")


# Thanksgiving week has no Thursday, the week after begins in November and ends in December
HAND_MADE = table(
    days_of("2025-11-24", "2025-11-25", "2025-11-26", "2025-11-28", "2025-12-01", "2025-12-02"),
    (10.0, 11.0, 9.5, 10.5, 100.0),
    (10.6, 12.5, 10.2, 12.0, 200.0),
    (12.0, 12.1, 8.0, 9.0, 300.0),
    (9.2, 9.9, 9.1, 9.8, 50.0),
    (9.8, 10.4, 9.7, 10.1, 120.0),
    (10.0, 10.2, 9.9, 10.0, 130.0),
)


def test_a_week_is_its_monday_to_its_last_session() -> None:
    expected = table(days_of("2025-11-28", "2025-12-02"), (10.0, 12.5, 8.0, 9.8, 650.0), (9.8, 10.4, 9.7, 10.0, 250.0))
    pd.testing.assert_frame_equal(interval_bars(HAND_MADE, "1wk"), expected)


def test_a_month_is_that_of_the_calendar() -> None:
    expected = table(days_of("2025-11-28", "2025-12-02"), (10.0, 12.5, 8.0, 9.8, 650.0), (9.8, 10.4, 9.7, 10.0, 250.0))
    pd.testing.assert_frame_equal(interval_bars(HAND_MADE, "1mo"), expected)
    new_year = table(days_of("2025-12-31", "2026-01-02"), (1.0, 2.0, 0.5, 1.5, 1.0), (1.6, 1.8, 1.4, 1.7, 2.0))
    pd.testing.assert_frame_equal(interval_bars(new_year, "1mo"), new_year)
    one_week = table(days_of("2026-01-02"), (1.0, 2.0, 0.5, 1.7, 3.0))
    pd.testing.assert_frame_equal(interval_bars(new_year, "1wk"), one_week)


def test_daily_bars_are_returned_as_they_are() -> None:
    assert interval_bars(HAND_MADE, "1d") is HAND_MADE


def test_no_bars_make_no_bars() -> None:
    assert interval_bars(HAND_MADE.iloc[:0], "1wk").empty


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize(("interval", "rule"), [("1wk", "W-SUN"), ("1mo", "ME")])
def test_equals_pandas_on_real_bars(symbol: str, interval: Interval, rule: str) -> None:
    daily = real_bars(symbol)
    made = interval_bars(daily, interval)
    pd.testing.assert_frame_equal(made, resampled(daily, rule), check_dtype=False)
    assert made["volume"].sum() == daily["volume"].sum()


@given(bars(min_size=1), st.sets(st.integers(0, 59)), st.sampled_from([("1wk", "W-SUN"), ("1mo", "ME")]))
def test_equals_pandas_whichever_sessions_are_missing(
    daily: pd.DataFrame, missing: set[int], kind: tuple[Interval, str]
) -> None:
    interval, rule = kind
    kept = daily.assign(volume=1.0)[[*RESAMPLED]].iloc[[at for at in range(len(daily)) if at not in missing]]
    if not kept.empty:
        pd.testing.assert_frame_equal(interval_bars(kept, interval), resampled(kept, rule), check_freq=False)


def test_a_coin_trades_its_week_through_sunday() -> None:
    days = pd.date_range("2025-11-03", "2025-11-25", name="date")
    daily = pd.DataFrame({"close": np.arange(float(len(days)))}, index=days)
    assert list(interval_bars(daily, "1wk").index.strftime("%a %d")) == ["Sun 09", "Sun 16", "Sun 23", "Tue 25"]


def test_a_sunday_session_opens_the_week_where_saturday_is_closed() -> None:
    """Tel Aviv traded from Sunday to Thursday until 2025; India holds a special session on some Sundays."""
    days = days_of("2024-11-03", "2024-11-04", "2024-11-07", "2024-11-10", "2024-11-14", "2024-11-17")
    daily = pd.DataFrame({"close": np.arange(6.0)}, index=days)
    assert list(interval_bars(daily, "1wk").index.strftime("%a %d")) == ["Thu 07", "Thu 14", "Sun 17"]


def test_one_special_saturday_does_not_change_the_weeks() -> None:
    """In March 2024 the Indian exchanges held a session on a Saturday."""
    days = pd.bdate_range("2023-10-02", "2024-03-08", name="date").union(days_of("2024-03-02", "2023-11-12"))
    weeks = interval_bars(pd.DataFrame({"close": 1.0}, index=days), "1wk").index
    assert pd.Timestamp("2024-03-02") in weeks, "the Saturday is the last session of its week"
    assert pd.Timestamp("2023-11-12") not in weeks, "the Sunday is the first one of its week"


@pytest.mark.parametrize(
    ("last", "seen_on", "running"),
    [
        ("2025-11-24", "2025-11-24", True),  # a Monday
        ("2025-11-27", "2025-11-28", True),  # Friday may still have a session
        ("2025-11-28", "2025-11-28", False),  # Friday has had it
        ("2025-11-26", "2025-11-29", False),  # the week is past, whatever became of its Friday
    ],
)
def test_a_week_is_running_until_its_friday(last: str, seen_on: str, running: bool) -> None:
    assert is_running(days_of("2025-11-20", last), "1wk", date.fromisoformat(seen_on)) is running


@pytest.mark.parametrize(
    ("last", "seen_on", "running"),
    [
        ("2025-11-26", "2025-11-27", True),
        ("2025-11-28", "2025-11-28", False),  # the 30th is a Sunday
        ("2025-10-30", "2025-10-31", True),
        ("2025-10-30", "2025-11-01", False),
    ],
)
def test_a_month_is_running_until_its_last_weekday(last: str, seen_on: str, running: bool) -> None:
    assert is_running(days_of("2025-10-02", last), "1mo", date.fromisoformat(seen_on)) is running


def test_a_coin_runs_until_the_last_day() -> None:
    days = pd.date_range("2025-11-03", "2025-11-29")
    assert is_running(days, "1wk", date(2025, 11, 29)) and is_running(days, "1mo", date(2025, 11, 29))
    whole = pd.date_range("2025-11-03", "2025-11-30")
    assert not is_running(whole, "1wk", date(2025, 11, 30)) and not is_running(whole, "1mo", date(2025, 11, 30))


def test_a_day_is_held_by_its_week() -> None:
    sessions = pd.DatetimeIndex(HAND_MADE.index)
    weeks = pd.DatetimeIndex(interval_bars(HAND_MADE, "1wk").index)
    days = days_of("2025-11-21", "2025-11-24", "2025-11-27", "2025-11-29", "2025-12-01", "2025-12-03")
    assert bars_holding(days, sessions, weeks).tolist() == [-1, 0, 0, 0, 1, 1]
    assert bars_holding(days, sessions, sessions).tolist() == [-1, 0, 2, 3, 4, 5]


@needs_real_prices
@pytest.mark.parametrize(("interval", "rule"), [("1wk", "W-SUN"), ("1mo", "ME")])
def test_figures_equal_ta_lib_on_what_pandas_resamples(interval: Interval, rule: str) -> None:
    daily = real_bars("GOOGL")
    expected = resampled(daily, rule)
    analysis = analyse(PriceHistory("GOOGL", "Alphabet", "USD", daily), interval=interval)
    for average in analysis.emas:
        if average.value is not None:
            assert average.value == pytest.approx(talib.EMA(expected["close"], average.span).iloc[-1], rel=1e-12)
    high, low, close = (expected[name] for name in ("high", "low", "close"))
    assert analysis.atr == pytest.approx(talib.ATR(high, low, close, 14).iloc[-1], rel=1e-12)
    upper, middle, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    last = analysis.bands.iloc[-1]
    assert list(last[["upper", "middle", "lower"]]) == pytest.approx([upper.iloc[-1], middle.iloc[-1], lower.iloc[-1]])


@pytest.mark.parametrize("interval", LONGER)
def test_an_analysis_is_made_of_the_bars_of_its_interval(interval: Interval) -> None:
    daily = walk(2600)
    analysis = analyse(PriceHistory("X", "X Inc.", "USD", daily), interval=interval)
    expected = interval_bars(daily, interval)
    pd.testing.assert_frame_equal(analysis.bars, expected)
    pd.testing.assert_frame_equal(analysis.daily_bars, daily)
    pd.testing.assert_series_equal(analysis.emas[0].series, ema(expected["close"], 20))
    pd.testing.assert_frame_equal(analysis.bands, bollinger_bands(expected["close"]))
    assert analysis.atr == average_true_range(expected).iloc[-1]
    closes = expected["close"]
    assert analysis.change_pct == pytest.approx(100 * (closes.iloc[-1] / closes.iloc[-2] - 1))
    assert analysis.price == daily["close"].iloc[-1] and analysis.session == daily.index[-1].date()
    year = daily.loc[pd.Timestamp(analysis.as_of) - pd.Timedelta(weeks=52) :]
    assert (analysis.high_52w, analysis.low_52w) == (year["high"].max(), year["low"].min())
    unit = BAR_UNITS[interval].span
    assert all(text.startswith(("100-", "200-")) and f"-{unit} EMA" in text for text in analysis.shortfalls)


@needs_real_prices
@pytest.mark.parametrize("interval", LONGER)
def test_targets_are_those_of_daily_bars(interval: Interval) -> None:
    """Across the split of July 2022, whose target rows are put into today's shares by daily closes."""
    history = PriceHistory("GOOGL", "Alphabet", "USD", real_googl.bars(), real_googl.SPLITS)
    for as_of in (date(2022, 7, 13), date(2022, 7, 20), date(2024, 2, 28)):
        daily = analyse(history, real_googl.targets(), as_of)
        longer = analyse(history, real_googl.targets(), as_of, interval=interval)
        assert longer.published == daily.published and len(longer.targets) > 10
        assert (longer.targets, longer.consensus) == (daily.targets, daily.consensus)


@pytest.mark.parametrize(
    ("as_of", "sessions", "running"),
    [("2025-11-19", 3, True), ("2025-11-21", 5, False), ("2025-11-22", 5, False), ("2025-11-24", 1, True)],
)
def test_an_as_of_day_within_a_week_uses_the_sessions_up_to_it(as_of: str, sessions: int, running: bool) -> None:
    daily = walk(300).set_axis(pd.bdate_range(end="2026-01-30", periods=300, name="date"))
    analysis = analyse(PriceHistory("X", "X Inc.", "USD", daily), as_of=date.fromisoformat(as_of), interval="1wk")
    known = daily.loc[:as_of].iloc[-sessions:]
    last = analysis.bars.iloc[-1]
    assert analysis.bars.index[-1] == known.index[-1]
    assert (last["open"], last["close"]) == (known["open"].iloc[0], known["close"].iloc[-1])
    assert (last["high"], last["low"]) == (known["high"].max(), known["low"].min())
    assert last["volume"] == known["volume"].sum()
    assert (analysis.bar_in_progress, analysis.in_progress) == (running, False)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_weekly_support_is_that_of_an_analysis_of_weekly_bars(scale: Scale) -> None:
    found = 0
    for seed in range(6):
        history = PriceHistory("X", "X Inc.", "USD", walk(900, seed))
        weekly = analyse(history, scale=scale, interval="1wk")
        offered = next((line for line in weekly.trendlines if line.side == "support" and line.offered), None)
        assert analyse(history, scale=scale).weekly_support == weekly.weekly_support == offered
        found += offered is not None
    assert found


@pytest.mark.parametrize("interval", LONGER)
def test_a_line_rises_by_its_slope_with_each_bar(interval: Interval) -> None:
    daily = walk(2600, seed=3)
    analysis = analyse(PriceHistory("X", "X Inc.", "USD", daily), interval=interval)
    step = pd.DateOffset(weeks=1) if interval == "1wk" else pd.DateOffset(months=1)
    last = analysis.bars.index[-1]
    for line in analysis.trendlines:
        touch = pd.Timestamp(line.start)
        side = "low" if line.side == "support" else "high"
        assert line.value_at(line.start) == pytest.approx(analysis.bars[side].loc[touch], rel=0.02)
        before = analysis.bars.index.get_loc(touch) - 1
        if before >= 0:
            inside = analysis.bars.index[before] + pd.Timedelta(days=1)
            assert line.value_at(inside.date()) == line.value_at(line.start), "a day counts as the bar that holds it"
        assert line.value_at(last.date()) == line.value
        assert line.value_at((last + 3 * step).date()) == pytest.approx(line.value + 3 * line.slope)
    assert analysis.trendlines
