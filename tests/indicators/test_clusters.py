"""Clusters, against the definition written out in plain Python."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import analyse
from indicators.clusters import Cluster, find_clusters
from indicators.levels import BandOrigin, EmaOrigin, ExtremeOrigin, Level, TargetOrigin, make_level
from market import PriceHistory
from tests.support.drawn_levels import levels_around_ten, zone_levels
from tests.support.examples import examples
from tests.support.real_prices import needs_real_prices, real_bars


def bottom_up(level: Level) -> tuple[float, bool]:
    return level.price, level.label == "Zone top"


def count_of(levels: tuple[Level, ...]) -> int:
    """Count the levels, a zone once: a bottom and the next top are the same zone."""
    edges = [level.label for level in sorted(levels, key=bottom_up) if level.kind == "zone"]
    pairs = sum(one == "Zone bottom" and other == "Zone top" for one, other in pairwise(edges))
    return len(levels) - pairs


def close_enough(levels: tuple[Level, ...], atr: float) -> bool:
    prices = [level.price for level in levels]
    return len({level.kind for level in levels}) >= 3 and max(prices) - min(prices) <= atr


def rank(side: list[Level], run: range) -> tuple[float, ...]:
    members = tuple(side[position] for position in run)
    distance = min(abs(end.price - 10.0) for end in (members[0], members[-1]))
    kinds = len({level.kind for level in members})
    return -kinds, -count_of(members), -len(run), members[-1].price - members[0].price, distance


@settings(max_examples=examples(200))
@given(levels_around_ten(), st.sampled_from([0.25, 0.5, 1.0, 3.0]))
def test_clusters_follow_the_definition(levels, atr):
    """All runs of neighbors on one side; the fullest first, and none that shares a level with one taken before."""
    expected = set()
    for role in ("support", "resistance"):
        side = sorted((level for level in levels if level.role == role), key=bottom_up)
        runs = [range(first, end) for first, end in combinations(range(len(side) + 1), 2) if end - first > 1]
        fitting = [run for run in runs if close_enough(tuple(side[position] for position in run), atr)]
        while fitting:
            best = min(fitting, key=lambda run: rank(side, run))
            expected.add((role, tuple(sorted(side[position].price for position in best))))
            fitting = [run for run in fitting if run.stop <= best.start or best.stop <= run.start]
    found = find_clusters(levels, atr)
    assert {(cluster.role, tuple(sorted(level.price for level in cluster.levels))) for cluster in found} == expected
    assert [cluster.high for cluster in found] == sorted((cluster.high for cluster in found), reverse=True)
    for cluster in found:
        prices = [level.price for level in cluster.levels]
        assert cluster.count == count_of(cluster.levels)
        assert (cluster.low, cluster.high) == (min(prices), max(prices))


KINDS = (EmaOrigin(20), ExtremeOrigin("high"), BandOrigin("upper"), EmaOrigin(50))


@pytest.mark.parametrize(
    ("prices", "origins", "clustered"),
    [
        ([11.0, 11.5, 12.0], KINDS[:3], True),
        ([11.0, 11.5, 12.01], KINDS[:3], False),
        ([11.0, 11.1], KINDS[:2], False),
        ([11.0, 11.1, 11.2], [KINDS[0], KINDS[1], KINDS[3]], False),  # two EMAs are one kind
        ([11.0, 11.1, 11.2, 11.3], KINDS, True),
        ([9.9, 10.1, 10.2], KINDS[:3], False),  # on either side of the price
    ],
)
def test_the_limits_of_a_cluster(prices, origins, clustered):
    levels = [make_level(origin, price, 10.0, 1.0) for origin, price in zip(origins, prices, strict=True)]
    found = find_clusters(levels, 1.0)
    assert ([len(cluster.levels) for cluster in found] == [len(levels)]) == clustered


def test_a_target_is_in_no_cluster():
    levels = [make_level(TargetOrigin("JPMorgan"), 10.5, 10.0, 1.0), make_level(EmaOrigin(20), 10.6, 10.0, 1.0)]
    assert find_clusters(levels, 1.0) == ()


def test_without_an_atr_there_are_no_clusters():
    assert find_clusters([make_level(EmaOrigin(20), 9.0, 10.0, None)] * 3, None) == ()


def test_a_cluster_is_labeled_by_the_levels_in_it():
    bottom, top = zone_levels(14.31, 14.6, price=11.15)
    cluster = Cluster(
        "resistance",
        (
            top,
            make_level(EmaOrigin(50), 14.32, 11.15, 1.4),
            bottom,
            make_level(BandOrigin("middle"), 14.12, 11.15, 1.4),
            make_level(EmaOrigin(100), 13.5, 11.15, 1.4),
        ),
    )
    assert (cluster.label, cluster.count) == ("two EMAs, a zone and the middle band", 4)
    levels = (make_level(ExtremeOrigin("high"), 23.0, 11.0, 1.0), make_level(EmaOrigin(20), 22.9, 11.0, 1.0))
    assert Cluster("resistance", levels).label == "an EMA and the 52-week high"


@needs_real_prices
def test_clsk_has_three_emas_in_one_cluster_on_the_day_of_the_article():
    bars = real_bars("CLSK").loc[:"2025-11-24"].copy()
    bars.iloc[-1, bars.columns.get_loc("close")] = 11.15
    analysis = analyse(PriceHistory("CLSK", "CleanSpark", "USD", bars))
    assert all(close_enough(cluster.levels, analysis.atr) for cluster in analysis.clusters)
    highest = analysis.clusters[0]
    assert (round(highest.low, 2), round(highest.high, 2)) == (13.25, 14.32)
    assert highest.label == "three EMAs, a zone and the middle band"
