"""The walk-forward measurement that judges the trendlines, on bars whose outcome is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.trendlines.walk_forward import (
    MIN_KNOWN_BARS,
    DrawnLine,
    Touch,
    draw_horizontal,
    draw_offered_support,
    find_touches,
    hold_rate,
    redraw_every,
)
from indicators import average_true_range, find_trendlines
from tests.support.generated_bars import walk

LINE = 50.0
QUIET_BARS = MIN_KNOWN_BARS + 20


def bars_ending(lows_and_closes: list[tuple[float, float]]) -> pd.DataFrame:
    """Quiet bars at 53, each with a range of 1, then bars of these lows and closes: an ATR of 1 before them."""
    lows, closes = (np.array(column) for column in zip(*lows_and_closes, strict=True))
    low = np.concatenate((np.full(QUIET_BARS, 52.5), lows))
    close = np.concatenate((np.full(QUIET_BARS, 53.0), closes))
    days = pd.bdate_range("2020-01-02", periods=len(low), name="date")
    return pd.DataFrame({"high": np.maximum(low + 1.0, close), "low": low, "close": close}, index=days)


def draw_flat(bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine:
    return DrawnLine("flat", at, LINE, 0.0, 3)


def outcomes(lows_and_closes: list[tuple[float, float]]) -> list[bool]:
    return [touch.held for touch in find_touches(bars_ending(lows_and_closes), draw_flat)]


def test_it_holds_if_a_close_is_an_atr_above_before_one_is_an_atr_below() -> None:
    assert outcomes([(50.2, 50.5), (50.0, 50.9), (50.4, 51.1), (51, 51.5)]) == [True]
    assert outcomes([(50.2, 50.5), (49.0, 49.1), (48.5, 48.9), (51, 52)]) == [False]
    assert outcomes([(50.2, 51.2), (40.0, 41.0), (40.0, 41.0)]) == [True], "the day of the touch can decide as well"
    assert outcomes([(47.0, 47.5), (51.0, 52.0), (51.0, 52.0)]) == [False], "a low through the line is a touch"


def test_a_low_further_than_a_quarter_atr_is_no_touch_and_an_undecided_touch_is_not_counted() -> None:
    assert outcomes([(50.3, 50.5), (52.0, 53.0), (52.0, 53.0)]) == []
    assert outcomes([(50.2, 50.5), (50.1, 50.5), (50.1, 50.5)]) == []


def test_a_second_touch_needs_a_low_clear_of_the_line_in_between() -> None:
    stays = [(50.1, 51.2), (50.1, 51.2), (50.1, 51.2), (50.1, 51.2)]
    leaves = [(50.1, 51.2), (51.5, 52.0), (50.1, 51.3), (51.5, 52.0)]
    assert (outcomes(stays), outcomes(leaves)) == ([True], [True, True])


def test_a_rising_line_is_judged_at_its_value_of_each_day() -> None:
    def draw_rising(bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine:
        return DrawnLine("rising", QUIET_BARS - 1, LINE - 0.5, 0.5, 2)

    bars = bars_ending([(50.2, 50.4), (50.8, 51.3), (51.3, 51.8), (51.6, 52.6), (53, 54)])
    assert [(touch.at, touch.held) for touch in find_touches(bars, draw_rising)] == [(QUIET_BARS - 1, True)]
    assert find_touches(bars.iloc[:-2], draw_rising) == [], "the close of 51.8 is 0.3 above a line that is now at 51.5"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_line_is_drawn_with_bars_known_by_then_only(seed: int) -> None:
    bars = walk(420, seed)
    touches = find_touches(bars, draw_offered_support)
    assert touches
    for touch in touches:
        line = find_trendlines(bars.iloc[: touch.at + 1])[0]
        near = 0.25 * average_true_range(bars.iloc[: touch.at + 1]).iloc[-1]
        assert (line.start, len(line.touches)) == (touch.line, touch.touches)
        assert bars["low"].iloc[touch.at] > line.value + near
        assert bars["low"].iloc[touch.at + 1] <= line.value + line.slope + near


def test_the_horizontal_line_stays_where_the_offered_one_first_was() -> None:
    bars = walk(420, 1)
    before = None
    for at in range(MIN_KNOWN_BARS, 330):
        offered, horizontal = draw_offered_support(bars, at, None), draw_horizontal(bars, at, before)
        assert (horizontal is None) == (offered is None)
        if horizontal and offered:
            is_new = before is None or before.name != offered.name
            assert horizontal.slope == 0.0 and horizontal.value == (offered.value if is_new else before.value)
        before = horizontal


def test_a_line_drawn_every_few_days_is_kept_in_between() -> None:
    drawn_at = []
    line = None
    draw = redraw_every(3, lambda bars, at, before: DrawnLine(at, at, 1.0, 0.0))
    for at in range(6):
        line = draw(pd.DataFrame(), at, line)
        drawn_at.append(line.at)
    assert drawn_at == [0, 0, 0, 3, 3, 3]


def test_touches_of_few_lines_give_a_wider_interval_than_as_many_lines() -> None:
    many = hold_rate([[Touch(number, 2, number, number % 2 == 0) for number in range(40)]])
    few = hold_rate([[Touch(number // 10, 2, number, number // 10 % 2 == 0) for number in range(40)]])
    assert many.rate == few.rate == 0.5 and many.touches == few.touches == 40
    assert (many.lines, few.lines) == (40, 4)
    assert many.low == pytest.approx(0.5 - 1.96 * 0.5 / 40**0.5, abs=0.03), "the binomial interval"
    assert few.high - few.low > 2.0 * (many.high - many.low)
