"""Price levels that matter today: where each comes from, its role, and how far it lies from the price."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from indicators.horizontal_levels.gaps import Gap
from indicators.horizontal_levels.old_highs import OldHigh
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

Role = Literal["support", "resistance"]
Kind = Literal["ema", "band", "trendline", "zone", "gap edge", "old high", "52-week", "target"]
Band = Literal["upper", "middle", "lower"]

BANDS: tuple[Band, ...] = ("upper", "middle", "lower")

AT_ATR = 0.05  # a level this close is where the price is: the next one is the next
REACH_ATR, REACH_PCT = 10.0, 25.0  # what lies further away will not be met within weeks


@dataclass(frozen=True)
class EmaOrigin:
    """The EMA over `span` sessions."""

    kind: ClassVar[Kind] = "ema"
    span: int

    @property
    def label(self) -> str:
        return f"EMA {self.span}"


@dataclass(frozen=True)
class BandOrigin:
    """One of the three Bollinger Bands."""

    kind: ClassVar[Kind] = "band"
    band: Band

    @property
    def label(self) -> str:
        return f"{self.band.capitalize()} band"


@dataclass(frozen=True)
class TrendlineOrigin:
    """A trendline that is offered, at its value on the last bar."""

    kind: ClassVar[Kind] = "trendline"
    line: Trendline

    @property
    def label(self) -> str:
        return self.line.name


@dataclass(frozen=True)
class ZoneEdgeOrigin:
    """The top or the bottom of a zone."""

    kind: ClassVar[Kind] = "zone"
    zone: Zone
    edge: Literal["top", "bottom"]

    @property
    def label(self) -> str:
        return f"Zone {self.edge}"

    def is_near_edge(self, role: Role) -> bool:
        """Return whether the price meets this edge of the zone first, the zone being support or resistance (`role`)."""
        return (self.edge == "bottom") == (role == "resistance")


@dataclass(frozen=True)
class GapEdgeOrigin:
    """The edge of an open gap that the price meets first."""

    kind: ClassVar[Kind] = "gap edge"
    gap: Gap

    @property
    def label(self) -> str:
        return "Gap edge"


@dataclass(frozen=True)
class OldHighOrigin:
    """A high of a year or more that the price broke lately."""

    kind: ClassVar[Kind] = "old high"
    old_high: OldHigh

    @property
    def label(self) -> str:
        return "Old high"


@dataclass(frozen=True)
class ExtremeOrigin:
    """The high or the low of the last 52 weeks."""

    kind: ClassVar[Kind] = "52-week"
    extreme: Literal["high", "low"]

    @property
    def label(self) -> str:
        return f"52-week {self.extreme}"


@dataclass(frozen=True)
class TargetOrigin:
    """The current price target of a firm."""

    kind: ClassVar[Kind] = "target"
    firm: str

    @property
    def label(self) -> str:
        return f"{self.firm} target"


Origin = (
    EmaOrigin
    | BandOrigin
    | TrendlineOrigin
    | ZoneEdgeOrigin
    | GapEdgeOrigin
    | OldHighOrigin
    | ExtremeOrigin
    | TargetOrigin
)


def level_key(origin: Origin) -> str:
    """Return what stays the same of a level while its price moves; both edges of a zone are one level."""
    match origin:
        case EmaOrigin(span):
            return f"ema {span}"
        case BandOrigin(band):
            return f"band {band}"
        case TrendlineOrigin(line):
            return f"line {line.side} {line.start}"
        case ZoneEdgeOrigin(zone):
            return f"zone {zone.touches[0]}"
        case GapEdgeOrigin(gap):
            return f"gap {gap.day}"
        case OldHighOrigin(old_high):
            return f"old high {old_high.day}"
        case ExtremeOrigin(extreme):
            return f"52-week {extreme}"
        case TargetOrigin(firm):
            return f"target {firm}"


@dataclass(frozen=True)
class Level:
    """One price that matters today: support at or below the price, resistance above it.

    `distance_pct` = 100 (level - price) / |price|, infinite from a price of zero; `distance_atr` =
    (level - price) / ATR(14), None without an ATR. Both are negative below the price. `is_far_edge`: the price meets
    the other edge of the zone first.
    """

    origin: Origin
    price: float
    role: Role
    distance_pct: float
    distance_atr: float | None
    is_far_edge: bool = False

    @property
    def kind(self) -> Kind:
        return self.origin.kind

    @property
    def label(self) -> str:
        """The level's name for people, such as `EMA 50` or `Zone top`."""
        return self.origin.label

    @property
    def is_technical(self) -> bool:
        """Whether the level comes from trading; a target is an opinion."""
        return self.origin.kind != "target"

    @property
    def is_at_price(self) -> bool:
        """Whether the price is at the level: within 0.05 ATR of it."""
        return self.distance_atr is not None and abs(self.distance_atr) <= AT_ATR

    @property
    def is_in_reach(self) -> bool:
        """Whether it is near enough to be named in words: within 25% and, where there is an ATR, within 10 ATR."""
        return is_in_reach(self.distance_pct, self.distance_atr)


def is_in_reach(distance_pct: float, distance_atr: float | None) -> bool:
    """Return whether what lies that far from the price may be named in words."""
    return abs(distance_pct) <= REACH_PCT and abs(distance_atr or 0.0) <= REACH_ATR


def distance_pct(at: float, price: float) -> float:
    """Return 100 (at - price) / |price|, infinite from a price of zero."""
    return 100.0 * (at - price) / abs(price) if price else math.copysign(math.inf, at)


def make_level(origin: Origin, at: float, price: float, atr: float | None) -> Level:
    """Return the level of `origin` at price `at`, seen from today's `price` and `atr`."""
    return Level(
        origin=origin,
        price=at,
        role="support" if at <= price else "resistance",
        distance_pct=distance_pct(at, price),
        distance_atr=(at - price) / atr if atr else None,
        is_far_edge=isinstance(origin, ZoneEdgeOrigin) and _is_far_edge(origin, price),
    )


def _is_far_edge(edge: ZoneEdgeOrigin, price: float) -> bool:
    return edge.zone.low > price if edge.edge == "top" else edge.zone.high <= price and edge.zone.low < edge.zone.high


def sort_levels(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Return the levels from the highest price to the lowest, as a chart shows them."""
    return tuple(sorted(levels, key=lambda level: -level.price))


def levels_at_price(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Return the technical levels within 0.05 ATR of the price, but no bands."""
    return tuple(level for level in levels if level.is_technical and level.kind != "band" and level.is_at_price)


def levels_ahead(levels: Iterable[Level], role: Role) -> tuple[Level, ...]:
    """Return the technical levels of that role in reach, beyond those at the price; of a zone, the edge met first."""
    return tuple(
        level
        for level in levels
        if level.role == role
        and level.is_technical
        and level.is_in_reach
        and not level.is_at_price
        and not level.is_far_edge
    )


def nearest_level(levels: Iterable[Level], role: Role) -> Level | None:
    """Return the next support or resistance: the nearest technical level of that role in reach, beyond those at it.

    A Bollinger Band is returned only where no other level is left, for a band is how far a move may run, not where it
    is met; the middle one, an average that no trader waits for, never is.
    """
    ahead = levels_ahead(levels, role)
    outer = [level for level in ahead if isinstance(level.origin, BandOrigin) and level.origin.band != "middle"]
    met = [level for level in ahead if level.kind != "band"]
    return min(met or outer, key=lambda candidate: abs(candidate.distance_pct), default=None)
