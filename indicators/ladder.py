"""The ladder: one row for each technical level from the highest to the lowest, with the price among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from indicators.analysis import Analysis
from indicators.levels import Level, ZoneEdgeOrigin
from indicators.odds.forecasts import level_odds
from indicators.odds.touch import MONTH, QUARTER
from indicators.zones import Zone
from text.numbers import PriceFormat


@dataclass(frozen=True)
class LadderRow:
    """One row of the ladder, in plain values that JSON can hold.

    `role` is `price` for the row of the price itself, which has no distances. `is_nearest`: the next support or
    resistance (see `nearest_level`). `in_cluster`: other levels lie close by (see `indicators.clusters`). `touch_21`,
    `touch_63`: how likely the price is to trade there within so many sessions, 0 to 1; None where there are no odds.
    """

    label: str
    price: float
    role: Literal["support", "resistance", "price"]
    distance_pct: float | None = None
    distance_atr: float | None = None
    is_nearest: bool = False
    in_cluster: bool = False
    touch_21: float | None = None
    touch_63: float | None = None


def ladder_sentence(analysis: Analysis) -> str:
    """Return all levels in words, for who cannot see them: "From the highest: EMA 20 $16.91, the price $16.77, ..."."""
    written = analysis.price_format.level
    names = (f"{'the price' if row.role == 'price' else row.label} {written(row.price)}" for row in ladder(analysis))
    return f"From the highest: {', '.join(names)}."


def ladder(analysis: Analysis) -> tuple[LadderRow, ...]:
    """Return the rows of the ladder, highest price first; targets are left out.

    A zone is one row, at the edge that the price would meet first; the zone that holds the price has a row for each
    edge, since the price may meet either.
    """
    rows = list(_level_rows(analysis))
    above = sum(row.role == "resistance" for row in rows)
    return (*rows[:above], LadderRow("Price", analysis.price, "price"), *rows[above:])


def _level_rows(analysis: Analysis) -> Iterator[LadderRow]:
    nearest = (analysis.nearest_support, analysis.nearest_resistance)
    clustered = [level for cluster in analysis.clusters for level in cluster.levels]
    for level in analysis.levels:
        levels = _levels_of_row(level, analysis)
        if levels:
            yield LadderRow(
                label=level.label if len(levels) == 1 else _zone_label(levels, analysis.price_format),
                price=level.price,
                role=level.role,
                distance_pct=level.distance_pct,
                distance_atr=level.distance_atr,
                is_nearest=any(member in nearest for member in levels),
                in_cluster=any(member in clustered for member in levels),
                touch_21=level_odds(analysis, level.price, MONTH),
                touch_63=level_odds(analysis, level.price, QUARTER),
            )


def _levels_of_row(level: Level, analysis: Analysis) -> tuple[Level, ...]:
    """Return the levels that the row at `level` shows: both edges of a zone (top first), none at its far edge."""
    if not level.is_technical:
        return ()
    if not isinstance(level.origin, ZoneEdgeOrigin) or _holds(level.origin.zone, analysis.price):
        return (level,)
    if not level.origin.is_near_edge(level.role):
        return ()
    zone = level.origin.zone
    edges = [edge for edge in analysis.levels if isinstance(edge.origin, ZoneEdgeOrigin) and edge.origin.zone == zone]
    return tuple(edges)


def _holds(zone: Zone, price: float) -> bool:
    return zone.low <= price < zone.high


def _zone_label(edges: tuple[Level, ...], written: PriceFormat) -> str:
    high, low = (written.number(edge.price) for edge in edges)
    return "Zone" if low == high else f"Zone {low}–{high}"
