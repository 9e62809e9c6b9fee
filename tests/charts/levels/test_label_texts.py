"""Labels beside the price panel: every level that words may name is drawn and labeled."""

from __future__ import annotations

from charts.levels.edge_labels import EdgeLabel
from charts.levels.label_texts import level_labels
from charts.options import OVERLAYS
from charts.palette import PALETTES
from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import TrendlineOrigin, ZoneEdgeOrigin
from tests.support.generated_analyses import tickers


def labels_of(analysis: Analysis) -> list[EdgeLabel]:
    return list(level_labels(analysis, OVERLAYS, analysis.leading, analysis.zones, PALETTES["light"]))


def test_the_next_levels_and_those_at_the_price_are_labeled() -> None:
    seen = 0
    for history, targets in tickers(80, seed=21):
        analysis = analyse(history, targets)
        labels = {(label.name, label.price) for label in labels_of(analysis)}
        for level in (*analysis.levels_at_price, analysis.nearest_support, analysis.nearest_resistance):
            if level is not None and isinstance(level.origin, ZoneEdgeOrigin):
                assert ("Zone", (level.origin.zone.low + level.origin.zone.high) / 2) in labels
            elif level is not None and isinstance(level.origin, TrendlineOrigin):
                side = level.origin.line.side
                assert {(f"{side.capitalize()} line", level.price), (f"Tentative {side}", level.price)} & labels
            elif level is not None:
                assert (level.label, level.price) in labels
            seen += level is not None
    assert seen > 100


def test_each_leading_line_and_zone_has_one_label() -> None:
    for history, targets in tickers(40, seed=22):
        analysis = analyse(history, targets)
        names = [label.name for label in labels_of(analysis)]
        assert names.count("Zone") == len(analysis.zones)
        named = [name for name in names if "support" in name.lower() or "resistance" in name.lower()]
        assert len(named) == len(analysis.leading)
