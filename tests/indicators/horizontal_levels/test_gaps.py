"""Gaps, compared with the definition written out in plain Python."""

from __future__ import annotations

import pandas as pd
import pytest

from indicators import average_true_range
from indicators.horizontal_levels.gaps import Gap, find_gaps
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars


def plain_gaps(bars: pd.DataFrame) -> list[Gap]:
    atr, found = average_true_range(bars), []
    for at in range(max(len(bars) - 252, 1), len(bars)):
        before, day, later = bars.iloc[at - 1], bars.iloc[at], bars.iloc[at:]
        up = Gap(bars.index[at].date(), before["high"], day["low"])
        down = Gap(bars.index[at].date(), day["high"], before["low"])
        if up.high - up.low >= atr.iloc[at] and later["low"].min() > up.low:
            found.append(up)
        if down.high - down.low >= atr.iloc[at] and later["high"].max() < down.high:
            found.append(down)
    return found


def with_jumps(seed: int) -> pd.DataFrame:
    """Return a walk that jumps by a tenth at times, up and down."""
    bars = walk(300, seed)
    jumps = pd.Series(0.0, index=bars.index)
    jumps.iloc[40 + seed :: 37] = 0.1
    jumps.iloc[55 + seed :: 53] = -0.1
    return bars[["open", "high", "low", "close"]].mul((1.0 + jumps).cumprod(), axis=0)


@pytest.mark.parametrize("seed", range(20))
def test_gaps_are_those_of_the_definition(seed):
    bars = with_jumps(seed)
    assert find_gaps(bars) == plain_gaps(bars)


def test_the_walks_above_have_gaps():
    assert sum(len(find_gaps(with_jumps(seed))) for seed in range(20)) > 20


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_gaps_of_real_bars_are_those_of_the_definition(symbol):
    for end in (300, 700, 1100):
        bars = real_bars(symbol).iloc[:end]
        assert find_gaps(bars) == plain_gaps(bars)


@pytest.mark.parametrize(("price", "edge"), [(12.0, 11.0), (11.0, 11.0), (10.5, 10.0), (9.0, 10.0)])
def test_the_edge_of_a_gap_is_the_one_that_the_price_meets_first(price, edge):
    assert Gap(walk(2).index[0].date(), 10.0, 11.0).edge(price) == edge


def test_few_bars_have_no_gaps():
    assert find_gaps(walk(0)) == find_gaps(walk(1)) == find_gaps(walk(14)) == []
