"""Hypothesis strategies for levels around a price of 10."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from indicators.horizontal_levels.gaps import Gap
from indicators.levels import (
    BandOrigin,
    EmaOrigin,
    ExtremeOrigin,
    GapEdgeOrigin,
    Level,
    Origin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    make_level,
)
from indicators.trendlines.trendlines import find_trendlines
from indicators.zones import Zone
from tests.support.generated_bars import walk

ORIGINS: tuple[Origin, ...] = (
    EmaOrigin(20),
    BandOrigin("upper"),
    TrendlineOrigin(find_trendlines(walk(200))[0]),
    ExtremeOrigin("low"),
    GapEdgeOrigin(Gap(date(2020, 1, 2), 9.0, 11.0)),
)
QUARTERS = st.integers(8, 80).map(lambda count: count / 4)


def zone_levels(low: float, high: float, price: float = 10.0) -> list[Level]:
    """Return the levels at the two edges of a zone, the bottom first."""
    zone = Zone(low, high, (date(2020, 1, 2), date(2020, 2, 3)))
    return [
        make_level(ZoneEdgeOrigin(zone, "bottom"), low, price, 1.0),
        make_level(ZoneEdgeOrigin(zone, "top"), high, price, 1.0),
    ]


@st.composite
def levels_around_ten(draw: st.DrawFn) -> list[Level]:
    """Draw levels on a grid of quarters, so that ties are common: zones that do not overlap, and others."""
    edges = sorted(set(draw(st.lists(QUARTERS, max_size=8))))
    zones = [*zip(edges[::2], edges[1::2], strict=False), *([(30.0, 30.0)] if draw(st.booleans()) else [])]
    singles = draw(st.lists(st.tuples(st.sampled_from(ORIGINS), QUARTERS), max_size=7))
    levels = [level for low, high in zones for level in zone_levels(low, high)]
    levels += [make_level(origin, at, 10.0, 1.0) for origin, at in singles]
    return draw(st.permutations(levels))
