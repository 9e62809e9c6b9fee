"""Visits of the price to a level and whether it held, on bars whose outcome is known and on walks where none can."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.bars.columns import BarColumns, bar_columns
from indicators.odds.level_histories import KINDS, level_histories
from indicators.odds.level_holds import Holds, KindHolds, difference_interval, kind_holds, visits
from indicators.trendlines.significance import random_walks
from tests.support.generated_bars import walk

LEVEL = 50.0


def bars_of(closes: list[float]) -> BarColumns:
    """Return sessions that trade at their close only, with an ATR of 1."""
    close = np.array(closes)
    days = np.arange("2020-01-01", len(closes), dtype="datetime64[D]") if closes else np.empty(0, "datetime64[D]")
    return BarColumns(days, close, close, close, np.ones_like(close))


def holds_at(closes: list[float]) -> Holds:
    return visits(bars_of(closes), np.full((len(closes), 1), LEVEL))


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ([53, 52, 50.2, 51.2], Holds(1, 1)),
        ([53, 52, 50.2, 49.1, 48.9], Holds(0, 1)),
        ([47, 48, 49.8, 48.9], Holds(1, 1)),
        ([47, 48, 49.8, 51.1], Holds(0, 1)),
        ([53, 52, 48.0], Holds(0, 1)),
        ([53, 52, 50.3, 51.5], Holds()),
        ([53, 52, 50.2, 50.9, 50.1], Holds()),
        ([53, 50.2, 50.2, 51.0, 50.2, 51.1], Holds(2, 2)),
        ([50.1, 50.2, 51.2], Holds()),
    ],
    ids=["held", "broke", "held from below", "broke upward", "at once", "not near", "undecided", "twice", "was there"],
)
def test_first_close_an_atr_away_decides(closes: list[float], expected: Holds) -> None:
    assert holds_at(closes) == expected


def test_visit_is_decided_by_the_level_of_the_session_before() -> None:
    closes = [53.0, 52.0, 50.2, 51.2]
    levels = np.array([[50.0], [50.0], [70.0], [70.0]])
    assert visits(bars_of(closes), levels) == Holds(1, 1)


def test_later_sessions_do_not_change_earlier_visits() -> None:
    closes = [53, 52, 50.2, 51.2, 50.2, 48.0]
    assert holds_at(closes[:4]) == Holds(1, 1)
    assert holds_at(closes) == Holds(1, 2)


def test_of_two_levels_reached_at_once_the_nearest_counts() -> None:
    levels = np.tile([50.0, 51.0], (4, 1))
    assert visits(bars_of([53.0, 52.0, 49.5, 48.0]), levels) == Holds(0, 1)


def test_interval_is_that_of_resampled_visits() -> None:
    outcomes = np.repeat([1.0, 0.0], [57, 43])
    drawn = np.random.default_rng(3).choice(outcomes, (4_000, 100)).mean(axis=1)
    assert Holds(57, 100).interval == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.02)
    assert Holds(57, 100).share == 0.57
    assert Holds().share is Holds().interval is None


def test_difference_of_two_shares_covers_their_spread() -> None:
    low, high = difference_interval(Holds(600, 1000), Holds(500, 1000))
    spread = 1.96 * (0.24 / 1000 + 0.25 / 1000) ** 0.5
    assert (low, high) == pytest.approx((0.1 - spread, 0.1 + spread), abs=0.006)


@pytest.mark.parametrize(
    ("real", "peers", "verdict"),
    [
        (Holds(80, 100), Holds(500, 1000), "holds more often than chance"),
        (Holds(20, 100), Holds(500, 1000), "holds less often than chance"),
        (Holds(55, 100), Holds(500, 1000), "no difference from chance"),
        (Holds(), Holds(500, 1000), "too few visits"),
        (Holds(4, 4), Holds(), "too few visits"),
    ],
)
def test_verdict_takes_a_difference_from_both_peers(real: Holds, peers: Holds, verdict: str) -> None:
    assert KindHolds("Zones", real, peers, peers).verdict == verdict


def test_levels_that_turn_the_price_are_told_from_chance() -> None:
    """A price that turns at 50 whenever it comes there, from above."""
    random = np.random.default_rng(1)
    closes = [53.0]
    while len(closes) < 3_000:
        closes += [*np.arange(closes[-1], 50.1, -0.45), 50.1, *np.arange(50.5, 52.0 + 2.0 * random.random(), 0.45)]
    bars = bars_of(closes)
    levels = np.full((len(closes), 1), LEVEL)
    shuffled = bars_of(list(np.cumsum(np.r_[53.0, random.permutation(np.diff(closes))])))
    found = kind_holds("EMA 20", bars, levels, shuffled, levels)
    assert found.real.share == 1.0 and found.real.count > 100
    assert found.verdict == "holds more often than chance"


def test_on_a_random_walk_no_kind_differs_from_chance_by_much() -> None:
    bars = walk(1_200)
    shuffled = next(random_walks(bars, 1)).assign(volume=1.0)
    levels, others = level_histories(bars), level_histories(shuffled)
    found = [kind_holds(kind, bar_columns(bars), levels[kind], bar_columns(shuffled), others[kind]) for kind in KINDS]
    assert [one.kind for one in found] == list(KINDS)
    assert sum(one.verdict == "no difference from chance" for one in found) >= len(KINDS) - 2
    assert all(one.shifted.count > one.real.count for one in found)
