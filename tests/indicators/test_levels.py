"""The ladder and its clusters, against the definition read out in plain Python."""

from __future__ import annotations

from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import analyse
from indicators.clusters import Cluster, clusters
from indicators.levels import LOWER_EDGE, UPPER_EDGE, Level, ladder_label, make_level, nearest_level, sort_ladder
from market import PriceHistory, PriceTarget
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk
from tests.support.real_prices import needs_real_prices, real_bars

KINDS = [("ema", "EMA 20"), ("band", "Upper band"), ("trendline", "Trendline support"), ("52-week", "52-week low")]
quarters = st.integers(8, 80).map(lambda each: each / 4)


def test_below_the_price_a_level_is_support_above_it_resistance():
    below, at, above = (make_level("ema", "EMA 20", price, 10.0, 2.0) for price in (9.0, 10.0, 11.5))
    assert (below.role, at.role, above.role) == ("support", "support", "resistance")
    assert (below.distance_pct, below.distance_atr) == (pytest.approx(-10.0), -0.5)
    assert (above.distance_pct, above.distance_atr) == (pytest.approx(15.0), 0.75)


@pytest.mark.parametrize("atr", [None, 0.0])
def test_without_a_range_there_is_no_distance_in_ranges(atr):
    assert make_level("ema", "EMA 20", 9.0, 10.0, atr).distance_atr is None


@st.composite
def rungs(draw: st.DrawFn) -> list[Level]:
    """Levels around 10 on a grid of quarters, so that ties are common: zones that do not overlap, and others."""
    edges = sorted(set(draw(st.lists(quarters, max_size=8))))
    zones = [
        (label, at)
        for pair in zip(edges[::2], edges[1::2], strict=False)
        for label, at in zip((LOWER_EDGE, UPPER_EDGE), pair, strict=True)
    ]
    points = [(LOWER_EDGE, 30.0), (UPPER_EDGE, 30.0)] if draw(st.booleans()) else []
    singles = draw(st.lists(st.tuples(st.sampled_from(KINDS), quarters), max_size=7))
    levels = [make_level("zone", label, at, 10.0, 1.0) for label, at in zones + points]
    levels += [make_level(kind, label, at, 10.0, 1.0) for (kind, label), at in singles]
    return draw(st.permutations(levels))


@pytest.mark.parametrize(
    ("price", "upper", "lower"),
    [
        (8.0, None, "Zone 9.00–11.00"),
        (9.0, UPPER_EDGE, LOWER_EDGE),
        (10.0, UPPER_EDGE, LOWER_EDGE),
        (11.0, "Zone 9.00–11.00", None),
        (12.0, "Zone 9.00–11.00", None),
    ],
)
def test_a_zone_is_one_rung_unless_it_holds_the_price(price, upper, lower):
    edges = [make_level("zone", label, at, price, 1.0) for label, at in ((UPPER_EDGE, 11.0), (LOWER_EDGE, 9.0))]
    assert [ladder_label(edge.label, edge.price, edge.role, [(9.0, 11.0)], price) for edge in edges] == [upper, lower]


@given(rungs())
def test_the_ladder_goes_down_and_its_nearest_rungs_are_next_to_the_price(levels):
    steps = sort_ladder(levels)
    assert [step.price for step in steps] == sorted((level.price for level in levels), reverse=True)
    above = [level.price for level in levels if level.price > 10.0]
    below = [level.price for level in levels if level.price <= 10.0]
    up, down = nearest_level(levels, "resistance"), nearest_level(levels, "support")
    assert (up.price if up else None) == min(above, default=None)
    assert (down.price if down else None) == max(below, default=None)


def test_a_target_is_no_level_of_trade():
    levels = [make_level("target", "JPMorgan target", 10.5, 10.0, 1.0), make_level("ema", "EMA 50", 11.0, 10.0, 1.0)]
    assert nearest_level(levels, "resistance") == levels[1]
    assert clusters([levels[0], make_level("ema", "EMA 20", 10.6, 10.0, 1.0)], 1.0) == ()


def things(levels: tuple[Level, ...]) -> int:
    """How many levels, a zone counted once: a lower edge and the next upper edge are the same zone."""
    edges = [
        level.label
        for level in sorted(levels, key=lambda each: (each.price, each.label == UPPER_EDGE))
        if level.kind == "zone"
    ]
    pairs = sum(one == LOWER_EDGE and other == UPPER_EDGE for one, other in pairwise(edges))
    return len(levels) - pairs


def close_enough(levels: tuple[Level, ...], atr: float) -> bool:
    prices = sorted(level.price for level in levels)
    gaps = [above - below for below, above in pairwise(prices)]
    return things(levels) > 1 and sum(gaps) <= min(0.5 * (things(levels) - 1), 2.5) * atr and max(gaps) <= 0.75 * atr


@settings(max_examples=200)
@given(rungs(), st.sampled_from([0.25, 0.5, 1.0, 3.0]))
def test_clusters_as_the_definition_reads(levels, atr):
    """All runs of neighbours on one side; the fullest first, and none that shares a level with one taken before."""
    expected = set()
    for role in ("support", "resistance"):
        side = sorted(
            (level for level in levels if level.role == role),
            key=lambda level: (level.price, level.label == UPPER_EDGE),
        )
        runs = [range(first, end) for first, end in combinations(range(len(side) + 1), 2) if end - first > 1]
        fitting = [run for run in runs if close_enough(tuple(side[at] for at in run), atr)]
        while fitting:
            best = min(fitting, key=lambda run: rank(side, run))
            expected.add((role, tuple(sorted(side[at].price for at in best))))
            fitting = [run for run in fitting if run.stop <= best.start or best.stop <= run.start]
    found = clusters(levels, atr)
    assert {(each.role, tuple(sorted(level.price for level in each.levels))) for each in found} == expected
    assert [each.high for each in found] == sorted((each.high for each in found), reverse=True)
    for found_item in found:
        assert found_item.count == things(found_item.levels)
        assert (found_item.low, found_item.high) == (
            min(r.price for r in found_item.levels),
            max(r.price for r in found_item.levels),
        )


@pytest.mark.parametrize(
    ("prices", "clustered"),
    [
        ([11.0, 11.5], True),
        ([11.0, 11.51], False),
        ([11.0, 11.25, 12.0], True),
        ([11.0, 11.2, 11.96], False),  # a gap of 0.76, though 0.48 on average
        ([11.0 + 0.5 * each for each in range(6)], True),
        ([11.0 + 0.5 * each for each in range(7)], False),  # 3 ATR wide
        ([9.9, 10.1], False),  # on either side of the price
    ],
)
def test_the_bounds_of_a_cluster(prices, clustered):
    levels = [make_level("ema", f"EMA {at}", price, 10.0, 1.0) for at, price in enumerate(prices)]
    found = clusters(levels, 1.0)
    assert ([len(found_item.levels) for found_item in found] == [len(levels)]) == clustered


def rank(side: list[Level], run: range) -> tuple[float, ...]:
    members = tuple(side[at] for at in run)
    distance = min(abs(each.price - 10.0) for each in (members[0], members[-1]))
    return -things(members), -len(run), members[-1].price - members[0].price, distance


def test_a_cluster_is_named_by_what_is_in_it():
    found = Cluster(
        "resistance",
        (
            make_level("zone", UPPER_EDGE, 14.6, 11.15, 1.4),
            make_level("ema", "EMA 50", 14.32, 11.15, 1.4),
            make_level("zone", LOWER_EDGE, 14.31, 11.15, 1.4),
            make_level("band", "Middle band", 14.12, 11.15, 1.4),
            make_level("ema", "EMA 100", 13.5, 11.15, 1.4),
        ),
    )
    assert (found.label, found.count) == ("two EMAs, a zone and the middle band", 4)
    high = Cluster(
        "resistance",
        (make_level("52-week", "52-week high", 23.0, 11.0, 1.0), make_level("ema", "EMA 20", 22.9, 11.0, 1.0)),
    )
    assert high.label == "an EMA and the 52-week high"


def test_no_range_no_clusters():
    assert clusters([make_level("ema", "EMA 20", 9.0, 10.0, None)] * 3, None) == ()


@needs_real_prices
def test_clsk_s_four_emas_on_the_day_of_the_article():
    bars = real_bars("CLSK").loc[:"2025-11-24"].copy()
    bars.iloc[-1, bars.columns.get_loc("close")] = 11.15
    analysis = analyse(PriceHistory("CLSK", "CleanSpark", "USD", bars))
    (cluster,) = [each for each in analysis.clusters if sum(level.kind == "ema" for level in each.levels) == 4]
    assert (round(cluster.low, 2), round(cluster.high, 2)) == (12.42, 14.32)
    assert cluster.label == "four EMAs and the middle band"


def test_the_ladder_of_an_analysis_has_every_level_once():
    for history, targets in tickers(40, seed=3):
        analysis = analyse(history, targets)
        rungs = [(level.kind, level.price) for level in analysis.levels]
        assert sorted(price for kind, price in rungs if kind == "ema") == sorted(
            average.value for average in analysis.emas if average.value is not None
        )
        bands = [edge for edge in analysis.bands.iloc[-1] if edge > 0]
        assert sorted(price for kind, price in rungs if kind == "band") == sorted(bands)
        edges = [edge for zone in analysis.zones for edge in (zone.low, zone.high)]
        assert sorted(price for kind, price in rungs if kind == "zone") == sorted(edges)
        lines = [line.value for line in analysis.leading if line.status != "broken"]
        assert sorted(price for kind, price in rungs if kind == "trendline") == sorted(lines)
        assert [price for kind, price in rungs if kind == "52-week"] == [analysis.high_52w, analysis.low_52w]
        live = [target.target for target in analysis.targets if not target.stale]
        assert sorted(price for kind, price in rungs if kind == "target") == sorted(live)
        assert analysis.nearest_support == nearest_level(analysis.levels, "support")
        assert analysis.nearest_resistance == nearest_level(analysis.levels, "resistance")


def test_a_band_below_zero_is_no_level():
    bars = walk(60, start=40.0).copy()
    bars.iloc[-10:, :4] = bars.iloc[-10:, :4] / 50.0
    analysis = analyse(PriceHistory("X", "X", "USD", bars))
    assert analysis.bands["lower"].iloc[-1] < 0.0
    assert all(level.price > 0.0 for level in analysis.levels)


def test_a_stale_target_is_no_level():
    history = PriceHistory("X", "X", "USD", walk(300))
    old = PriceTarget("X", "Needham", date(2020, 1, 2), 50.0)
    assert [level for level in analyse(history, [old], date(2021, 2, 1)).levels if level.kind == "target"] == []
    assert [level.price for level in analyse(history, [old], date(2020, 6, 1)).levels if level.kind == "target"] == [
        50.0
    ]
