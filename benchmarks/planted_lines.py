"""Made-up bars with one support line in them that is known, because it was drawn first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

BARS = 400


@dataclass(frozen=True)
class Planted:
    """Bars that come down to one line: `value` of it at the last bar, `slope` a bar, `touches` positions,
    `noise` of these in ATRs."""

    bars: pd.DataFrame
    value: float
    slope: float
    touches: tuple[int, ...]
    noise: float


def planted(seed: int) -> Planted:
    """A price that strays above a line and comes back to it three to six times.

    Drawn at random: the line's drift (0 to 40 % a year), the volatility (0.5 to 5 % a day), the noise of the touches
    (normal, 0 to 0.25 ATR), how many touches there are and when. From touch to touch the price is an excursion, the
    length of a Brownian bridge in three dimensions; before the first touch it comes from anywhere, and after the last
    it is on its way to one more that the bars do not show. Nothing of Levelboard's own rules is used, neither swings
    nor tolerance.
    """
    random = np.random.default_rng(seed)
    volatility, noise = random.uniform(0.005, 0.05), random.uniform(0.0, 0.25)
    touches = _touch_days(random)
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
    opened = np.concatenate((close[:1], close[:-1])).clip(low, high)
    days = pd.bdate_range("2019-01-02", periods=BARS, name="date")
    bars = pd.DataFrame({"open": opened, "high": high, "low": low, "close": close}, index=days)
    return Planted(bars, float(line[-1]), float(line[1] - line[0]), touches, noise)


def _touch_days(random: np.random.Generator) -> tuple[int, ...]:
    """Three to six days, at least 15 bars apart, the first in the first half, the last within the last 50 bars."""
    count = int(random.integers(3, 7))
    first, last = int(random.integers(20, 200)), int(random.integers(BARS - 50, BARS - 4))
    room = last - first - 15 * (count - 1)
    extra = np.sort(random.integers(0, room + 1, count - 2))
    return (first, *(first + 15 * (each + 1) + int(extra[each]) for each in range(count - 2)), last)


def _excursions(random: np.random.Generator, touches: tuple[int, ...]) -> np.ndarray:
    """Distance from the line a day, in daily deviations: zero at the touches, above it elsewhere."""
    to_come = max(touches[-1] + int(random.integers(15, 75)), BARS)
    path = np.zeros(to_come + 1)
    for start, end in pairwise((*touches, to_come)):
        walk = np.cumsum(random.normal(size=(3, end - start)), axis=1)
        part = np.arange(1, end - start + 1) / (end - start)
        path[start + 1 : end + 1] = _length(walk - part * walk[:, -1:])
    path[: touches[0]] = _length(np.cumsum(random.normal(size=(3, touches[0])), axis=1))[::-1]
    return path[:BARS]


def _length(walk: np.ndarray) -> np.ndarray:
    return np.sqrt((walk**2).sum(axis=0))
