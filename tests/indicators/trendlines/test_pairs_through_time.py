"""The pairs of many days at once, compared with those found day by day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from indicators.swings import swing_lows
from indicators.trendlines.mirrored_bars import MirroredBars, mirror_bars
from indicators.trendlines.pairs_through_time import PairsThroughTime
from indicators.trendlines.search import find_pairs
from tests.support.examples import examples
from tests.support.generated_bars import bars as drawn_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars


def assert_same_pairs(bars: MirroredBars, counts: range) -> int:
    finder, found = PairsThroughTime(bars), 0
    for count in counts:
        known = bars.first(count)
        swings = swing_lows(known.low)
        first, second = finder(known, swings)
        expected_first, expected_second = find_pairs(known, swings)
        np.testing.assert_array_equal(first, expected_first)
        np.testing.assert_array_equal(second, expected_second)
        found += first.size
    return found


@settings(max_examples=examples(60))
@given(drawn_bars(min_size=1, max_size=60))
def test_pairs_of_bars_of_any_shape(bars):
    assert_same_pairs(mirror_bars(bars, "support", "linear"), range(1, len(bars) + 1))


@pytest.mark.parametrize("side", ["support", "resistance"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_pairs_of_a_walk_longer_than_a_block(side, scale):
    assert assert_same_pairs(mirror_bars(walk(700), side, scale), range(1, 701, 9)) > 1_000


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_pairs_of_real_bars(symbol):
    bars = real_bars(symbol)
    assert assert_same_pairs(mirror_bars(bars, "support", "linear"), range(60, len(bars), 53)) > 1_000
