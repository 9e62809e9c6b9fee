"""Price levels that matter today: where each comes from, its role, and how far it lies from the price."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

Role = Literal["support", "resistance"]
Kind = Literal["ema", "band", "trendline", "zone", "52-week", "target"]
Band = Literal["upper", "middle", "lower"]

BANDS: tuple[Band, ...] = ("upper", "middle", "lower")


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
    """A trendline that has not broken, at its value on the last bar."""

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


Origin = EmaOrigin | BandOrigin | TrendlineOrigin | ZoneEdgeOrigin | ExtremeOrigin | TargetOrigin


@dataclass(frozen=True)
class Level:
    """One price that matters today: support at or below the price, resistance above it.

    `distance_pct` = 100 (level - price) / |price|, infinite from a price of zero; `distance_atr` =
    (level - price) / ATR(14), None without an ATR. Both are negative below the price.
    """

    origin: Origin
    price: float
    role: Role
    distance_pct: float
    distance_atr: float | None

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


def make_level(origin: Origin, at: float, price: float, atr: float | None) -> Level:
    """Return the level of `origin` at price `at`, seen from today's `price` and `atr`."""
    return Level(
        origin=origin,
        price=at,
        role="support" if at <= price else "resistance",
        distance_pct=100.0 * (at - price) / abs(price) if price else math.copysign(math.inf, at),
        distance_atr=(at - price) / atr if atr else None,
    )


def sort_levels(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Return the levels from the highest price to the lowest, as a chart shows them."""
    return tuple(sorted(levels, key=lambda level: -level.price))


def nearest_level(levels: Iterable[Level], role: Role) -> Level | None:
    """Return the technical level of that role closest to the price, None where there is none."""
    candidates = [level for level in levels if level.role == role and level.is_technical]
    return min(candidates, key=lambda candidate: abs(candidate.distance_pct), default=None)
