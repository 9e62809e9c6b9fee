"""Trendlines: straight lines from one swing through a later one that no close has broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from typing import Literal

import numpy as np
import pandas as pd

from indicators.swings import Floats, Positions, swing_lows
from indicators.volatility import average_true_range

Side = Literal["support", "resistance"]
Scale = Literal["linear", "log"]
Status = Literal["holding", "testing", "bounced", "break pending", "broken"]

TOLERANCE_ATR = 0.25  # a close this far beyond is noise, not a break
SPACING = 10  # bars: touches closer than this are one turn
RECENT = 60  # bars: a line not touched within a quarter is history
REACH_ATR = 4.0  # a line further from the price than this does not matter today
HORIZON_ATR = 8.0  # lines beyond this are not even listed
BROKEN_FOR = 20  # bars that a broken line is still shown
BREAK = 0.03  # one close this share of the price beyond the line breaks it
TESTED_WITHIN = 3
BOUNCED_WITHIN = 10
ALIKE_ATR = 0.5  # two lines nearer to one another today than this are one to the eye
MOST = 6  # lines listed a side


@dataclass(frozen=True)
class Trendline:
    """A straight line on `scale`, under the price (support) or over it (resistance).

    `slope` is in price a session, on the log scale in log price a session. `touches` are the
    days of its swings, `start` and `end` the first and last of them, `span` the sessions
    between those two. `value` is the line's price at the last bar. Two touches make it
    `tentative`. `broken_on` is the day of the close that broke it, None while it stands.
    """

    side: Side
    scale: Scale
    slope: float
    touches: tuple[Date, ...]
    start: Date
    end: Date
    status: Status
    value: float
    span: int
    tentative: bool
    broken_on: Date | None = None
    _sessions: pd.DatetimeIndex = field(repr=False, compare=False, default_factory=lambda: pd.DatetimeIndex([]))

    def value_at(self, day: Date) -> float:
        """The line's price on `day`: value + slope * sessions from the last bar, on the line's scale.

        Between sessions the one before counts; after the last bar weekdays do, or all days
        where the symbol trades at weekends.
        """
        steps = self._steps(pd.Timestamp(day))
        if self.scale == "log":
            return float(np.exp(np.log(self.value) + self.slope * steps))
        return self.value + self.slope * steps

    def _steps(self, day: pd.Timestamp) -> int:
        last = self._sessions[-1]
        if day <= last:
            return int(self._sessions.searchsorted(day, side="right")) - len(self._sessions)
        if (self._sessions.dayofweek >= 5).any():
            return (day - last).days
        return int(np.busday_count(last.date(), day.date()))


@dataclass(frozen=True)
class _Shape:
    """Bars as the search sees them: on the line's scale, mirrored so that every line is a support."""

    low: Floats
    close: Floats
    tolerance: Floats
    atr: float
    scale: Scale

    @property
    def last(self) -> int:
        return self.low.size - 1

    def deep(self, line: Floats) -> Floats:
        """How far below the line one close alone breaks it: 3 % of its price."""
        return np.full_like(line, -np.log1p(-BREAK)) if self.scale == "log" else BREAK * np.abs(line)


@dataclass(frozen=True)
class _Breaks:
    """What the last 20 closes did to each line.

    `at`: the bar whose close broke it, or one past the last bar; `pending`: only the last close
    lies beyond; `legal`: no lone close beyond it was taken back, which makes a line a wrong one.
    """

    at: Positions
    pending: np.ndarray
    legal: np.ndarray
    broken: np.ndarray

    def only(self, keep: np.ndarray) -> _Breaks:
        return _Breaks(self.at[keep], self.pending[keep], self.legal[keep], self.broken[keep])


@dataclass(frozen=True)
class _Lines:
    """Candidate lines as arrays, one entry a line: position of the first touch, slope, value at the last bar."""

    first: Positions
    slope: Floats
    value: Floats

    def at(self, positions: Positions, last: int) -> Floats:
        """The lines' values at those bars, shape (lines, positions)."""
        return self.value[:, None] + self.slope[:, None] * (positions - last)[None, :]

    def only(self, keep: np.ndarray) -> _Lines:
        return _Lines(self.first[keep], self.slope[keep], self.value[keep])


def find_trendlines(bars: pd.DataFrame, side: Side = "support", scale: Scale = "linear") -> list[Trendline]:
    """The lines that hold the price (or held it until the last 20 bars), the one that matters now first.

    A line runs from one swing through a later one; no close between its first touch and the last
    bar lies beyond it by more than 0.25 ATR(14) of that bar's day (of the log prices on the log
    scale). For a first touch i the steepest legal slope is
    min over k > i of (close[k] + tolerance[k] - low[i]) / (k - i). First come lines that rise (fall,
    for resistance), were touched within 60 bars and stand within 4 ATR of the price; then
    more touches, then the longer span. `bars`: columns high, low, close; index of sessions.
    """
    if len(bars) < 2 * SPACING:
        return []
    shape = _shape(bars, side, scale)
    swings = swing_lows(shape.low)
    lines = _legal_lines(shape, swings)
    breaks = _breaks(shape, lines)
    lines, breaks = lines.only(breaks.legal), breaks.only(breaks.legal)
    touches = _touches(shape, lines, swings, breaks)
    order = _ranking(shape, lines, breaks, touches)
    return [
        _trendline(shape, lines, breaks, touches, each, bars.index, side)
        for each in _distinct(shape, lines, breaks, order)
    ]


def _shape(bars: pd.DataFrame, side: Side, scale: Scale) -> _Shape:
    frame = bars[["high", "low", "close"]]
    frame = np.log(frame) if scale == "log" else frame
    sign = 1.0 if side == "support" else -1.0
    atr = _early_atr(frame)
    low = sign * frame["low" if side == "support" else "high"].to_numpy(float)
    close = sign * frame["close"].to_numpy(float)
    return _Shape(low, close, TOLERANCE_ATR * atr, float(atr[-1]), scale)


def _early_atr(frame: pd.DataFrame) -> Floats:
    """ATR(14), and before it exists the mean true range so far, so that the first bars have a tolerance too."""
    atr = average_true_range(frame).to_numpy(float)
    high, low, close = (frame[each].to_numpy(float) for each in ("high", "low", "close"))
    before = np.concatenate([close[:1], close[:-1]])
    ranges = np.maximum(high, before) - np.minimum(low, before)
    so_far = np.cumsum(ranges) / np.arange(1, ranges.size + 1)
    return np.where(np.isfinite(atr), atr, so_far)


def _legal_lines(shape: _Shape, swings: Positions) -> _Lines:
    """Every line through two swings that no close before the last 20 bars undercuts."""
    found = [_legal_from(shape, swings, rank) for rank in range(len(swings) - 1)]
    if not found:
        return _Lines(np.empty(0, np.intp), np.empty(0), np.empty(0))
    slopes = np.concatenate(found)
    first = np.repeat(swings[:-1], [each.size for each in found])
    value = shape.low[first] + slopes * (shape.low.size - 1 - first)
    near = np.abs(value - shape.close[-1]) <= HORIZON_ATR * shape.atr
    near &= (shape.scale == "log") | (np.sign(value) == np.sign(shape.close[-1]))  # a line below zero is no price
    return _Lines(first[near], slopes[near], value[near])


def _legal_from(shape: _Shape, swings: Positions, rank: int) -> Floats:
    """Slopes of the legal lines whose first touch is the swing of that rank."""
    i = swings[rank]
    later = swings[rank + 1 :]
    later = later[later - i >= SPACING]
    slopes = (shape.low[later] - shape.low[i]) / (later - i)
    settled = slice(i + 1, max(shape.low.size - BROKEN_FOR, i + 1))
    room = shape.close[settled] + shape.tolerance[settled] - shape.low[i]
    steepest = (room / np.arange(1, room.size + 1)).min(initial=np.inf)
    return slopes[slopes <= steepest]


def _breaks(shape: _Shape, lines: _Lines) -> _Breaks:
    recent = np.arange(max(shape.low.size - BROKEN_FOR, 0), shape.low.size)
    line = lines.at(recent, shape.last)
    gap = line - shape.close[recent]
    beyond = (gap > shape.tolerance[recent]) & (recent > lines.first[:, None])
    deep = beyond & (gap > shape.deep(line))
    again = np.zeros_like(beyond)
    again[:, :-1] = beyond[:, :-1] & beyond[:, 1:]
    rows, first = np.arange(len(line)), beyond.argmax(axis=1)
    crossed = beyond[rows, first]
    at_once, confirmed = deep[rows, first], again[rows, first]
    broken = crossed & (at_once | confirmed)
    pending = crossed & ~broken & (recent[first] == shape.last)
    at = np.where(broken, recent[first] + np.where(at_once, 0, 1), shape.low.size)
    return _Breaks(at, pending, ~crossed | broken | pending, broken)


def _touches(shape: _Shape, lines: _Lines, swings: Positions, breaks: _Breaks) -> np.ndarray:
    """Which swings touch which line, shape (lines, swings' bars); of those within 10 bars the first counts."""
    near = np.abs(shape.low[swings] - lines.at(swings, shape.last)) <= shape.tolerance[swings]
    near &= (swings >= lines.first[:, None]) & (swings < breaks.at[:, None])
    free_from = np.zeros(len(near), dtype=np.intp)
    for column in np.flatnonzero(near.any(axis=0)):
        near[:, column] &= swings[column] >= free_from
        free_from = np.where(near[:, column], swings[column] + SPACING, free_from)
    touched = np.zeros((len(near), shape.low.size), dtype=bool)
    touched[:, swings] = near
    return touched


def _ranking(shape: _Shape, lines: _Lines, breaks: _Breaks, touches: np.ndarray) -> Positions:
    """Best first: the lines that matter now, then those that stand, by touches, span and nearness."""
    count = touches.sum(axis=1)
    start, end = _ends(touches)
    below = shape.close[-1] - lines.value
    matters = (
        (lines.slope > 0)
        & (end >= shape.last - RECENT)
        & (below >= -shape.tolerance[-1])
        & (below <= REACH_ATR * shape.atr)
        & ~breaks.broken
    )
    order = np.lexsort((lines.first, np.abs(below), start - end, -count, breaks.broken, ~matters))
    return order[count[order] >= 2]


def _ends(touches: np.ndarray) -> tuple[Positions, Positions]:
    """Positions of each line's first and last touch."""
    return touches.argmax(axis=1), touches.shape[1] - 1 - touches[:, ::-1].argmax(axis=1)


def _distinct(shape: _Shape, lines: _Lines, breaks: _Breaks, order: Positions) -> list[int]:
    """The best of those that look like one line: within 0.5 ATR of it today and 20 bars ago."""
    ends = lines.at(np.array([shape.last - BROKEN_FOR, shape.last]), shape.last)
    kept: list[int] = []
    for each in order:
        apart = np.abs(ends[kept] - ends[each]).max(axis=1) > ALIKE_ATR * shape.atr
        if (apart | (breaks.broken[kept] != breaks.broken[each])).all():
            kept.append(int(each))
        if len(kept) == MOST:
            break
    return kept


def _trendline(
    shape: _Shape, lines: _Lines, breaks: _Breaks, touches: np.ndarray, each: int, index: pd.DatetimeIndex, side: Side
) -> Trendline:
    turns = np.flatnonzero(touches[each])
    days = tuple(day.date() for day in index[turns])
    sign = 1.0 if side == "support" else -1.0
    value = sign * lines.value[each]
    return Trendline(
        side=side,
        scale=shape.scale,
        slope=float(sign * lines.slope[each]),
        touches=days,
        start=days[0],
        end=days[-1],
        status=_status(shape, lines, breaks, turns, each),
        value=float(np.exp(value) if shape.scale == "log" else value),
        span=int(turns[-1] - turns[0]),
        tentative=len(days) < 3,
        broken_on=index[breaks.at[each]].date() if breaks.broken[each] else None,
        _sessions=index,
    )


def _status(shape: _Shape, lines: _Lines, breaks: _Breaks, turns: Positions, each: int) -> Status:
    if breaks.broken[each]:
        return "broken"
    if breaks.pending[each]:
        return "break pending"
    if turns[-1] >= shape.last - BOUNCED_WITHIN and shape.close[-1] > lines.value[each] + shape.atr:
        return "bounced"
    last = np.arange(max(shape.low.size - TESTED_WITHIN, 0), shape.low.size)
    line = lines.value[each] + lines.slope[each] * (last - shape.last)
    return "testing" if (np.abs(shape.low[last] - line) <= shape.tolerance[last]).any() else "holding"
