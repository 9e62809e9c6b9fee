"""Tests of the price axis: candles stay legible, targets in reach are on it, and it does not jump."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from charts.levels.plan import plan_chart
from charts.options import DEFAULT_OVERLAYS
from charts.palette import PALETTES
from charts.price_axis import MIN_TRADED_SHARE, STEP_SHARE, TRADED_SHARE, PriceAxis, fit_price_axis
from indicators import analyse
from indicators.analysis import Scale
from market import PriceTarget
from market.sample import sample
from tests.support.drawn_cases import DAY, invented_targets
from text.numbers import PriceFormat

prices = st.floats(0.01, 1000.0)
many_prices = st.lists(prices, max_size=6)
scales = st.sampled_from(["linear", "log"])


def span(axis: PriceAxis) -> float:
    return axis.coordinate(axis.high) - axis.coordinate(axis.low)


def traded_share(axis: PriceAxis, low: float, high: float) -> float:
    return (axis.coordinate(high) - axis.coordinate(low)) / span(axis)


@given(prices, prices, many_prices, many_prices, scales)
def test_the_traded_range_fills_its_share_whatever_lies_beside_it(
    first: float, second: float, lines: list[float], targets: list[float], scale: Scale
) -> None:
    low, high = sorted((first, second))
    least = MIN_TRADED_SHARE if scale == "log" else MIN_TRADED_SHARE * high
    moved = math.log(high / low) if scale == "log" else high - low
    assume(moved >= least)
    axis = fit_price_axis([low, high], lines, targets, scale, 400.0)
    assert axis.low <= low and high <= axis.high
    assert traded_share(axis, low, high) >= TRADED_SHARE - 1e-9
    assert scale == "log" or axis.low >= 0.0


@given(prices, scales)
def test_a_price_that_never_moved_has_an_axis(price: float, scale: Scale) -> None:
    axis = fit_price_axis([price, price], [], [price * 3.0], scale, 400.0)
    assert axis.low < price < axis.high


@given(st.floats(0.0, 0.3), scales)
def test_lines_and_targets_in_reach_are_on_the_axis(reach: float, scale: Scale) -> None:
    above, below = (130.0 * 1.3**reach, 100.0 / 1.3**reach) if scale == "log" else (130 + 30 * reach, 100 - 30 * reach)
    for lines, targets in (([above, below], []), ([], [above, below])):
        axis = fit_price_axis([100.0, 130.0], lines, targets, scale, 400.0)
        assert axis.contains(above) and axis.contains(below)


@given(st.floats(1.08, 100.0))
def test_a_target_far_out_of_reach_leaves_the_axis_as_it_is(times: float) -> None:
    alone = fit_price_axis([100.0, 130.0], [], [], "linear", 400.0)
    limit = 130.0 + 1.5 * 30.0 * (1.0 / TRADED_SHARE - 1.0)
    assert fit_price_axis([100.0, 130.0], [], [limit * times], "linear", 400.0) == alone


@given(st.floats(131.0, 220.0), st.floats(-1.0, 1.0), st.floats(20.0, 99.0))
def test_the_axis_does_not_jump_when_a_target_moves(target: float, moved: float, below: float) -> None:
    """An end moves at most twice as far as the target and one step of the axis, wherever the target is."""
    before = fit_price_axis([100.0, 130.0], [], [target, below], "linear", 400.0)
    after = fit_price_axis([100.0, 130.0], [], [target + moved, below], "linear", 400.0)
    most = 2.0 * abs(moved) + STEP_SHARE * 30.0 + 1e-9
    assert abs(after.high - before.high) <= most and abs(after.low - before.low) <= most


def test_the_axis_reaches_for_a_consensus_between_targets_out_of_reach() -> None:
    history = sample.history("CIFR")
    targets = [PriceTarget("CIFR", firm, DAY, figure) for firm, figure in (("A", 5.2), ("B", 60.0))]
    analysis = analyse(history, targets, DAY)
    axis = plan_chart(analysis, "3m", DEFAULT_OVERLAYS, PALETTES["light"], 700, 920, "").axis
    assert analysis.consensus is not None and not axis.contains(60.0) and axis.contains(analysis.consensus.mean)


@given(st.floats(1.02, 1000.0), st.floats(60.0, 900.0))
def test_ticks_of_a_log_axis_stand_apart_at_any_height(times: float, height: float) -> None:
    axis = PriceAxis(7.3, 7.3 * times, "log", height)
    ticks = axis.layout(PriceFormat("$"))["tickvals"]
    assert all(axis.pixel(high) - axis.pixel(low) >= 16.0 for low, high in pairwise(ticks))
    assert len(ticks) >= 1 or times < 1.1


@pytest.mark.parametrize("period", ["3m", "1y"])
def test_the_axis_stays_from_one_session_to_the_next(period) -> None:
    """Unless the range traded in the period changes, which no axis can hide."""
    history = sample.history("CLSK")
    targets = invented_targets(history, 12)
    plans = [
        plan_chart(analyse(history, targets, day.date()), period, DEFAULT_OVERLAYS, PALETTES["light"], 700, 920, "")
        for day in history.bars.index[-40:]
    ]
    ends = [(plan.visible["low"].min(), plan.visible["high"].max(), plan.axis.low, plan.axis.high) for plan in plans]
    moves = [
        max(abs(after[2] - before[2]), abs(after[3] - before[3])) / (before[3] - before[2])
        for before, after in pairwise(ends)
        if before[:2] == after[:2]
    ]
    assert len(moves) > 15
    assert max(moves) < 0.1 and sum(move == 0.0 for move in moves) > len(moves) / 2
