"""Walk forward through daily bars: when the low comes down to a line drawn before, does the line hold?

Day by day, a line is drawn with the bars known by then. Either the next day's low touches it (comes within a quarter
ATR of it or goes through it, after a low that did not) or the line is drawn anew. After a touch the line stays as it
is, and the closes from that day on decide: it holds if one is an ATR above it before one is an ATR below it. Until that
is decided no other touch counts, so that no two touches share a day. ATR is that of the day before the touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from indicators import average_true_range, find_trendlines

MIN_KNOWN_BARS = 250  # a year
MAX_KNOWN_BARS = 1_260  # the five years that the dashboard shows
TOUCH_ATR = 0.25
OUTCOME_ATR = 1.0
BOOTSTRAP_RESAMPLES = 2_000


@dataclass(frozen=True)
class DrawnLine:
    """A line as drawn at bar `at`: its value there, its slope per bar, its touches, and a name that it keeps."""

    name: object
    at: int
    value: float
    slope: float
    touches: int = 0

    def value_at(self, bar: int) -> float:
        """Return the price of the line at the position of a bar."""
        return self.value + self.slope * (bar - self.at)


@dataclass(frozen=True)
class Touch:
    """One touch of the line named `line`, drawn at bar `at` with `touches` touches before, and its outcome."""

    line: object
    touches: int
    at: int
    held: bool


class LineDrawer(Protocol):
    """Draws a line with the bars up to position `at`, or none; `before` is the line of the day before."""

    def __call__(self, bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine | None: ...


def known_bars(bars: pd.DataFrame, at: int) -> pd.DataFrame:
    """Return the bars that the dashboard uses on the day of bar `at`."""
    return bars.iloc[max(at + 1 - MAX_KNOWN_BARS, 0) : at + 1]


def draw_offered_support(bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine | None:
    """Draw the support that the dashboard offers."""
    lines = find_trendlines(known_bars(bars, at))
    if not lines or not lines[0].offered:
        return None
    best = lines[0]
    return DrawnLine(best.start, at, best.value, best.slope, len(best.touches))


def draw_horizontal(bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine | None:
    """Draw a horizontal line where the offered support was on the day when it was first offered."""
    line = draw_offered_support(bars, at, None)
    if line is None or (before is not None and before.name == line.name):
        return line and before
    return DrawnLine(line.name, at, line.value, 0.0, line.touches)


def redraw_every(days: int, draw: LineDrawer) -> LineDrawer:
    """Return a drawer that uses `draw` once in so many days and keeps its line in between."""

    def draw_or_keep(bars: pd.DataFrame, at: int, before: DrawnLine | None) -> DrawnLine | None:
        return draw(bars, at, before) if at % days == 0 else before

    return draw_or_keep


def find_touches(bars: pd.DataFrame, draw: LineDrawer) -> list[Touch]:
    """Return the touches that are decided before the bars end, in order."""
    low, close = bars["low"].to_numpy(), bars["close"].to_numpy()
    atr = average_true_range(bars).to_numpy()
    touches: list[Touch] = []
    line: DrawnLine | None = None
    at = MIN_KNOWN_BARS
    while at < len(bars) - 1:
        line = draw(bars, at, line)
        near = TOUCH_ATR * atr[at]
        if line and low[at] > line.value_at(at) + near and low[at + 1] <= line.value_at(at + 1) + near:
            decided = _deciding_bar(close, line, at + 1, OUTCOME_ATR * atr[at])
            if decided is None:
                break
            touches.append(Touch(line.name, line.touches, at, bool(close[decided] > line.value_at(decided))))
            at, line = decided, None
        else:
            at += 1
    return touches


def find_all_touches(all_bars: Iterable[pd.DataFrame], draw: LineDrawer) -> list[list[Touch]]:
    """Return the touches of each ticker's bars, for `hold_rate`."""
    return [find_touches(bars, draw) for bars in all_bars]


def _deciding_bar(close: np.ndarray, line: DrawnLine, start: int, distance: float) -> int | None:
    """Return the first bar from `start` whose close is at least that far from the line."""
    bars = np.arange(start, close.size)
    far = np.flatnonzero(np.abs(close[start:] - (line.value + line.slope * (bars - line.at))) >= distance)
    return int(bars[far[0]]) if far.size else None


@dataclass(frozen=True)
class HoldRate:
    """The share of touches that held, 0 to 1, with its 95% interval; NaN without touches."""

    touches: int
    lines: int
    rate: float
    low: float
    high: float


def hold_rate(touches_by_ticker: Sequence[Sequence[Touch]]) -> HoldRate:
    """Return the hold rate over several tickers.

    The interval is a bootstrap that draws whole lines, since touches of one line depend on each other.
    """
    outcomes: dict[object, list[bool]] = {}
    for ticker, touches in enumerate(touches_by_ticker):
        for touch in touches:
            outcomes.setdefault((ticker, touch.line), []).append(touch.held)
    if not outcomes:
        return HoldRate(0, 0, np.nan, np.nan, np.nan)
    held = np.array([sum(line) for line in outcomes.values()], dtype=float)
    total = np.array([len(line) for line in outcomes.values()], dtype=float)
    picks = np.random.default_rng(1).integers(0, len(outcomes), (BOOTSTRAP_RESAMPLES, len(outcomes)))
    rates = held[picks].sum(axis=1) / total[picks].sum(axis=1)
    low, high = np.quantile(rates, [0.025, 0.975])
    return HoldRate(int(total.sum()), len(outcomes), held.sum() / total.sum(), float(low), float(high))
