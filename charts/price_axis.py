"""The price axis of a levels chart, shared by its price panel and its target rail."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from charts.base_layout import axis_affixes
from charts.text_width import text_width
from indicators.analysis import Scale
from text.numbers import PriceFormat, format_general, format_number

TRADED_SHARE = 0.55  # of the axis, that the traded range fills at least: candles stay legible whatever is beside them
MIN_TRADED_SHARE = 0.02  # of the price: the traded range of a price that hardly moves
PADDING_SHARE = 0.03  # of the traded range, beyond each end
STEP_SHARE = 0.025  # of the traded range: the ends of the axis move by steps of at most this
MAX_TICKS = 12  # of a linear axis
MIN_TICK_SPACING_PX = 18.0  # of a log axis
MAX_LOG_STEPS = 8  # ticks of a log axis that spans less than a decade


@dataclass(frozen=True)
class PriceAxis:
    """Prices from `low` to `high` over `height` pixels, on a linear or a log scale."""

    low: float
    high: float
    scale: Scale
    height: float

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
        return self.price_of(self.coordinate_at(pixel))

    def price_of(self, coordinate: float) -> float:
        """Return the price at `coordinate`, the inverse of `coordinate`."""
        return 10.0**coordinate if self.scale == "log" else coordinate

    def clamp(self, price: float) -> float:
        """Return `price`, or the end of the axis beyond which it lies."""
        return min(max(price, self.low), self.high)

    def contains(self, price: float) -> bool:
        return self.low <= price <= self.high

    def tick_width(self, written: PriceFormat, font_px: float) -> float:
        """Return the pixels that the widest tick may take, whichever round prices it has."""
        if self.scale == "log":
            figures = [format_general(tick) for tick in log_ticks(self.low, self.high)]
        else:
            places = max(0, -math.floor(math.log10((self.high - self.low) / MAX_TICKS)))
            figures = [format_number(price, places) for price in (self.low, self.high)]
        unit = text_width(written.prefix + written.tick_suffix, font_px)
        return unit + max((text_width(figure, font_px) for figure in figures), default=0.0)

    def _spaced(self, ticks: Sequence[float]) -> Sequence[float]:
        """Return every tick, or every second, third and so on, so that they stand apart."""
        every = range(1, len(ticks) + 1)
        return next((ticks[::step] for step in every if self._stand_apart(ticks[::step])), ticks)

    def _stand_apart(self, ticks: Sequence[float]) -> bool:
        return all(self.pixel(high) - self.pixel(low) >= MIN_TICK_SPACING_PX for low, high in pairwise(ticks))

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
        ticks = self._spaced(log_ticks(self.low, self.high))
        text = [f"{prefix}{format_general(tick)}{suffix}" for tick in ticks]
        return axis | {"tickmode": "array", "tickvals": ticks, "ticktext": text}


def fit_price_axis(
    traded_prices: Sequence[float],
    line_prices: Iterable[float],
    target_prices: Iterable[float],
    scale: Scale,
    height: float,
) -> PriceAxis:
    """Return the axis of `traded_prices` that reaches for lines and targets, which never make the candles illegible.

    The traded range fills at least `TRADED_SHARE` of the axis (a range under 2% of the price counts as 2%). Within
    what is left, the axis reaches the outermost of `line_prices`, as far as it can, and of `target_prices`. For a
    target half as far again as it can reach, or further, it does not reach at all, and in between by degrees, so that
    it does not jump when a price moves a little. Its ends lie on steps of at most 2.5% of the traded range: from most
    sessions to the next it stays as it is. On a linear scale it does not end below zero unless prices do.
    """
    forward, backward = (math.log, math.exp) if scale == "log" else (float, float)
    low, high = forward(min(traded_prices)), forward(max(traded_prices))
    traded = max(high - low, MIN_TRADED_SHARE * (1.0 if scale == "log" else abs(high)), 1e-9)
    step = round_step(STEP_SHARE * traded)
    padding = PADDING_SHARE * traded
    reach = traded / TRADED_SHARE - traded - 2.0 * (padding + step)
    lines = [forward(price) for price in line_prices if scale == "linear" or price > 0.0]
    targets = [forward(price) for price in target_prices if price > 0.0]
    floor = 0.0 if scale == "linear" and low >= 0.0 else -math.inf
    above = max([0.0, *(line - high for line in lines), *(_reach_for(target - high, reach) for target in targets)])
    below = max([0.0, *(low - line for line in lines), *(_reach_for(low - target, reach) for target in targets)])
    above, below = _share_reach(above, min(below, low - floor), reach)
    bottom = max(low - below - padding, floor)
    return PriceAxis(
        backward(math.floor(bottom / step) * step),
        backward(math.ceil((high + above + padding) / step) * step),
        scale,
        height,
    )


def _reach_for(distance: float, reach: float) -> float:
    """Return `distance` up to `reach`, and from there on twice as fast down to zero."""
    return distance if distance <= reach else max(3.0 * reach - 2.0 * distance, 0.0)


def _share_reach(above: float, below: float, reach: float) -> tuple[float, float]:
    """Return both, the larger one cut where they add up to more than `reach`: neither has to go below half of it."""
    above = min(above, max(reach - below, reach / 2.0))
    return above, min(below, reach - above)


def round_step(most: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50 and so on, and of 0.5, 0.2 and so on, that is at most `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return power * next((factor for factor in (5.0, 2.0) if factor * power <= most), 1.0)


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
