"""The definition of a trendline read out in plain Python: all pairs of swings, every bar looked at, nothing clever."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, log1p

import pandas as pd


@dataclass(frozen=True)
class Drawn:
    """One line: positions of its touches, price at the last bar, and in which group the ranking puts it."""

    touches: tuple[int, ...]
    value: float
    group: int  # 0 offered, 1 standing, 2 break pending, 3 broken
    misfit: float

    @property
    def rank(self) -> tuple[int, int, int]:
        return self.group, -len(self.touches), -(self.touches[-1] - self.touches[0])


def every_line(bars: pd.DataFrame, side: str, scale: str) -> list[Drawn]:
    """All lines of that side near the price, best first."""
    sign = 1.0 if side == "support" else -1.0
    turn = (lambda price: sign * log(price)) if scale == "log" else (lambda price: sign * price)
    back = (lambda height: exp(sign * height)) if scale == "log" else (lambda height: sign * height)
    low = [turn(price) for price in bars["low" if side == "support" else "high"]]
    high = [turn(price) for price in bars["high" if side == "support" else "low"]]
    close = [turn(price) for price in bars["close"]]
    noise = _average_true_range(high, low, close)
    slack = [1e-9 * (1.0 if scale == "log" else abs(each)) for each in close]
    tolerance = [0.25 * each + extra for each, extra in zip(noise, slack, strict=True)]
    swings = swing_positions(low)
    found = []
    for rank, first in enumerate(swings):
        for second in swings[rank + 1 :]:
            line = _judge(first, second, low, close, noise, tolerance, swings, scale)
            if line:
                found.append(Drawn(line.touches, back(line.value), line.group, line.misfit))
    return sorted(found, key=lambda found_item: (*found_item.rank, found_item.misfit))


def swing_positions(low: list[float]) -> list[int]:
    """Lows that none of the three on either side undercuts; of a flat run its ends; never the last bar."""
    found = []
    for at in range(len(low) - 1):
        around = low[max(at - 3, 0) : at + 4]
        inside_run = at > 0 and low[at - 1] == low[at] == low[at + 1]
        if low[at] <= min(around) and not inside_run:
            found.append(at)
    return found


def _average_true_range(high: list[float], low: list[float], close: list[float]) -> list[float]:
    """Wilder's, with the mean of the ranges so far before the fifteenth bar."""
    noise = [high[0] - low[0]]
    ranges: list[float] = []
    for at in range(1, len(close)):
        ranges.append(max(high[at], close[at - 1]) - min(low[at], close[at - 1]))
        noise.append(sum(ranges) / at if at <= 14 else noise[-1] + (ranges[-1] - noise[-1]) / 14)
    return noise


def _judge(first, second, low, close, noise, tolerance, swings, scale) -> Drawn | None:
    last = len(close) - 1
    slope = (low[second] - low[first]) / (second - first)

    def line(at: int) -> float:
        return low[first] + slope * (at - first)

    today = line(last)
    if abs(close[last] - today) > 12 * noise[last] or (scale == "linear" and today * close[last] <= 0):
        return None
    crossed = next((at for at in range(first + 1, last + 1) if close[at] < line(at) - tolerance[at]), inf)
    if second + 1 >= crossed:
        return None
    group = _group(crossed, line, close, tolerance, scale)
    if group is None:
        return None
    touches: list[int] = []
    for at in swings:
        near = first <= at < crossed and abs(low[at] - line(at)) <= tolerance[at]
        if near and (not touches or at - touches[-1] >= 10):
            touches.append(at)
    if len(touches) < 2:
        return None
    offered = slope > 0 and touches[-1] >= last - 60 and close[last] - today <= 4 * noise[last]
    misfit = sum(abs(low[at] - line(at)) / tolerance[at] for at in touches) / len(touches)
    return Drawn(tuple(touches), today, 0 if group == 1 and offered else group, misfit)


def _group(crossed, line, close, tolerance, scale) -> int | None:
    """1 stands, 2 about to break, 3 broken within 20 bars, None broken earlier or undercut for a day."""
    last = len(close) - 1
    if crossed == inf:
        return 1
    floor = line(crossed) - (log1p(0.03) if scale == "log" else 0.03 * abs(line(crossed)))
    if close[crossed] < floor:
        broken = crossed
    elif crossed == last:
        return 2
    elif close[crossed + 1] < line(crossed + 1) - tolerance[crossed + 1]:
        broken = crossed + 1
    else:
        return None
    return 3 if broken > last - 20 else None
