"""Walking forward through daily bars: when the low comes down to a line drawn before, does the line hold?

Day by day a line is drawn with the bars known by then. The next day's low comes to it (within a quarter ATR of it or
through it, after a low that did not) or it is drawn anew. Once the low has come, the line stays as it was, and the
closes from that day on decide: it holds when one stands an ATR above it before one stands an ATR below it. While that
is open no other touch counts, so that no two touches share a day; ATR is that of the day before the touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from indicators import average_true_range, find_trendlines

FIRST = 250  # bars known at least: a year
KNOWN = 1_260  # bars known at most: the five years that the dashboard shows
TOUCH_ATR = 0.25
OUTCOME_ATR = 1.0
RESAMPLES = 2_000


@dataclass(frozen=True)
class Drawn:
    """A line as drawn at bar `at`: its value there, its slope a bar, its touches, and a name that it keeps."""

    name: object
    at: int
    value: float
    slope: float
    touches: int = 0

    def height(self, bar: int) -> float:
        return self.value + self.slope * (bar - self.at)


@dataclass(frozen=True)
class Touch:
    """One touch of a line, drawn at bar `at` with so many touches before, and what came of it."""

    line: object
    touches: int
    at: int
    held: bool


class Drawing(Protocol):
    """Draws a line with the bars up to a position, or none; `before` is the one drawn the day before."""

    def __call__(self, bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn | None: ...


def known(bars: pd.DataFrame, at: int) -> pd.DataFrame:
    """What the dashboard shows on the day of bar `at`."""
    return bars.iloc[max(at + 1 - KNOWN, 0) : at + 1]


def offered(bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn | None:
    """The support that the dashboard offers."""
    lines = find_trendlines(known(bars, at))
    if not lines or not lines[0].offered:
        return None
    best = lines[0]
    return Drawn(best.start, at, best.value, best.slope, len(best.touches))


def level(bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn | None:
    """The price at which the support lay on the day when it was first offered: as far away, but horizontal."""
    line = offered(bars, at, None)
    if line is None or (before is not None and before.name == line.name):
        return line and before
    return Drawn(line.name, at, line.value, 0.0, line.touches)


def every(days: int, drawing: Drawing) -> Drawing:
    """Draws on every so many days only, and keeps the line in between."""

    def sometimes(bars: pd.DataFrame, at: int, before: Drawn | None) -> Drawn | None:
        return drawing(bars, at, before) if at % days == 0 else before

    return sometimes


def touches(bars: pd.DataFrame, drawing: Drawing) -> list[Touch]:
    """The touches that were decided before the bars end."""
    low, close = bars["low"].to_numpy(), bars["close"].to_numpy()
    atr = average_true_range(bars).to_numpy()
    found: list[Touch] = []
    line: Drawn | None = None
    at = FIRST
    while at < len(bars) - 1:
        line = drawing(bars, at, line)
        near = TOUCH_ATR * atr[at]
        if line and low[at] > line.height(at) + near and low[at + 1] <= line.height(at + 1) + near:
            decided = _decided(close, line, at + 1, OUTCOME_ATR * atr[at])
            if decided is None:
                break
            found.append(Touch(line.name, line.touches, at, bool(close[decided] > line.height(decided))))
            at, line = decided, None
        else:
            at += 1
    return found


def _decided(close: np.ndarray, line: Drawn, start: int, away: float) -> int | None:
    """The first bar whose close stands that far from the line."""
    bars = np.arange(start, close.size)
    far = np.flatnonzero(np.abs(close[start:] - (line.value + line.slope * (bars - line.at))) >= away)
    return int(bars[far[0]]) if far.size else None


@dataclass(frozen=True)
class HoldRate:
    """The share of touches that held, with a 95 % interval over lines, since touches of one line are no two lines."""

    touches: int
    lines: int
    rate: float
    low: float
    high: float


def hold_rate(groups: Sequence[Sequence[Touch]]) -> HoldRate:
    """Of the touches of several tickers; the interval is a bootstrap that draws whole lines."""
    lines: dict[object, list[bool]] = {}
    for ticker, group in enumerate(groups):
        for touch in group:
            lines.setdefault((ticker, touch.line), []).append(touch.held)
    held = np.array([sum(line) for line in lines.values()], dtype=float)
    all_of = np.array([len(line) for line in lines.values()], dtype=float)
    if not lines:
        return HoldRate(0, 0, np.nan, np.nan, np.nan)
    picks = np.random.default_rng(1).integers(0, len(lines), (RESAMPLES, len(lines)))
    rates = held[picks].sum(axis=1) / all_of[picks].sum(axis=1)
    low, high = np.quantile(rates, [0.025, 0.975])
    return HoldRate(int(all_of.sum()), len(lines), held.sum() / all_of.sum(), float(low), float(high))
