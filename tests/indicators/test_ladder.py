"""The ladder: a row for each technical level, zones at the edge that the price meets, and the price among them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.ladder import LadderRow, ladder, ladder_sentence
from indicators.levels import make_level, sort_levels
from market import PriceHistory
from tests.support.drawn_levels import zone_levels
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk


def with_zone(low: float, high: float, price: float) -> Analysis:
    """Return an analysis at `price` whose only levels are the edges of one zone."""
    analysis = analyse(PriceHistory("X", "X", "USD", walk(60)))
    levels = sort_levels(make_level(level.origin, level.price, price, 1.0) for level in zone_levels(low, high))
    return replace(analysis, price=price, atr=1.0, levels=levels, clusters=())


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (8.0, [("Zone 9.00–11.00", 9.0), ("Price", 8.0)]),
        (9.0, [("Zone top", 11.0), ("Price", 9.0), ("Zone bottom", 9.0)]),
        (10.0, [("Zone top", 11.0), ("Price", 10.0), ("Zone bottom", 9.0)]),
        (11.0, [("Price", 11.0), ("Zone 9.00–11.00", 11.0)]),
        (12.0, [("Price", 12.0), ("Zone 9.00–11.00", 11.0)]),
    ],
)
def test_a_zone_is_one_row_unless_it_holds_the_price(price, expected):
    assert [(row.label, row.price) for row in ladder(with_zone(9.0, 11.0, price))] == expected


def test_a_zone_at_a_single_price_is_one_row_without_figures_and_can_be_the_nearest():
    above, price = ladder(with_zone(11.0, 11.0, 10.0))
    assert (above.label, above.price, above.role, above.is_nearest) == ("Zone", 11.0, "resistance", True)
    assert price == LadderRow("Price", 10.0, "price")


@pytest.mark.parametrize("seed", range(3))
def test_the_rows_are_the_technical_levels_with_the_price_among_them(seed):
    for history, targets in tickers(40, seed):
        analysis = analyse(history, targets)
        rows = ladder(analysis)
        assert [row.price for row in rows] == sorted((row.price for row in rows), reverse=True)
        roles = [row.role for row in rows]
        assert roles == sorted(roles, key=["resistance", "price", "support"].index) and roles.count("price") == 1
        singles = {level.label: level.price for level in analysis.levels if level.kind not in ("zone", "target")}
        assert singles.items() <= {(row.label, row.price) for row in rows}
        held = sum(zone.low <= analysis.price < zone.high for zone in analysis.zones)
        assert sum(row.label.startswith("Zone") for row in rows) == len(analysis.zones) + held
        for row in rows:
            if row.role != "price":
                assert row.distance_pct == pytest.approx(100.0 * (row.price / analysis.price - 1.0))


def test_the_nearest_rows_are_the_next_support_and_resistance():
    for history, targets in tickers(60, seed=4):
        analysis = analyse(history, targets)
        nearest = [level for level in (analysis.nearest_support, analysis.nearest_resistance) if level is not None]
        rows = [row for row in ladder(analysis) if row.is_nearest]
        assert {row.price for row in rows} == {level.price for level in nearest}


def test_a_row_is_in_a_cluster_if_its_level_or_an_edge_of_its_zone_is():
    shaded = 0
    for history, targets in tickers(60, seed=6):
        analysis = analyse(history, targets)
        clustered = {level.price for cluster in analysis.clusters for level in cluster.levels}
        for row in ladder(analysis):
            if row.role != "price" and not row.label.startswith("Zone"):
                assert row.in_cluster == (row.price in clustered)
            if row.label.startswith("Zone") and row.price in clustered:
                assert row.in_cluster
            shaded += row.in_cluster
    assert shaded > 20


def test_the_rows_survive_json():
    (history, targets), *_ = tickers(1, seed=2)
    rows = ladder(analyse(history, targets))
    assert tuple(LadderRow(**cells) for cells in json.loads(json.dumps([asdict(row) for row in rows]))) == rows


def test_the_sentence_names_every_row_once_from_the_highest():
    analysis = with_zone(9.0, 11.0, 10.0)
    sentence = ladder_sentence(analysis)
    assert sentence.startswith("From the highest: ") and sentence.endswith(".")
    named = sentence.removeprefix("From the highest: ").removesuffix(".").split(", ")
    assert len(named) == len(ladder(analysis)) and "the price $10.00" in named
