"""Trendlines, compared with an exhaustive search, and properties that must hold."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import analyse, average_true_range
from indicators.trendlines.mirrored_bars import Scale
from indicators.trendlines.trendlines import Trendline, find_trendlines
from market import PriceHistory
from tests.support.brute_force_lines import Drawn, every_line
from tests.support.examples import examples
from tests.support.generated_bars import bars as any_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import needs_real_prices, real_bars

SIDES = ("support", "resistance")
SCALES = ("linear", "log")
STANDINGS = ("offered", "undercut", "other", "other pending", "lost", "other broken")
UNBROKEN, BROKEN = {0, 1, 2, 3}, {4, 5}


def positions(line: Trendline, bars: pd.DataFrame) -> tuple[int, ...]:
    return tuple(bars.index.get_indexer(pd.DatetimeIndex(line.touches)))


def best(lines: list[Drawn], groups: set[int]) -> Drawn | None:
    return next((line for line in lines if line.group in groups), None)


def same(line: Trendline | None, drawn: Drawn | None, bars: pd.DataFrame) -> bool:
    if line is None or drawn is None:
        return line is drawn
    agree = positions(line, bars) == drawn.touches and line.value == pytest.approx(drawn.value, rel=1e-9)
    return agree and (line.status, line.standing) == (drawn.status, STANDINGS[drawn.group])


def gapping_walk(sessions: int, seed: int) -> pd.DataFrame:
    """Return a walk whose drift, volatility and gaps differ by seed, with closes that stray beyond lines and back."""
    random = np.random.default_rng(seed)
    moves = random.normal(random.normal(0.0, 0.003), random.uniform(0.003, 0.04), sessions)
    jumps = np.where(random.random(sessions) < 0.02, random.normal(0.0, 0.08, sessions), 0.0)
    close = 30.0 * np.exp(np.cumsum(moves) + jumps)
    opened = np.concatenate((close[:1], close[:-1])) * np.exp(random.normal(0.0, 0.004, sessions))
    high = np.maximum(opened, close) * np.exp(np.abs(random.normal(0.0, 0.006, sessions)))
    low = np.minimum(opened, close) * np.exp(-np.abs(random.normal(0.0, 0.006, sessions)))
    days = pd.bdate_range("2019-01-02", periods=sessions, name="date")
    return pd.DataFrame({"open": opened, "high": high, "low": low, "close": close, "volume": 1.0}, index=days)


@pytest.mark.parametrize("block", [0, 1, *(pytest.param(block, marks=pytest.mark.slow) for block in range(2, 10))])
def test_the_best_line_is_that_of_the_exhaustive_search(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        bars = gapping_walk(40 + 11 * (seed % 20), seed)
        for scale in SCALES:
            side = SIDES[seed % 2]
            lines, expected = find_trendlines(bars, side, scale), every_line(bars, side, scale)
            unbroken = next((line for line in lines if line.status != "broken"), None)
            broken = next((line for line in lines if line.status == "broken"), None)
            assert same(unbroken, best(expected, UNBROKEN), bars), (seed, side, scale)
            assert same(broken, best(expected, BROKEN), bars), (seed, side, scale)


def test_the_best_line_across_several_blocks_is_that_of_the_exhaustive_search() -> None:
    bars = gapping_walk(700, 4)
    for scale in SCALES:
        for side in SIDES:
            line = find_trendlines(bars, side, scale)[0]
            assert same(line, every_line(bars, side, scale)[0], bars)


@settings(max_examples=examples(60), deadline=None)
@given(any_bars(max_size=45), st.sampled_from(SIDES), st.sampled_from(SCALES))
def test_arbitrary_bars_give_as_good_a_line_as_the_exhaustive_search(bars, side, scale) -> None:
    lines = find_trendlines(bars, side, scale)
    expected = every_line(bars, side, scale) if len(bars) else []
    assert bool(lines) == bool(expected)
    if lines:
        touches = positions(lines[0], bars)
        assert (len(touches), touches[-1] - touches[0]) == (-expected[0].rank[1], -expected[0].rank[2])


@st.composite
def coarse_bars(draw: st.DrawFn) -> pd.DataFrame:
    """Draw bars on a coarse grid: flat stretches, equal lows, halted days of one price."""
    steps = draw(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 2), st.integers(0, 2)), max_size=60))
    moves, up, down = (np.array([step[which] for step in steps], dtype=float) for which in range(3))
    close = np.maximum(100.0 + np.cumsum(moves), 5.0)
    days = pd.bdate_range("2020-01-02", periods=len(steps), name="date")
    return pd.DataFrame({"high": close + up, "low": close - down, "close": close}, index=days)


@settings(max_examples=examples(80), deadline=None)
@given(coarse_bars(), st.sampled_from(SIDES))
def test_ties_and_flat_stretches_give_as_good_a_line_as_the_exhaustive_search(bars, side) -> None:
    lines = find_trendlines(bars, side)
    expected = every_line(bars, side, "linear") if len(bars) else []
    assert bool(lines) == bool(expected)
    if lines:
        touches = positions(lines[0], bars)
        assert (len(touches), touches[-1] - touches[0]) == (-expected[0].rank[1], -expected[0].rank[2])


@pytest.mark.parametrize("seed", range(20))
def test_resistance_is_exactly_the_support_of_the_mirrored_bars(seed: int) -> None:
    bars = gapping_walk(300, seed)
    negated = -bars.rename(columns={"high": "low", "low": "high"})
    above, below = find_trendlines(bars, "resistance"), find_trendlines(negated, "support")
    assert [(-line.value, -line.slope, line.touches, line.status) for line in below] == [
        (line.value, line.slope, line.touches, line.status) for line in above
    ]
    assert above


@pytest.mark.parametrize("seed", range(20))
def test_on_the_log_scale_the_mirror_is_the_reciprocal_price(seed: int) -> None:
    bars = gapping_walk(300, seed)
    reciprocal = (1.0 / bars).rename(columns={"high": "low", "low": "high"})
    above = find_trendlines(bars, "resistance", "log")
    below = find_trendlines(reciprocal, "support", "log")
    assert [(line.touches, line.status) for line in below] == [(line.touches, line.status) for line in above]
    assert [1.0 / line.value for line in below] == pytest.approx([line.value for line in above], rel=1e-12)


@pytest.mark.parametrize("factor", [1e-4, 0.37, 1000.0])
def test_the_currency_unit_does_not_matter(factor: float) -> None:
    for seed in range(15):
        bars = gapping_walk(300, seed)
        for scale in SCALES:
            plain, scaled = find_trendlines(bars, scale=scale), find_trendlines(bars * factor, scale=scale)
            assert [(line.touches, line.status) for line in scaled] == [(line.touches, line.status) for line in plain]
            assert [line.value for line in scaled] == pytest.approx([factor * line.value for line in plain], rel=1e-9)


def test_a_shift_in_time_shifts_the_days_only() -> None:
    bars = gapping_walk(300, 3)
    shifted = bars.set_index(bars.index + pd.Timedelta(weeks=52))
    moved = [tuple(day + timedelta(weeks=52) for day in line.touches) for line in find_trendlines(bars)]
    assert [line.touches for line in find_trendlines(shifted)] == moved
    assert [line.value for line in find_trendlines(shifted)] == [line.value for line in find_trendlines(bars)]


def test_no_day_uses_later_bars() -> None:
    bars = gapping_walk(150, 11)
    for length in (*range(2, 30), *range(30, len(bars), 4)):
        wild = bars.copy()
        wild.iloc[length:] *= 3.0
        known = bars.iloc[:length]
        found = analyse(PriceHistory("X", "X", "USD", wild), as_of=known.index[-1].date()).trendlines
        assert found == tuple(line for side in SIDES for line in find_trendlines(known, side))


def test_a_broken_line_existed_before_it_broke() -> None:
    """No line is drawn in hindsight: on the day before, its touches made an unbroken line."""
    seen = 0
    for seed in range(40):
        bars = gapping_walk(140, seed)
        for line in (line for side in SIDES for line in find_trendlines(bars, side) if line.status == "broken"):
            broken = bars.index.get_loc(pd.Timestamp(line.broken_on))
            assert any(was_unbroken(bars.iloc[:day], line, bars) for day in (broken, broken - 1)), (seed, line)
            seen += 1
    assert seen > 60


def was_unbroken(known: pd.DataFrame, line: Trendline, bars: pd.DataFrame) -> bool:
    """Return whether those bars show that line unbroken; a low on their last day is no touch yet."""
    touches = tuple(position for position in positions(line, bars) if position < len(known) - 1)
    return any(drawn.touches == touches and drawn.group < 3 for drawn in every_line(known, line.side, line.scale))


def penny_stock(seed: int) -> pd.DataFrame:
    """Return a penny stock in whole cents that gaps by a fifth overnight and is halted for days."""
    random = np.random.default_rng(seed)
    sessions = 150
    gaps = np.where(random.random(sessions) < 0.04, random.choice([-0.2, 0.2], sessions), 0.0)
    halted = np.repeat(random.random(sessions // 5) < 0.1, 5)
    moves = np.where(halted, 0.0, random.normal(0.0, 0.03, sessions) + gaps)
    wick = np.where(halted, 0.0, np.abs(random.normal(0.0, 0.02, (2, sessions))))
    close = 0.6 * np.exp(np.cumsum(moves))
    figures = {"high": close * np.exp(wick[0]), "low": close * np.exp(-wick[1]), "close": close}
    cents = {name: np.maximum(np.round(prices, 2), 0.01) for name, prices in figures.items()}
    return pd.DataFrame(cents, index=pd.bdate_range("2021-03-01", periods=sessions, name="date"))


@pytest.mark.parametrize("seed", range(25))
def test_gaps_halts_and_penny_prices_give_as_good_a_line_as_the_exhaustive_search(seed: int) -> None:
    bars = penny_stock(seed)
    for side in SIDES:
        for scale in SCALES:
            touches = positions(find_trendlines(bars, side, scale)[0], bars)
            expected = every_line(bars, side, scale)[0]
            assert (len(touches), touches[-1] - touches[0]) == (-expected.rank[1], -expected.rank[2])


def touching_bars(line: np.ndarray, at: tuple[int, ...]) -> pd.DataFrame:
    """Return bars well above a line except for lows exactly on it at the positions given."""
    rng = np.random.default_rng(0)
    base = line + 4.0 + rng.uniform(0.0, 0.4, len(line))
    low, close = base - 0.5, base.copy()
    for touch in at:
        for step, height in ((-2, 2.4), (-1, 1.2), (0, 0.0), (1, 1.2), (2, 2.4)):
            low[touch + step] = line[touch + step] + height
            close[touch + step] = line[touch + step] + height + 0.5
    days = pd.bdate_range("2024-01-01", periods=len(line), name="date")
    return pd.DataFrame({"open": close, "high": close + 0.5, "low": low, "close": close, "volume": 1.0}, index=days)


RISING = 50.0 + 0.2 * np.arange(120)


def test_three_lows_make_a_trendline_and_two_a_tentative_one() -> None:
    bars = touching_bars(RISING, (20, 60, 100))
    line = find_trendlines(bars)[0]
    assert positions(line, bars) == (20, 60, 100)
    assert (line.start, line.end, line.span) == (bars.index[20].date(), bars.index[100].date(), 80)
    assert (line.slope, line.value) == (pytest.approx(0.2), pytest.approx(RISING[-1]))
    assert not line.tentative
    two = find_trendlines(touching_bars(RISING, (60, 100)))[0]
    assert len(two.touches) == 2 and two.tentative


def test_touches_closer_than_ten_bars_count_once() -> None:
    bars = touching_bars(RISING, (20, 60, 66, 100))
    assert positions(find_trendlines(bars)[0], bars) == (20, 60, 100)


def bars_ending_with(closes: list[float], lows: list[float] | None = None) -> pd.DataFrame:
    """Return three touches on the rising line, then bars whose closes are that far from it, in prices."""
    bars = touching_bars(RISING, (20, 60, 90))
    for back, (close, low) in enumerate(zip(reversed(closes), reversed(lows or closes), strict=True), start=1):
        line = RISING[-back]
        bars.iloc[-back, bars.columns.get_loc("close")] = line + close
        bars.iloc[-back, bars.columns.get_loc("low")] = line + min(low, close)
        bars.iloc[-back, bars.columns.get_loc("high")] = line + max(close, low) + 0.5
    return bars


def three_touch_line(bars: pd.DataFrame) -> Trendline:
    return next(line for line in find_trendlines(bars) if positions(line, bars)[:3] == (20, 60, 90))


@pytest.mark.parametrize(
    ("closes", "lows", "status"),
    [
        ([4.0, 4.0, 4.0], None, "holding"),
        ([1.0, 1.0, 1.0], [1.0, 0.1, 1.0], "testing"),
        ([1.0, 1.0, 1.0], [1.0, -1.5, 1.0], "testing"),
        ([-0.1, -0.1, -0.1], None, "testing"),
        ([1.0, 1.0, -1.0], None, "break pending"),
        ([1.0, -1.0, -1.0], None, "broken"),
        ([1.0, 1.0, -3.0], None, "broken"),
        ([1.0, -3.0, 1.0], None, "broken"),
    ],
)
def test_status(closes: list[float], lows: list[float] | None, status: str) -> None:
    bars = bars_ending_with(closes, lows)
    line = three_touch_line(bars)
    assert line.status == status
    assert (line.broken_on is not None) == (status == "broken")


def test_a_touch_within_ten_bars_and_a_close_an_atr_above_is_a_bounce() -> None:
    assert find_trendlines(touching_bars(RISING, (20, 60, 110)))[0].status == "bounced"
    assert find_trendlines(touching_bars(RISING, (20, 60, 105)))[0].status == "holding"


def test_one_close_beyond_the_line_that_the_next_recovers_removes_the_line_without_a_break() -> None:
    bars = bars_ending_with([1.0, -1.0, 1.0, 1.0])
    assert (20, 60, 90) not in {positions(line, bars)[:3] for line in find_trendlines(bars)}


def test_a_broken_line_is_shown_for_twenty_bars() -> None:
    for since, shown in ((19, True), (20, False)):
        bars = touching_bars(RISING, (20, 50, 80))
        at = len(bars) - 1 - since
        bars.iloc[at:, :4] -= 8.0
        broken = [line for line in find_trendlines(bars) if positions(line, bars) == (20, 50, 80)]
        assert [line.broken_on for line in broken] == ([bars.index[at].date()] if shown else [])


@pytest.mark.slow
def test_an_offered_line_rises_was_touched_recently_and_lies_under_the_price() -> None:
    seen = 0
    for seed in range(60):
        bars = gapping_walk(400, seed)
        for sign, side in ((1.0, "support"), (-1.0, "resistance")):
            lines = find_trendlines(bars, side)
            expected = best(every_line(bars, side, "linear"), {0})
            assert bool(lines and lines[0].offered) == (expected is not None)
            reach = 4.0 * average_true_range(bars).iloc[-1]
            assert not any(line.offered for line in lines[1:]), "one line of a side is offered"
            for line in (line for line in lines if line.is_eligible):
                assert sign * line.slope > 0 and line.status not in ("broken", "break pending")
                assert bars.index[-60] <= pd.Timestamp(line.end)
                assert sum(bars.index[-252] <= pd.Timestamp(touch) for touch in line.touches) >= 2
                assert 0.0 <= sign * (bars["close"].iloc[-1] - line.value) <= reach
                seen += 1
    assert seen > 60


def test_two_touches_a_year_apart_are_not_offered() -> None:
    line = 50.0 + 0.02 * np.arange(400)
    for first, offered in ((390 - 252, False), (399 - 251, True)):
        bars = touching_bars(line, (first, 390))
        found = next(found for found in find_trendlines(bars) if positions(found, bars) == (first, 390))
        assert (found.standing in ("offered", "eligible")) == offered


def test_in_a_wild_stock_the_tolerance_is_one_and_a_half_percent_of_the_price() -> None:
    """The bars have an ATR of 8% of the price: a quarter of it is 2%."""
    bars = touching_bars(RISING, (20, 60, 90))
    wild = bars.assign(high=bars["high"] + 5.0)
    assert 0.25 * average_true_range(wild).iloc[-1] > 0.018 * bars["close"].iloc[-1]
    for depth, status in ((0.014, "testing"), (0.017, "break pending")):
        last = wild.copy()
        last.iloc[-1, last.columns.get_indexer(["low", "close"])] = RISING[-1] * (1.0 - depth)
        assert three_touch_line(last).status == status


def test_a_line_over_the_last_close_is_undercut_until_it_breaks() -> None:
    assert three_touch_line(bars_ending_with([1.0, 1.0, 0.1])).standing == "offered"
    assert three_touch_line(bars_ending_with([1.0, 1.0, -0.1])).standing == "undercut"
    assert three_touch_line(bars_ending_with([1.0, 1.0, -1.0])).standing == "undercut"
    assert three_touch_line(bars_ending_with([1.0, -1.0, -1.0])).standing == "lost"


def test_a_falling_line_under_the_price_is_never_a_support() -> None:
    falling = 90.0 - 0.1 * np.arange(120)
    bars = touching_bars(falling, (20, 60, 100))
    floor = next(line for line in find_trendlines(bars) if positions(line, bars) == (20, 60, 100))
    assert floor.slope < 0 and floor.standing == "other"
    bars.iloc[-1, bars.columns.get_indexer(["low", "close"])] = falling[-1] - 4.0
    assert {line.standing for line in find_trendlines(bars) if line.slope < 0} <= {"other", "other broken"}


def test_value_at_any_day() -> None:
    bars = touching_bars(RISING, (20, 60, 100)).drop(index=pd.Timestamp("2024-05-01"))
    line = find_trendlines(bars)[0]
    last = bars.index[-1].date()
    assert line.value_at(last) == line.value
    assert line.value_at(line.start) == pytest.approx(bars["low"].loc[pd.Timestamp(line.start)])
    assert line.value_at(date(2024, 5, 1)) == line.value_at(date(2024, 4, 30)), "a holiday counts as the day before"
    assert line.value_at(date(2024, 5, 4)) == line.value_at(date(2024, 5, 3)), "a Saturday as its Friday"
    friday = pd.Timestamp(last)
    assert friday.day_of_week == 4
    assert line.value_at(last + timedelta(days=1)) == line.value, "a weekend after the last bar adds no session"
    assert line.value_at(last + timedelta(days=3)) == pytest.approx(line.value + line.slope)
    assert line.value_at(last + timedelta(days=7)) == pytest.approx(line.value + 5 * line.slope)
    first = bars.index[0].date()
    assert line.value_at(first - timedelta(days=7)) == pytest.approx(line.value_at(first) - 5 * line.slope)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_prices_of_a_line_are_its_values_on_each_session(scale: Scale) -> None:
    bars = touching_bars(RISING, (20, 60, 100))
    line = find_trendlines(bars, scale=scale)[0]
    prices = line.prices_from(date(2020, 1, 1))
    assert prices.index[0].date() == line.start and prices.index[-1] == bars.index[-1]
    assert prices.tolist() == pytest.approx([line.value_at(day.date()) for day in prices.index])
    later = bars.index[70].date()
    assert line.prices_from(later).equals(prices.loc[bars.index[70] :])


def test_every_day_counts_beyond_the_bars_of_a_symbol_that_trades_on_weekends() -> None:
    bars = touching_bars(RISING, (20, 60, 100))
    bars.index = pd.date_range("2024-01-01", periods=len(bars), name="date")
    line = find_trendlines(bars)[0]
    last = bars.index[-1].date()
    assert line.value_at(last + timedelta(days=7)) == pytest.approx(line.value + 7 * line.slope)


def test_on_the_log_scale_a_line_grows_at_a_rate() -> None:
    bars = touching_bars(RISING, (20, 60, 100))
    curved = np.exp(bars[["open", "high", "low", "close"]] / 20.0)
    line = find_trendlines(curved, scale="log")[0]
    assert positions(line, bars) == (20, 60, 100)
    assert line.slope == pytest.approx(0.2 / 20.0)
    assert line.value == pytest.approx(np.exp(RISING[-1] / 20.0))
    assert line.value_at(line.start) == pytest.approx(curved["low"].iloc[20])


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, 14, 15, 20])
@pytest.mark.parametrize("scale", SCALES)
def test_few_bars_give_the_lines_of_the_exhaustive_search(length: int, scale: str) -> None:
    bars = walk(length)
    for side in SIDES:
        expected = every_line(bars, side, scale) if length else []
        assert bool(find_trendlines(bars, side, scale)) == bool(expected)


def test_a_halted_stock_keeps_its_line() -> None:
    bars = touching_bars(RISING, (20, 60, 100))
    price = bars["close"].iloc[-1]
    days = pd.bdate_range(bars.index[-1] + pd.Timedelta(days=3), periods=12, name="date")
    halt = pd.DataFrame({"open": price, "high": price, "low": price, "close": price, "volume": 0.0}, index=days)
    halted = pd.concat([bars, halt])
    assert positions(find_trendlines(halted)[0], halted) == (20, 60, 100)


def test_a_price_that_never_moves_has_no_line() -> None:
    days = pd.bdate_range("1950-01-02", periods=20_000, name="date")
    flat = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), 0.01), index=days)
    assert find_trendlines(flat) == []


def test_a_stock_with_only_three_prices_has_lines() -> None:
    random = np.random.default_rng(1)
    close = 0.01 * random.integers(1, 4, 4_000)
    days = pd.bdate_range("2000-01-03", periods=4_000, name="date")
    bars = pd.DataFrame({"open": close, "high": close, "low": close, "close": close}, index=days)
    for side in SIDES:
        lines = find_trendlines(bars, side)
        assert lines and all(line.value > 0 for line in lines)


def test_in_twenty_thousand_bars_no_close_is_beyond_an_unbroken_line() -> None:
    bars = walk(20_000, seed=2)
    sign = {"support": 1.0, "resistance": -1.0}
    for side in SIDES:
        lines = [line for line in find_trendlines(bars, side) if line.status in ("holding", "testing", "bounced")]
        for line in lines:
            since = np.arange(positions(line, bars)[0], len(bars))
            room = sign[side] * (bars["close"].to_numpy()[since] - line.value - line.slope * (since - since[-1]))
            assert (room > -0.2501 * average_true_range(bars).to_numpy()[since]).all()
        assert lines


@needs_real_prices
@pytest.mark.parametrize("price", [16.77, None], ids=["the intraday price", "the day's close"])
def test_cipher_mining_on_the_day_of_the_article(price: float | None) -> None:
    bars = real_bars("CIFR").loc[:"2025-11-24"].copy()
    if price:
        bars.loc["2025-11-24", "close"] = price
    line = find_trendlines(bars)[0]
    assert line.touches == (date(2025, 8, 8), date(2025, 11, 21)), "the low before the bounce of the article"
    assert (line.offered, line.status) == (True, "bounced")
    assert line.value == pytest.approx(13.21, abs=0.01)


@needs_real_prices
@pytest.mark.parametrize("symbol", ["CIFR", "CLSK", "GOOGL", "IREN", "NVDA"])
def test_on_real_bars_the_best_line_is_that_of_the_exhaustive_search(symbol: str) -> None:
    bars = real_bars(symbol)
    for length in (260, 420):
        known = bars.iloc[-length - 40 : -40]
        for side in SIDES:
            for scale in SCALES:
                expected = every_line(known, side, scale)[0]
                touches = positions(find_trendlines(known, side, scale)[0], known)
                assert (len(touches), touches[-1] - touches[0]) == (-expected.rank[1], -expected.rank[2])
