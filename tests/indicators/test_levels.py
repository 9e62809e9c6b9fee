"""Levels: their role, distance, label and origin, and that an analysis has each of them once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import analyse
from indicators.levels import (
    BandOrigin,
    EmaOrigin,
    ExtremeOrigin,
    GapEdgeOrigin,
    Level,
    OldHighOrigin,
    TargetOrigin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    levels_at_price,
    make_level,
    nearest_level,
    sort_levels,
)
from market import PriceHistory, PriceTarget
from tests.support.drawn_levels import levels_around_ten
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk


def test_a_level_is_support_at_or_below_the_price_and_resistance_above():
    below, at, above = (make_level(EmaOrigin(20), price, 10.0, 2.0) for price in (9.0, 10.0, 11.5))
    assert (below.role, at.role, above.role) == ("support", "support", "resistance")
    assert (below.distance_pct, below.distance_atr) == (pytest.approx(-10.0), -0.5)
    assert (above.distance_pct, above.distance_atr) == (pytest.approx(15.0), 0.75)


@pytest.mark.parametrize("atr", [None, 0.0])
def test_without_an_atr_there_is_no_distance_in_atrs(atr):
    assert make_level(EmaOrigin(20), 9.0, 10.0, atr).distance_atr is None


def is_behind_its_zone(level: Level) -> bool:
    """Return whether the price, 10, meets the other edge of the level's zone first."""
    if not isinstance(level.origin, ZoneEdgeOrigin):
        return False
    zone, edge = level.origin.zone, level.origin.edge
    return zone.low > 10.0 if edge == "top" else zone.low < zone.high <= 10.0


def next_by_definition(levels: list[Level], role: str, atr: float) -> float | None:
    """Return the distance of the next level: the nearest one that is no band, else the nearest outer band."""
    sign = 1.0 if role == "resistance" else -1.0
    away = [
        (level.kind == "band", sign * (level.price - 10.0))
        for level in levels
        if level.label != "Middle band"
        and not is_behind_its_zone(level)
        and 0.05 * atr < sign * (level.price - 10.0) <= min(10.0 * atr, 2.5)
    ]
    return min(away)[1] if away else None


@given(levels_around_ten(), st.sampled_from([0.1, 1.0, 5.0]))
def test_levels_are_sorted_downward_and_the_next_is_the_nearest_in_reach_that_is_no_band(levels, atr):
    levels = [make_level(level.origin, level.price, 10.0, atr) for level in levels]
    prices = [level.price for level in sort_levels(levels)]
    assert prices == sorted((level.price for level in levels), reverse=True)
    for role in ("support", "resistance"):
        found, expected = nearest_level(levels, role), next_by_definition(levels, role, atr)
        assert (found and abs(found.price - 10.0)) == expected
        assert found is None or found.role == role


def test_a_level_within_a_twentieth_of_an_atr_is_at_the_price_and_the_next_one_is_the_next():
    at, under, over = (
        make_level(EmaOrigin(span), price, 10.0, 2.0) for span, price in ((20, 9.91), (50, 9.89), (100, 10.09))
    )
    assert levels_at_price([at, under, over]) == (at, over)
    assert nearest_level([at, under, over], "support") == under
    assert nearest_level([at, under, over], "resistance") is None


def test_a_band_is_the_next_level_only_where_nothing_else_is_left():
    band, ema = make_level(BandOrigin("upper"), 10.5, 10.0, 1.0), make_level(EmaOrigin(50), 11.0, 10.0, 1.0)
    assert nearest_level([band, ema], "resistance") == ema
    assert nearest_level([band], "resistance") == band
    assert nearest_level([make_level(BandOrigin("middle"), 10.5, 10.0, 1.0)], "resistance") is None
    far = make_level(EmaOrigin(50), 12.6, 10.0, 1.0)
    assert nearest_level([band, far], "resistance") == band, "what is 26% away is not in reach"


def test_a_target_is_never_the_nearest_level():
    levels = [make_level(TargetOrigin("JPMorgan"), 10.5, 10.0, 1.0), make_level(EmaOrigin(50), 11.0, 10.0, 1.0)]
    assert nearest_level(levels, "resistance") == levels[1]


@given(st.integers(0, 500))
def test_the_origin_of_a_level_has_its_price_kind_and_label(seed):
    ((history, targets),) = tickers(1, seed)
    analysis = analyse(history, targets)
    emas = {average.span: average.value for average in analysis.emas}
    for level in analysis.levels:
        match level.origin:
            case EmaOrigin(span):
                expected = (emas[span], "ema", f"EMA {span}")
            case BandOrigin(band):
                expected = (analysis.bands[band].iloc[-1], "band", f"{band.capitalize()} band")
            case TrendlineOrigin(line):
                assert line in analysis.leading
                expected = (line.value, "trendline", line.name)
            case ZoneEdgeOrigin(zone, edge):
                assert zone in analysis.zones
                expected = (zone.high if edge == "top" else zone.low, "zone", f"Zone {edge}")
            case GapEdgeOrigin(gap):
                assert gap in analysis.gaps
                expected = (gap.edge(analysis.price), "gap edge", "Gap edge")
            case OldHighOrigin(old_high):
                assert old_high == analysis.old_high
                expected = (old_high.price, "old high", "Old high")
            case ExtremeOrigin(extreme):
                price = analysis.high_52w if extreme == "high" else analysis.low_52w
                expected = (price, "52-week", f"52-week {extreme}")
            case TargetOrigin(firm):
                price = next(target.target for target in analysis.targets if target.firm == firm)
                expected = (price, "target", f"{firm} target")
        assert (level.price, level.kind, level.label) == expected


def test_an_analysis_has_every_level_once():
    for history, targets in tickers(40, seed=3):
        analysis = analyse(history, targets)
        found = [(level.kind, level.price) for level in analysis.levels]
        assert sorted(price for kind, price in found if kind == "ema") == sorted(
            average.value for average in analysis.emas if average.value is not None
        )
        bands = [edge for edge in analysis.bands.iloc[-1] if edge > 0]
        assert sorted(price for kind, price in found if kind == "band") == sorted(bands)
        edges = [edge for zone in analysis.zones for edge in (zone.low, zone.high)]
        assert sorted(price for kind, price in found if kind == "zone") == sorted(edges)
        lines = [line.value for line in analysis.leading if line.offered]
        assert sorted(price for kind, price in found if kind == "trendline") == sorted(lines)
        gaps = [gap.edge(analysis.price) for gap in analysis.gaps]
        assert sorted(price for kind, price in found if kind == "gap edge") == sorted(gaps)
        old = [] if analysis.old_high is None else [analysis.old_high.price]
        assert [price for kind, price in found if kind == "old high"] == old
        assert [price for kind, price in found if kind == "52-week"] == [analysis.high_52w, analysis.low_52w]
        live = [target.target for target in analysis.targets if not target.stale]
        assert sorted(price for kind, price in found if kind == "target") == sorted(live)
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

    def target_levels(as_of: date) -> list[float]:
        return [level.price for level in analyse(history, [old], as_of).levels if level.kind == "target"]

    assert target_levels(date(2021, 2, 1)) == []
    assert target_levels(date(2020, 6, 1)) == [50.0]
