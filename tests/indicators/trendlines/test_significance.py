"""Significance of trendlines: rare lines, common lines, and the count of walks in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from numpy.random import PCG64
from numpy.testing import assert_allclose

from indicators.trendlines.significance import BLOCK, SEED, SHUFFLES, chance_of_line, chance_phrase, random_walks
from indicators.trendlines.trendlines import Trendline, find_trendlines
from tests.support.brute_force_lines import Drawn, every_line
from tests.support.generated_bars import walk
from tests.support.real_prices import needs_real_prices, real_bars


def rising_line(sessions: int, touches: tuple[int, ...]) -> tuple[pd.DataFrame, Trendline]:
    """Return bars on a rising line that they touch at `touches` and nowhere else, and the line found in them."""
    random = np.random.default_rng(5)
    at = np.arange(sessions)
    line = 40.0 + 0.05 * at
    from_touch = np.min(np.abs(at[:, None] - np.array(touches)), axis=1)
    low = line + 0.6 * np.minimum(from_touch, 5) + np.where(from_touch, random.uniform(0.0, 0.5, sessions), 0.0)
    close = low + random.uniform(0.3, 0.9, sessions)
    days = pd.bdate_range("2024-01-02", periods=sessions, name="date")
    bars = pd.DataFrame({"open": close, "high": close + 0.4, "low": low, "close": close}, index=days)
    found = find_trendlines(bars)[0]
    assert bars.index.get_indexer(pd.DatetimeIndex(found.touches)).tolist() == list(touches)
    return bars, found


def test_six_touches_over_a_year_are_rare_and_two_are_common() -> None:
    bars, line = rising_line(260, (30, 75, 120, 160, 205, 250))
    assert line.offered and chance_of_line(bars, line) <= 0.02
    random = walk(260, seed=3)
    weak = next(line for line in find_trendlines(random) if len(line.touches) == 2)
    assert chance_of_line(random, weak) >= 0.3


def test_more_touches_or_a_longer_span_never_raise_the_chance() -> None:
    bars = walk(260, seed=13)
    lines = [line for line in find_trendlines(bars) if line.is_eligible]
    ranked = sorted((len(line.touches), line.span, chance_of_line(bars, line)) for line in lines)
    assert [rank[:2] for rank in ranked] == [(2, 44), (4, 122), (4, 166)]
    assert [rank[2] for rank in ranked] == sorted((rank[2] for rank in ranked), reverse=True)


@pytest.mark.parametrize(("sessions", "seed"), [(13, 2), (20, 0), (21, 0), (31, 0)])
def test_few_bars_give_a_chance_too(sessions: int, seed: int) -> None:
    bars = walk(sessions, seed)
    lines = [line for side in ("support", "resistance") for line in find_trendlines(bars, side)]
    assert lines and all(0.0 < chance_of_line(bars, line) <= 1.0 for line in lines)


def test_the_chance_is_the_same_every_time() -> None:
    bars = walk(200)
    line = find_trendlines(bars)[0]
    assert chance_of_line(bars, line) == chance_of_line(bars.copy(), line)


def test_the_random_bits_are_the_same_on_every_machine() -> None:
    assert PCG64(SEED).random_raw(3).tolist() == [14295203711773111340, 5461271544138664912, 4136323415436513353]


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_currency_unit_does_not_matter(scale: str) -> None:
    bars = walk(180, seed=2)
    chance = chance_of_line(bars, find_trendlines(bars, scale=scale)[0])
    for factor in (1e-4, 0.37, 1000.0):
        scaled = bars * factor
        assert chance_of_line(scaled, find_trendlines(scaled, scale=scale)[0]) == chance, factor


def test_the_mirror_image_has_the_same_chance() -> None:
    """Reciprocal prices turn support into resistance, exactly on the log scale."""
    bars = walk(180, seed=4)
    mirror = (1.0 / bars).rename(columns={"high": "low", "low": "high"})
    below, above = find_trendlines(bars, "support", "log")[0], find_trendlines(mirror, "resistance", "log")[0]
    assert below.touches == above.touches
    assert chance_of_line(mirror, above) == chance_of_line(bars, below)


def test_a_walk_has_the_same_moves_in_other_blocks_and_ends_at_the_same_price() -> None:
    bars = walk(75)
    moves = daily_moves(bars)
    walks = list(random_walks(bars, 20))
    for shuffled in walks:
        assert shuffled.iloc[0].tolist() == bars[["high", "low", "close"]].iloc[0].tolist()
        assert shuffled["close"].iloc[-1] == pytest.approx(bars["close"].iloc[-1], rel=1e-12)
        starts = [int(np.argmin(np.abs(moves - day).sum(axis=1))) for day in daily_moves(shuffled)]
        assert sorted(starts) == list(range(74)), "every move once"
        assert_allclose(daily_moves(shuffled), moves[starts], rtol=1e-12)
        broken = np.flatnonzero(np.diff(starts) != 1)
        assert all(starts[at] % BLOCK == BLOCK - 1 or starts[at] == 73 for at in broken), "only whole blocks moved"
    assert len({tuple(shuffled["close"]) for shuffled in walks}) > 15


def daily_moves(bars: pd.DataFrame) -> np.ndarray:
    return (bars[["high", "low", "close"]].iloc[1:].to_numpy().T / bars["close"].iloc[:-1].to_numpy()).T


@pytest.mark.parametrize(("side", "scale", "seed"), [("support", "linear", 1), ("resistance", "log", 9)])
def test_counting_walks_in_plain_python_gives_the_same_chance(side: str, scale: str, seed: int) -> None:
    """Rebuild each walk day by day, and draw every line through any two of its lows."""
    bars = walk(60, seed)
    lines = find_trendlines(bars, side, scale)
    walks = list(lines_of_walks(bars, side, scale))
    for offered in (True, False):
        line = next(line for line in lines if (line.is_eligible) == offered)
        groups = {0} if offered else set(range(6))
        counted = sum(best_of(walk, groups) >= (len(line.touches), line.span) for walk in walks)
        assert chance_of_line(bars, line) == counted / SHUFFLES
        assert 0 < counted < SHUFFLES


def best_of(lines: list[Drawn], groups: set[int]) -> tuple[int, int]:
    """Return touches and span of the best line of those groups."""
    return max(((-line.rank[1], -line.rank[2]) for line in lines if line.group in groups), default=(0, 0))


def lines_of_walks(bars: pd.DataFrame, side: str, scale: str) -> Iterator[list[Drawn]]:
    bits = PCG64(SEED)
    days = list(bars[["high", "low", "close"]].itertuples(index=False))
    moves = [tuple(price / before.close for price in day) for before, day in pairwise(days)]
    blocks = [moves[start : start + 10] for start in range(0, len(moves), 10)]
    for _ in range(SHUFFLES):
        ranks = bits.random_raw(len(moves) // 10 + 1).tolist()
        prices = [tuple(days[0])]
        for block in sorted(range(len(blocks)), key=lambda block: ranks[block]):
            for move in blocks[block]:
                prices.append(tuple(prices[-1][2] * share for share in move))
        yield every_line(pd.DataFrame(prices, columns=["high", "low", "close"]), side, scale)


@pytest.mark.parametrize(
    ("chance", "frequency"),
    [
        (0.0, "less than 1 time in 200"),
        (0.005, "1 time in 200"),
        (0.04, "1 time in 25"),
        (0.1, "1 time in 10"),
        (0.335, "1 time in 3"),
        (0.395, "4 times in 10"),
        (0.5, "1 time in 2"),
        (0.68, "7 times in 10"),
        (0.945, "9 times in 10"),
        (0.95, "nearly every time"),
        (1.0, "nearly every time"),
    ],
)
def test_chance_phrase(chance: float, frequency: str) -> None:
    assert chance_phrase(chance) == f"Random data draws a line this good {frequency}"


@needs_real_prices
def test_random_data_often_draws_a_line_as_good_as_that_of_the_article() -> None:
    bars = real_bars("CIFR").loc[:"2025-11-24"]
    assert 0.25 < chance_of_line(bars, find_trendlines(bars)[0]) < 0.5
