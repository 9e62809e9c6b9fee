"""Generated bars with a support line that is known, because the bars were built around it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

BARS = 400
MIN_TOUCH_SPACING_BARS = 15


@dataclass(frozen=True)
class PlantedLine:
    """Bars that come down to one line.

    `value` of the line at the last bar, `slope` per bar, positions of its `touches`, and `noise`, the standard
    deviation of the touches from the line in ATRs.
    """

    bars: pd.DataFrame
    value: float
    slope: float
    touches: tuple[int, ...]
    noise: float


def plant_line(seed: int) -> PlantedLine:
    """Generate a price that moves above a line and comes back to it three to six times.

    Random are the line's drift (0 to 40% a year), the volatility (0.5 to 5% a day), the noise of the touches (normal,
    0 to 0.25 ATR), and how many touches there are and when. From touch to touch the price is an excursion: the length
    of a three-dimensional Brownian bridge. Before the first touch it comes from anywhere; after the last it is on its
    way to another that the bars do not show. None of Levelboard's own rules is used, neither swings nor tolerance.
    """
    random = np.random.default_rng(seed)
    volatility, noise = random.uniform(0.005, 0.05), random.uniform(0.0, 0.25)
    touches = _random_touches(random)
    line = 50.0 * (1.0 + random.uniform(0.0, 0.4) / 252.0 * np.arange(BARS))
    above = volatility * line * _excursions(random, touches)
    low = line + above
    body = volatility * line * np.abs(random.normal(0.0, 0.5, BARS))
    close = low + body * random.random(BARS)
    high = np.maximum(np.maximum(np.concatenate((close[:1], close[:-1])), close), low + body)
    ranges = np.maximum(high[1:], close[:-1]) - np.minimum(low[1:], close[:-1])
    low[list(touches)] += noise * ranges.mean() * random.normal(size=len(touches))
    close = np.maximum(close, low)
    high = np.maximum(high, close)
    opening = np.concatenate((close[:1], close[:-1])).clip(low, high)
    days = pd.bdate_range("2019-01-02", periods=BARS, name="date")
    bars = pd.DataFrame({"open": opening, "high": high, "low": low, "close": close}, index=days)
    return PlantedLine(bars, float(line[-1]), float(line[1] - line[0]), touches, noise)


def _random_touches(random: np.random.Generator) -> tuple[int, ...]:
    """Return three to six positions, the first in the first half of the bars, the last within the last 50."""
    count = int(random.integers(3, 7))
    first, last = int(random.integers(20, 200)), int(random.integers(BARS - 50, BARS - 4))
    room = last - first - MIN_TOUCH_SPACING_BARS * (count - 1)
    extra = np.sort(random.integers(0, room + 1, count - 2))
    between = (first + MIN_TOUCH_SPACING_BARS * (number + 1) + int(extra[number]) for number in range(count - 2))
    return (first, *between, last)


def _excursions(random: np.random.Generator, touches: tuple[int, ...]) -> np.ndarray:
    """Return the distance from the line for each bar, in daily deviations: 0 at the touches, above 0 elsewhere."""
    next_touch = max(touches[-1] + int(random.integers(15, 75)), BARS)
    path = np.zeros(next_touch + 1)
    for start, end in pairwise((*touches, next_touch)):
        walk = np.cumsum(random.normal(size=(3, end - start)), axis=1)
        share = np.arange(1, end - start + 1) / (end - start)
        path[start + 1 : end + 1] = _length(walk - share * walk[:, -1:])
    path[: touches[0]] = _length(np.cumsum(random.normal(size=(3, touches[0])), axis=1))[::-1]
    return path[:BARS]


def _length(walk: np.ndarray) -> np.ndarray:
    return np.sqrt((walk**2).sum(axis=0))
