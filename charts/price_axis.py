"""The one price axis that both panels share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indicators.analysis import Scale

MAX_EXTENSION_SHARE = (
    0.75  # targets may add this share of the levels' own range on either side, so that candles stay legible
)
PADDING_SHARE = 0.04
OFF_AXIS_CLEARANCE_PX = 16.0  # pixels between the highest thing on the axis and the mark of one beyond it
FIT_ITERATIONS = 30


@dataclass(frozen=True)
class LabeledPrice:
    """A price that the axis should hold, and the pixels of words beyond it, above or below."""

    price: float
    above: float = 0.0
    below: float = 0.0


@dataclass(frozen=True)
class PriceAxis:
    """Prices between `low` and `high` over `height` pixels, on a linear or a log scale.

    `end`: how far from its end, in pixels, the axis shows what lies beyond it.
    """

    low: float
    high: float
    scale: Scale
    height: float
    end: float = 0.0

    def coordinate(self, price: float) -> float:
        """Where Plotly's annotations and ranges put a price: its log10 on a log axis."""
        return math.log10(price) if self.scale == "log" else price

    def pixel(self, price: float) -> float:
        """Pixels above the axis' lower end."""
        low, high = self.coordinate(self.low), self.coordinate(self.high)
        return (self.coordinate(price) - low) / (high - low) * self.height

    def coordinate_at(self, pixel: float) -> float:
        """The inverse of `pixel`, as a coordinate."""
        low, high = self.coordinate(self.low), self.coordinate(self.high)
        return low + pixel / self.height * (high - low)

    def price_at(self, pixel: float) -> float:
        """The inverse of `pixel`."""
        at = self.coordinate_at(pixel)
        return 10.0**at if self.scale == "log" else at

    def pinned(self, price: float) -> float:
        """The price itself, or where the axis shows what lies beyond its end."""
        if self.holds(price):
            return price
        return self.price_at(self.height - self.end if price > self.high else self.end)

    def holds(self, price: float) -> bool:
        return self.low <= price <= self.high

    def layout(self, prefix: str, suffix: str) -> dict[str, Any]:
        """Plotly's range and ticks, each in its currency; on a log axis they stand at round prices."""
        shape: dict[str, Any] = {
            "type": self.scale,
            "range": [self.coordinate(self.low), self.coordinate(self.high)],
        }
        if self.scale == "linear":
            return shape | {
                "tickprefix": prefix,
                "ticksuffix": suffix,
                "separatethousands": True,
                "exponentformat": "none",
            }
        ticks = log_ticks(self.low, self.high)
        text = [f"{prefix}{tick:,g}{suffix}" for tick in ticks]
        return shape | {"tickmode": "array", "tickvals": ticks, "ticktext": text}


def fit_price_axis(core: Sequence[float], targets: Sequence[LabeledPrice], scale: Scale, height: float) -> PriceAxis:
    """The axis that holds all of `core` (what trades) and as much of `targets` as leaves it legible.

    Words beyond a mark stay on the axis; what lies off it is shown one line of words from the end,
    clear of all that the axis holds.
    """
    forward = math.log if scale == "log" else float
    low, high = forward(min(core)), forward(max(core))
    room = max(high - low, abs(high) * 0.02, 1e-9)
    least, most = low - MAX_EXTENSION_SHARE * room, high + MAX_EXTENSION_SHARE * room
    placed = [(forward(target.price), target) for target in targets if target.price > 0]
    within = [(at, each) for at, each in placed if least <= at <= most]
    beyond_above = any(at > most for at, _ in placed)
    beyond_below = any(at < least for at, _ in placed)
    end = max((max(each.above, each.below) for _, each in placed), default=0.0)
    bottom, top = min([low, *(at for at, _ in within)]), max([high, *(at for at, _ in within)])
    pad = PADDING_SHARE * max(top - bottom, room)
    above = [(at, each.above) for at, each in within] + [(top, end + OFF_AXIS_CLEARANCE_PX)] * beyond_above
    below = [(at, each.below) for at, each in within] + [(bottom, end + OFF_AXIS_CLEARANCE_PX)] * beyond_below
    floor = max(bottom - pad, min(bottom, 0.0)) if scale == "linear" else bottom - pad
    bottom, top = _make_room_for_labels(floor, top + 1.6 * pad, above, below, height)
    backward = math.exp if scale == "log" else float
    return PriceAxis(backward(bottom), backward(top), scale, height, end)


def _make_room_for_labels(
    bottom: float, top: float, above: Sequence[tuple[float, float]], below: Sequence[tuple[float, float]], height: float
) -> tuple[float, float]:
    """The ends moved apart until each place has its pixels of words; each round shrinks what is still missing."""
    for _ in range(FIT_ITERATIONS):
        span = (top - bottom) / height
        top = max([top, *(at + pixels * span for at, pixels in above)])
        bottom = min([bottom, *(at - pixels * span for at, pixels in below)])
    return bottom, top


def log_ticks(low: float, high: float) -> list[float]:
    """Round prices for a log axis: 1-2-5 a decade, refined to steps of a round size when it spans less."""
    decades = math.log10(high / low)
    if decades > 0.9:
        powers = 10.0 ** np.arange(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        mantissas = [1, 2, 5] if decades > 1.6 else [1, 1.5, 2, 3, 4, 5, 7]
        ticks = np.multiply.outer(powers, mantissas).ravel()
    else:
        step = 10.0 ** math.floor(math.log10((high - low) / 4))
        step *= next(each for each in (1, 2, 2.5, 5, 10) if (high - low) / (step * each) <= 8)
        ticks = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    return [float(round(tick, 10)) for tick in ticks if low <= tick <= high]
