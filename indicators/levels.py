"""The ladder: every price that matters today, sorted, with its role and its distance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from text import numbers

Role = Literal["support", "resistance"]
Kind = Literal["ema", "band", "trendline", "zone", "52-week", "target"]

TECHNICAL: frozenset[Kind] = frozenset({"ema", "band", "trendline", "zone", "52-week"})
UPPER_EDGE, LOWER_EDGE = "Zone, upper edge", "Zone, lower edge"


@dataclass(frozen=True)
class Level:
    """One price that matters today: support at or below the price, resistance above it.

    `distance_pct` = 100 (level / price - 1); `distance_atr` = (level - price) / ATR(14), None
    without an ATR. Both are negative below the price.
    """

    kind: Kind
    label: str
    price: float
    role: Role
    distance_pct: float
    distance_atr: float | None


def make_level(kind: Kind, label: str, at: float, price: float, atr: float | None) -> Level:
    """The level at price `at`, seen from today's `price` and `atr`."""
    return Level(
        kind=kind,
        label=label,
        price=at,
        role="support" if at <= price else "resistance",
        distance_pct=100.0 * (at / price - 1.0),
        distance_atr=(at - price) / atr if atr else None,
    )


def sort_ladder(levels: Iterable[Level]) -> tuple[Level, ...]:
    """The levels from the highest price to the lowest, as a chart shows them."""
    return tuple(sorted(levels, key=lambda level: -level.price))


def ladder_label(label: str, at: float, role: Role, zones: Iterable[tuple[float, float]], price: float) -> str | None:
    """What a level is called on a ladder, where a zone is one rung: at the edge that the price would meet.

    None for a zone's other edge. The zone that holds the price has both, for it would meet either.
    """
    if label not in (UPPER_EDGE, LOWER_EDGE):
        return label
    low, high = next(zone for zone in zones if at in zone)
    if low <= price < high:
        return label
    if (label == LOWER_EDGE) != (role == "resistance"):
        return None
    lowest, highest = (numbers.format_number(each, numbers.price_decimals(price)) for each in (low, high))
    return "Zone" if lowest == highest else f"Zone {lowest}–{highest}"


def nearest_level(levels: Iterable[Level], role: Role) -> Level | None:
    """The technical level of that role closest to the price; targets are opinions, not levels of trade."""
    candidates = [level for level in levels if level.role == role and level.kind in TECHNICAL]
    return min(candidates, key=lambda candidate: abs(candidate.distance_pct), default=None)
