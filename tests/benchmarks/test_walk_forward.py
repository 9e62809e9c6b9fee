"""The walk-forward measurement of `benchmarks/`: a figure that judges the lines has to be right itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.planted_lines import planted
from benchmarks.walk_forward import FIRST, Drawn, Touch, every, hold_rate, level, offered, touches
from indicators import average_true_range, find_trendlines
from tests.support.generated_bars import walk

LINE = 50.0
QUIET = FIRST + 20


def bars_with(after: list[tuple[float, float]]) -> pd.DataFrame:
    """Quiet bars at 53, each with a range of 1, then bars of these lows and closes: an ATR of 1 before them."""
    lows, closes = (np.array([each[which] for each in after]) for which in (0, 1))
    low, close = np.concatenate((np.full(QUIET, 52.5), lows)), np.concatenate((np.full(QUIET, 53.0), closes))
    days = pd.bdate_range("2020-01-02", periods=len(low), name="date")
    return pd.DataFrame({"high": np.maximum(low + 1.0, close), "low": low, "close": close}, index=days)


def flat(bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn:
    return Drawn("flat", at, LINE, 0.0, 3)


def outcomes(after: list[tuple[float, float]]) -> list[bool]:
    return [touch.held for touch in touches(bars_with(after), flat)]


def test_it_holds_when_a_close_stands_an_atr_above_before_one_an_atr_below() -> None:
    assert outcomes([(50.2, 50.5), (50.0, 50.9), (50.4, 51.1), (51, 51.5)]) == [True]
    assert outcomes([(50.2, 50.5), (49.0, 49.1), (48.5, 48.9), (51, 52)]) == [False]
    assert outcomes([(50.2, 51.2), (40.0, 41.0), (40.0, 41.0)]) == [True], "the day of the touch decides as well"
    assert outcomes([(47.0, 47.5), (51.0, 52.0), (51.0, 52.0)]) == [False], "through the line is a touch"


def test_a_low_further_than_a_quarter_atr_is_no_touch_and_an_open_case_counts_nowhere() -> None:
    assert outcomes([(50.3, 50.5), (52.0, 53.0), (52.0, 53.0)]) == []
    assert outcomes([(50.2, 50.5), (50.1, 50.5), (50.1, 50.5)]) == []


def test_a_new_touch_needs_a_low_that_stood_clear_of_the_line() -> None:
    """After the first is decided, a low that never left the line is no second test."""
    stays = [(50.1, 51.2), (50.1, 51.2), (50.1, 51.2), (50.1, 51.2)]
    leaves = [(50.1, 51.2), (51.5, 52.0), (50.1, 51.3), (51.5, 52.0)]
    assert (outcomes(stays), outcomes(leaves)) == ([True], [True, True])


def test_a_line_that_rises_is_followed_up() -> None:
    def rising(bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn:
        return Drawn("rising", QUIET - 1, LINE - 0.5, 0.5, 2)

    bars = bars_with([(50.2, 50.4), (50.8, 51.3), (51.3, 51.8), (51.6, 52.6), (53, 54)])
    assert [(touch.at, touch.held) for touch in touches(bars, rising)] == [(QUIET - 1, True)]
    assert touches(bars.iloc[:-2], rising) == [], "at 51.8 the close is 0.3 above a line that now lies at 51.5"


@pytest.mark.parametrize("seed", [1, 2])
def test_only_bars_known_by_then_draw_the_line(seed: int) -> None:
    bars = walk(420, seed)
    seen = touches(bars, offered)
    assert seen
    for each in seen:
        line = find_trendlines(bars.iloc[: each.at + 1])[0]
        near = 0.25 * average_true_range(bars.iloc[: each.at + 1]).iloc[-1]
        assert (line.start, len(line.touches)) == (each.line, each.touches)
        assert bars["low"].iloc[each.at] > line.value + near
        assert bars["low"].iloc[each.at + 1] <= line.value + line.slope + near


def test_the_horizontal_line_stays_where_the_offered_one_first_was() -> None:
    bars = walk(420, 1)
    before = None
    for at in range(FIRST, 330):
        line, now = offered(bars, at, None), level(bars, at, before)
        assert (now is None) == (line is None)
        if now and line:
            first_seen = before is None or before.name != line.name
            assert now.slope == 0.0 and now.value == (line.value if first_seen else before.value)
        before = now


def test_drawn_every_few_days_it_stays_in_between() -> None:
    drawn = []
    line = None
    for at in range(6):
        line = every(3, lambda bars, at, before: Drawn(at, at, 1.0, 0.0))(pd.DataFrame(), at, line)
        drawn.append(line.at)
    assert drawn == [0, 0, 0, 3, 3, 3]


def test_touches_of_one_line_are_worth_less_than_as_many_lines() -> None:
    of_many = hold_rate([[Touch(each, 2, each, each % 2 == 0) for each in range(40)]])
    of_few = hold_rate([[Touch(each // 10, 2, each, each // 10 % 2 == 0) for each in range(40)]])
    assert of_many.rate == of_few.rate == 0.5 and of_many.touches == of_few.touches == 40
    assert (of_many.lines, of_few.lines) == (40, 4)
    assert of_many.low == pytest.approx(0.5 - 1.96 * 0.5 / 40**0.5, abs=0.03), "the binomial interval"
    assert of_few.high - of_few.low > 2.0 * (of_many.high - of_many.low)


@pytest.mark.parametrize("seed", range(8))
def test_planted_bars_are_bars_that_touch_the_line_where_they_say(seed: int) -> None:
    one = planted(seed)
    bars = one.bars
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    first, last = one.touches[0], one.touches[-1]
    line = one.value + one.slope * (np.arange(len(bars)) - len(bars) + 1)
    away = (bars["low"] - line).to_numpy() / average_true_range(bars).mean()
    others = np.setdiff1d(np.arange(len(bars)), one.touches)
    assert np.abs(away[list(one.touches)]).max() <= 4.0 * one.noise
    assert away[others].min() >= -1e-9 and 3 <= len(one.touches) <= 6 and last > first
