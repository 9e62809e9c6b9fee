"""The axis of percent changes: linear or log, and fitted to most of the lines where one would flatten the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from charts.price_axis import round_step
from indicators.analysis import Scale
from indicators.rebase import Rebased
from text import numbers

MIN_SHARE = 0.25  # of the axis, that the other lines fill at least: a line that would leave them less runs off it
PADDING_SHARE = 0.05  # of the axis, beyond each end
MIN_SPAN_PCT = 1.0
# Round changes for a log axis, about as far apart downward as upward
LOG_TICKS = (-99, -95, -90, -80, -66, -50, -33, -20, 0, 25, 50, 100, 200, 400, 900, 1900, 4900, 9900, 99900)
MIN_TICK_SHARE = 0.06  # of a log axis, between two ticks


@dataclass(frozen=True)
class PercentAxis:
    """Changes from `low` to `high`, in coordinates: percent, or on a log scale log10 of close / base.

    `beyond`: the lines that run off it, since with them the others would fill less than a quarter of it.
    """

    low: float
    high: float
    scale: Scale
    beyond: tuple[Rebased, ...]

    def coordinate(self, pct: float) -> float:
        return _forward(pct, self.scale)

    def share(self, pct: float) -> float:
        """Return where a change stands, from 0 at the lower end to 1 at the upper one; no further."""
        share = (self.coordinate(pct) - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)

    def contains(self, pct: float) -> bool:
        return self.low <= self.coordinate(pct) <= self.high

    def values(self, pct: pd.Series) -> np.ndarray:
        """Return the changes as Plotly draws them on this axis: close / base on a log scale."""
        changes = pct.to_numpy(float)
        return changes if self.scale == "linear" else 1.0 + changes / 100.0

    def layout(self) -> dict[str, Any]:
        """Return Plotly's range and ticks, in percent on both scales."""
        if self.scale == "linear":
            return {
                "range": [self.low, self.high],
                "ticksuffix": "%",
                "tickformat": ",",  # a sign in the format would make zero +0%
            }
        ticks = self._log_ticks()
        return {
            "type": "log",
            "range": [self.low, self.high],
            "tickvals": [1.0 + tick / 100.0 for tick in ticks],
            "ticktext": [f"{numbers.format_integer(round(tick))}%" for tick in ticks],
        }

    def _log_ticks(self) -> list[float]:
        """Return round changes on the axis, zero among them, so far apart that their texts have room."""
        low, high = (100.0 * (10.0**end - 1.0) for end in (self.low, self.high))
        step = max(round_step((high - low) / 5.0), 1.0)
        is_narrow = 10.0 ** (self.high - self.low) < 2.0
        even = [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]
        candidates = even if is_narrow else [tick for tick in LOG_TICKS if self.contains(tick)]
        ticks: list[float] = []
        for tick in sorted(candidates, key=abs):
            if all(abs(self.share(tick) - self.share(other)) >= MIN_TICK_SHARE for other in ticks):
                ticks.append(tick)
        return sorted(ticks)


def fit_percent_axis(lines: Sequence[Rebased], scale: Scale) -> PercentAxis:
    """Return the axis of the lines, without those that would flatten the rest.

    The line that widens the axis most is left out while without it the axis would be less than a quarter as high, as
    long as two lines and at least half of them are left. Where the base or a close is not above zero, there is no log
    scale, and the axis is linear.
    """
    if any(float(line.pct.min()) <= -100.0 for line in lines):
        scale = "linear"
    spans = {line.symbol: _span(line, scale) for line in lines}
    kept = list(lines)
    least = max(2, math.ceil(len(lines) / 2))
    while len(kept) > least:
        rest = min(
            ([line for line in kept if line is not left_out] for left_out in kept),
            key=lambda others: _height(others, spans),
        )
        if _height(rest, spans) >= MIN_SHARE * _height(kept, spans):
            break
        kept = rest
    low, high = _ends(kept, spans)
    padding = PADDING_SHARE * max(high - low, _forward(MIN_SPAN_PCT, scale))
    floor = -100.0 - padding / 5.0 if scale == "linear" else -math.inf  # nothing loses more than 100%
    beyond = tuple(line for line in lines if line not in kept)
    return PercentAxis(max(low - padding, floor), high + padding, scale, beyond)


def _forward(pct: float, scale: Scale) -> float:
    return pct if scale == "linear" else math.log10(1.0 + pct / 100.0)


def _span(line: Rebased, scale: Scale) -> tuple[float, float]:
    return _forward(float(line.pct.min()), scale), _forward(float(line.pct.max()), scale)


def _ends(lines: Sequence[Rebased], spans: dict[str, tuple[float, float]]) -> tuple[float, float]:
    return min((spans[line.symbol][0] for line in lines), default=0.0), max(
        (spans[line.symbol][1] for line in lines), default=0.0
    )


def _height(lines: Sequence[Rebased], spans: dict[str, tuple[float, float]]) -> float:
    low, high = _ends(lines, spans)
    return high - low
