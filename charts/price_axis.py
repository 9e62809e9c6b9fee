"""The price axis of a levels chart, shared by its price panel and its target panel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from charts.base_layout import axis_affixes
from indicators.analysis import Scale
from text.numbers import PriceFormat, format_general

MAX_EXTENSION_SHARE = 0.75  # of the traded range, that targets may add on either side: candles stay legible
PADDING_SHARE = 0.04
TOP_PADDING_FACTOR = 1.6  # the top needs more room than the bottom: labels stand above most targets
OFF_AXIS_CLEARANCE_PX = 16.0  # between the outermost price on the axis and the mark of a price beyond it
FIT_ITERATIONS = 30  # each one shrinks the error geometrically
MAX_LOG_STEPS = 8  # ticks of a log axis that spans less than a decade


@dataclass(frozen=True)
class LabeledPrice:
    """A price that the axis should include, with the pixels that its label takes above and below it."""

    price: float
    above_px: float = 0.0
    below_px: float = 0.0


@dataclass(frozen=True)
class PriceAxis:
    """Prices from `low` to `high` over `height` pixels, on a linear or a log scale.

    A price beyond an end of the axis is marked `off_axis_inset_px` inside that end.
    """

    low: float
    high: float
    scale: Scale
    height: float
    off_axis_inset_px: float = 0.0

    def coordinate(self, price: float) -> float:
        """Return `price` in the units of Plotly's annotations and ranges: its log10 on a log axis."""
        return math.log10(price) if self.scale == "log" else price

    def pixel(self, price: float) -> float:
        """Return how many pixels `price` is above the lower end of the axis."""
        low, high = self.coordinate(self.low), self.coordinate(self.high)
        return (self.coordinate(price) - low) / (high - low) * self.height

    def coordinate_at(self, pixel: float) -> float:
        """Return the coordinate at `pixel`, the inverse of `pixel`."""
        low, high = self.coordinate(self.low), self.coordinate(self.high)
        return low + pixel / self.height * (high - low)

    def price_at(self, pixel: float) -> float:
        """Return the price at `pixel`, the inverse of `pixel`."""
        coordinate = self.coordinate_at(pixel)
        return 10.0**coordinate if self.scale == "log" else coordinate

    def clamp(self, price: float) -> float:
        """Return `price`, or the price at which the axis marks it if it lies beyond an end."""
        if self.contains(price):
            return price
        return self.price_at(self.height - self.off_axis_inset_px if price > self.high else self.off_axis_inset_px)

    def contains(self, price: float) -> bool:
        return self.low <= price <= self.high

    def layout(self, written: PriceFormat) -> dict[str, Any]:
        """Return Plotly's range and ticks, each tick with its unit; a log axis has them at round prices."""
        prefix, suffix = axis_affixes(written)
        axis: dict[str, Any] = {
            "hoverformat": f",.{written.places}f",
            "type": self.scale,
            "range": [self.coordinate(self.low), self.coordinate(self.high)],
        }
        if self.scale == "linear":
            return axis | {
                "tickprefix": prefix,
                "ticksuffix": suffix,
                "separatethousands": True,
                "exponentformat": "none",
            }
        ticks = log_ticks(self.low, self.high)
        text = [f"{prefix}{format_general(tick)}{suffix}" for tick in ticks]
        return axis | {"tickmode": "array", "tickvals": ticks, "ticktext": text}


def fit_price_axis(
    traded_prices: Sequence[float], labeled_prices: Iterable[LabeledPrice], scale: Scale, height: float
) -> PriceAxis:
    """Return the axis that includes all `traded_prices` and those `labeled_prices` that leave the candles legible.

    Labels stay within the axis. Prices beyond it are marked one label's height inside its end, clear of
    everything on the axis.
    """
    forward = math.log if scale == "log" else float
    low, high = forward(min(traded_prices)), forward(max(traded_prices))
    traded_range = max(high - low, abs(high) * 0.02, 1e-9)
    lowest, highest = low - MAX_EXTENSION_SHARE * traded_range, high + MAX_EXTENSION_SHARE * traded_range
    positions = [(forward(labeled.price), labeled) for labeled in labeled_prices if labeled.price > 0]
    within = [(position, labeled) for position, labeled in positions if lowest <= position <= highest]
    beyond_top = any(position > highest for position, _ in positions)
    beyond_bottom = any(position < lowest for position, _ in positions)
    inset = max((max(labeled.above_px, labeled.below_px) for _, labeled in positions), default=0.0)
    bottom, top = min([low, *(position for position, _ in within)]), max([high, *(position for position, _ in within)])
    padding = PADDING_SHARE * max(top - bottom, traded_range)
    above = [(position, labeled.above_px) for position, labeled in within]
    below = [(position, labeled.below_px) for position, labeled in within]
    above += [(top, inset + OFF_AXIS_CLEARANCE_PX)] * beyond_top
    below += [(bottom, inset + OFF_AXIS_CLEARANCE_PX)] * beyond_bottom
    padded_bottom = bottom - padding
    if scale == "linear":  # do not pad below zero
        padded_bottom = max(padded_bottom, min(bottom, 0.0))
    bottom, top = _make_room_for_labels(padded_bottom, top + TOP_PADDING_FACTOR * padding, above, below, height)
    backward = math.exp if scale == "log" else float
    return PriceAxis(backward(bottom), backward(top), scale, height, inset)


def _make_room_for_labels(
    bottom: float, top: float, above: Sequence[tuple[float, float]], below: Sequence[tuple[float, float]], height: float
) -> tuple[float, float]:
    """Return the ends moved apart until each position has its pixels of room, by repeated approximation.

    Moving an end changes how much a pixel is worth, so that one step leaves a part of the room missing.
    """
    for _ in range(FIT_ITERATIONS):
        per_pixel = (top - bottom) / height
        top = max([top, *(position + pixels * per_pixel for position, pixels in above)])
        bottom = min([bottom, *(position - pixels * per_pixel for position, pixels in below)])
    return bottom, top


def log_ticks(low: float, high: float) -> list[float]:
    """Return round prices for a log axis: 1-2-5 per decade, finer if it spans less, equal steps below 0.9 decades."""
    decades = math.log10(high / low)
    if decades > 0.9:
        powers = 10.0 ** np.arange(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        mantissas = [1, 2, 5] if decades > 1.6 else [1, 1.5, 2, 3, 4, 5, 7]
        ticks = np.multiply.outer(powers, mantissas).ravel()
    else:
        power = 10.0 ** math.floor(math.log10((high - low) / 4))
        step = power * next(factor for factor in (1, 2, 2.5, 5, 10) if (high - low) / (power * factor) <= MAX_LOG_STEPS)
        ticks = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    return [float(f"{tick:.6g}") for tick in ticks if low <= tick <= high]
