"""The definition of a trendline in plain Python: every pair of swings is compared with every bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, inf, log, log1p

import pandas as pd


@dataclass(frozen=True)
class Drawn:
    """One line: positions of its touches, price at the last bar, status, and its place in the ranking (`group`)."""

    touches: tuple[int, ...]
    value: float
    group: int  # 0 offered, 1 undercut, 2 other unbroken, 3 other break pending, 4 lost, 5 other broken
    misfit: float
    status: str

    @property
    def rank(self) -> tuple[int, int, int]:
        return self.group, -len(self.touches), -(self.touches[-1] - self.touches[0])


def every_line(bars: pd.DataFrame, side: str, scale: str) -> list[Drawn]:
    """Return all lines of that side near the price, best first."""
    sign = 1.0 if side == "support" else -1.0
    to_height = (lambda price: sign * log(price)) if scale == "log" else (lambda price: sign * price)
    to_price = (lambda height: exp(sign * height)) if scale == "log" else (lambda height: sign * height)
    low = [to_height(price) for price in bars["low" if side == "support" else "high"]]
    high = [to_height(price) for price in bars["high" if side == "support" else "low"]]
    close = [to_height(price) for price in bars["close"]]
    atr = _average_true_range(high, low, close)
    rounding = [1e-9 * (1.0 if scale == "log" else abs(price)) for price in close]
    widest = [log(1.015) if scale == "log" else 0.015 * abs(price) for price in close]
    tolerance = [min(0.25 * range_, cap) + extra for range_, cap, extra in zip(atr, widest, rounding, strict=True)]
    swings = swing_positions(low)
    found = []
    for number, first in enumerate(swings):
        for second in swings[number + 1 :]:
            line = _draw(first, second, low, close, atr, tolerance, swings, scale)
            if line:
                found.append(replace(line, value=to_price(line.value)))
    return sorted(found, key=lambda line: (*line.rank, line.misfit))


def swing_positions(low: list[float]) -> list[int]:
    """Return the lows that none of the three on either side undercuts; of a flat run its ends; never the last bar."""
    found = []
    for at in range(len(low) - 1):
        around = low[max(at - 3, 0) : at + 4]
        inside_run = at > 0 and low[at - 1] == low[at] == low[at + 1]
        if low[at] <= min(around) and not inside_run:
            found.append(at)
    return found


def _average_true_range(high: list[float], low: list[float], close: list[float]) -> list[float]:
    """Return Wilder's ATR(14), before the fifteenth bar the mean of the true ranges so far."""
    atr = [high[0] - low[0]]
    ranges: list[float] = []
    for at in range(1, len(close)):
        ranges.append(max(high[at], close[at - 1]) - min(low[at], close[at - 1]))
        atr.append(sum(ranges) / at if at <= 14 else atr[-1] + (ranges[-1] - atr[-1]) / 14)
    return atr


def _draw(first, second, low, close, atr, tolerance, swings, scale) -> Drawn | None:
    """Return the line through two swings, None where it is broken too early, too far away, or touched only once."""
    last = len(close) - 1
    slope = (low[second] - low[first]) / (second - first)

    def line(at: int) -> float:
        return low[first] + slope * (at - first)

    today = line(last)
    if abs(close[last] - today) > 12 * atr[last] or (scale == "linear" and today * close[last] <= 0):
        return None
    crossed = next((at for at in range(first + 1, last + 1) if close[at] < line(at) - tolerance[at]), inf)
    if second + 1 >= crossed:
        return None
    broken = _break(crossed, line, close, tolerance, scale)
    if (crossed < last and broken is None) or (broken is not None and broken <= last - 20):
        return None  # dropped, or broken too long ago
    touches: list[int] = []
    for at in swings:
        near = first <= at < crossed and abs(low[at] - line(at)) <= tolerance[at]
        if near and (not touches or at - touches[-1] >= 10):
            touches.append(at)
    if len(touches) < 2:
        return None
    end = last if crossed == inf else crossed
    matters = slope > 0 and end - touches[-1] < 60 and sum(end - touch < 252 for touch in touches) >= 2
    depth = close[last] - today
    if broken is not None:
        group = 4 if matters else 5
    elif matters and crossed == inf and 0 <= depth <= 4 * atr[last]:
        group = 0
    elif matters and -4 * atr[last] <= depth < 0:
        group = 1
    else:
        group = 2 if crossed == inf else 3
    misfit = sum(abs(low[at] - line(at)) / tolerance[at] for at in touches) / len(touches)
    if broken is not None:
        status = "broken"
    elif crossed == last:
        status = "break pending"
    elif touches[-1] >= last - 10 and depth > atr[last]:
        status = "bounced"
    else:
        tested = any(low[at] <= line(at) + tolerance[at] for at in range(max(last - 2, 0), last + 1))
        status = "testing" if tested else "holding"
    return Drawn(tuple(touches), today, group, misfit, status)


def _break(crossed, line, close, tolerance, scale) -> int | None:
    """Return the close that broke the line: the first beyond it if 3% deep, or the next if that is beyond it too."""
    if crossed == inf:
        return None
    floor = line(crossed) - (log1p(0.03) if scale == "log" else 0.03 * abs(line(crossed)))
    if close[crossed] < floor:
        return crossed
    follows = crossed + 1 < len(close) and close[crossed + 1] < line(crossed + 1) - tolerance[crossed + 1]
    return crossed + 1 if follows else None
