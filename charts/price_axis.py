"""The one price axis that both panels share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from indicators.analysis import Scale

REACH = 0.75  # targets may add this share of the levels' own range on either side, so that candles stay legible
PADDING = 0.04


@dataclass(frozen=True)
class PriceAxis:
    """Prices between `low` and `high` over `height` pixels, on a linear or a log scale."""

    low: float
    high: float
    scale: Scale
    height: float

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
        """The price itself, or the end of the axis that it lies beyond."""
        return min(max(price, self.low), self.high)

    def holds(self, price: float) -> bool:
        return self.low <= price <= self.high

    def layout(self, prefix: str, suffix: str) -> dict[str, Any]:
        """Plotly's range and ticks, each in its currency; on a log axis they stand at round prices."""
        shape: dict[str, Any] = {
            "type": self.scale,
            "range": [self.coordinate(self.low), self.coordinate(self.high)],
        }
        if self.scale == "linear":
            return shape | {"tickprefix": prefix, "ticksuffix": suffix}
        ticks = log_ticks(self.low, self.high)
        text = [f"{prefix}{each:,g}{suffix}" for each in ticks]
        return shape | {"tickmode": "array", "tickvals": ticks, "ticktext": text}


def price_axis(
    core: Sequence[float], reach_for: Sequence[float], scale: Scale, height: float, headroom: float = 0.0
) -> PriceAxis:
    """The axis that holds all of `core` (what trades) and as much of `reach_for` (targets) as leaves it legible.

    A target near an end gets `headroom` pixels for the words beyond its mark.
    """
    forward = math.log if scale == "log" else float
    backward = math.exp if scale == "log" else float
    low, high = forward(min(core)), forward(max(core))
    room = max(high - low, abs(high) * 0.02, 1e-9)
    wanted = [forward(each) for each in reach_for if each > 0]
    within = [each for each in wanted if low - REACH * room <= each <= high + REACH * room]
    beyond_above = any(each > high + REACH * room for each in wanted)
    beyond_below = any(each < low - REACH * room for each in wanted)
    bottom = min([low, *within]) - (0.12 * room if beyond_below else 0.0)
    top = max([high, *within]) + (0.18 * room if beyond_above else 0.0)
    pad = PADDING * max(top - bottom, room)
    bottom, top = bottom - pad, top + 1.6 * pad
    if within:
        words = headroom / height
        top = max(top, bottom + (max(within) - bottom) / (1.0 - words))
        bottom = min(bottom, top - (top - min(within)) / (1.0 - words))
    lower = backward(bottom)
    return PriceAxis(max(lower, 0.0) if scale == "linear" else lower, backward(top), scale, height)


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
    return [float(round(each, 10)) for each in ticks if low <= each <= high]
