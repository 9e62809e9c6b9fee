"""The search for the lines that hold: which are legal, what touches them, and which matters most now."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from indicators.swings import Floats, Positions, swing_lows
from indicators.trendlines.candidates import valid_line_pairs
from indicators.trendlines.mirrored_bars import MirroredBars

SPACING = 10  # bars: touches closer than this are one test of the line, not two
RECENT = 60  # bars: a line that was not touched within a quarter does not matter now
REACH_ATR = 4.0  # nor does one that the price will not meet within days
HORIZON_ATR = 12.0  # lines further from the price than this are not looked at
BROKEN_FOR = 20  # bars during which a broken line is still shown
ALIKE_ATR = 0.5  # lines closer than this are one line to the eye
STANDING, BROKEN = 4, 2  # at most so many lines a side: more of them say nothing

NEVER = np.iinfo(np.intp).max


@dataclass(frozen=True)
class Lines:
    """Lines as columns, one entry a line; positions are those of the bars.

    `first`: the first touch. `base`: the height there. `slope`: a bar. `crossed`: the first close beyond tolerance;
    `broken`: the close that broke the line; both NEVER where there is none.
    """

    first: Positions
    base: Floats
    slope: Floats
    crossed: Positions
    broken: Positions

    def at(self, positions: Positions) -> Floats:
        """Heights at `positions`, shape (lines, positions)."""
        heights = positions.astype(float) - self.first.astype(float)[:, None]
        heights *= self.slope[:, None]
        heights += self.base[:, None]
        return heights

    def where(self, chosen: np.ndarray) -> Lines:
        """The lines that a mask or an order chooses."""
        return Lines(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def __len__(self) -> int:
        return self.first.size


@dataclass(frozen=True)
class Touches:
    """Which bars touch which line: two columns, ascending by line, then by bar; and what they make of each line.

    `count`, `latest`: touches and the last of them, one entry a line. `misfit`: how far from the line its touches
    lie on average, in tolerances.
    """

    line: Positions
    bar: Positions
    count: Positions
    latest: Positions
    misfit: Floats

    def of(self, line: int) -> Positions:
        """The bars that touch that line."""
        return self.bar[self.line == line]


@dataclass(frozen=True)
class Found:
    """The lines of one side, best first, with the bars that touch each, and whether it is one that matters now."""

    lines: Lines
    bars: tuple[Positions, ...]
    offered: np.ndarray


def search(side: MirroredBars) -> Found:
    """Every distinct line of the side that matters, the one offered first."""
    swings = swing_lows(side.low)
    lines = _known_lines(side, swings)
    touches = touching(side, lines, swings)
    offered = _in_reach(side, lines) & _recent(side, touches)
    order = _ranking(lines, touches, offered)
    order = order[touches.count[order] > 1]
    chosen = np.array(_distinct(side, lines, order), dtype=np.intp)
    return Found(lines.where(chosen), tuple(touches.of(each) for each in chosen), offered[chosen])


def has_relevant_line(side: MirroredBars, count: int, span: int) -> bool:
    """Whether a line that matters now has more touches than `count`, or as many over `span` bars or more."""
    swings = swing_lows(side.low)
    lines = _known_lines(side, swings)
    lines = lines.where(_in_reach(side, lines))
    touches = touching(side, lines, swings)
    return bool((_as_good(lines, touches, count, span) & _recent(side, touches)).any())


def has_any_line(side: MirroredBars, count: int, span: int) -> bool:
    """Whether any line, standing or broken lately, has more touches than `count`, or as many over `span` bars."""
    swings = swing_lows(side.low)
    lines = _known_lines(side, swings)
    return bool(_as_good(lines, touching(side, lines, swings), count, span).any())


def _as_good(lines: Lines, touches: Touches, count: int, span: int) -> np.ndarray:
    return (touches.count > count) | ((touches.count == count) & (touches.latest - lines.first >= span))


def _known_lines(side: MirroredBars, swings: Positions) -> Lines:
    """The lines through two swings that stand, or broke within the last bars, and lie near enough to the price."""
    settled = max(side.last - BROKEN_FOR, 0)  # a break shown today was completed within BROKEN_FOR bars, by two closes
    first, second = valid_line_pairs(swings, side.low, (side.close + side.tolerance)[:settled])
    slope = (side.low[second] - side.low[first]) / (second - first)
    today = side.low[first] + slope * (side.last - first)
    near = (np.abs(side.close[-1] - today) <= HORIZON_ATR * side.atr[-1]) & side.is_price(today)
    first, second, slope = _once(first[near], second[near], slope[near])
    crossed, broken = _breaks(side, first, slope, settled)
    pending = crossed == side.last
    lasts = (crossed == NEVER) | pending | (broken > side.last - BROKEN_FOR) & (broken != NEVER)
    drawn_in_time = second + 1 < crossed
    lines = Lines(first, side.low[first], slope, crossed, broken)
    return _longest(side, lines.where(lasts & drawn_in_time))


def _once(first: Positions, second: Positions, slope: Floats) -> tuple[Positions, Positions, Floats]:
    """Of lines with one slope from one swing, those through its earliest second; thousands of equal lows draw one."""
    order = np.lexsort((second, slope, first))
    again = (np.diff(first[order]) == 0) & (np.diff(slope[order]) == 0)
    chosen = order[np.concatenate(([True], ~again))] if order.size else order
    return first[chosen], second[chosen], slope[chosen]


def _breaks(side: MirroredBars, first: Positions, slope: Floats, settled: int) -> tuple[Positions, Positions]:
    """First close beyond tolerance, and the close that made it a break: the next one too, or one 3 % beyond.

    A single close beyond, less than 3 % deep, from which the next one recovers breaks nothing, yet undercuts: such a
    line is neither legal nor broken, and the one through the new low takes its place.
    """
    recent = np.arange(settled, side.last + 1)
    line = side.low[first][:, None] + slope[:, None] * (recent - first[:, None])
    close = side.close[recent]
    beyond = (close + side.tolerance[recent] < line) & (recent > first[:, None])
    crossed_at = beyond.argmax(axis=1)
    row = np.arange(first.size)
    deep = (close < side.deep_under(line))[row, crossed_at]
    after = np.minimum(crossed_at + 1, recent.size - 1)
    again = beyond[row, after] & (after > crossed_at)
    never = ~beyond.any(axis=1)
    crossed = np.where(never, NEVER, recent[crossed_at])
    broken = np.where(deep, crossed, np.where(again, crossed + 1, NEVER))
    return crossed, np.where(never, NEVER, broken)


def _longest(side: MirroredBars, lines: Lines) -> Lines:
    """Of lines that coincide (three lows exactly in line, a flat stretch) the one with the earliest touch."""
    today = lines.base + lines.slope * (side.last - lines.first)
    order = np.lexsort((lines.first, lines.slope, today))
    same = (np.diff(today[order]) == 0) & (np.diff(lines.slope[order]) == 0)
    return lines.where(np.sort(order[np.concatenate(([True], ~same))])) if len(lines) else lines


def touching(side: MirroredBars, lines: Lines, swings: Positions) -> Touches:
    """The swings within tolerance of each line, from its first touch to its break; those within SPACING once."""
    away = lines.at(swings)
    away -= side.low[swings]
    near = np.flatnonzero(np.abs(away, out=away) <= side.tolerance[swings])
    line, column = np.divmod(near, max(swings.size, 1))
    bar = swings[column]
    drawn = (bar >= lines.first[line]) & (bar < lines.crossed[line])
    line, column, bar = line[drawn], column[drawn], bar[drawn]
    counted = _spaced(line, bar, len(lines), side.low.size)
    misfit = away[line, column] / side.tolerance[bar]
    line, bar, misfit = line[counted], bar[counted], misfit[counted]
    count = np.bincount(line, minlength=len(lines))
    latest = bar[np.cumsum(count) - 1]  # every line is touched at least by its own first swing
    return Touches(line, bar, count, latest, np.bincount(line, misfit, minlength=len(lines)) / count)


def _spaced(line: Positions, bar: Positions, lines: int, bars: int) -> Positions:
    """Which of the touches count: of each line the first, then each that comes SPACING bars or more after the last."""
    place = line * bars + bar
    pick = np.searchsorted(line, np.arange(lines))
    counted = np.zeros(line.size, dtype=bool)
    while pick.size:
        counted[pick] = True
        following = np.searchsorted(place, place[pick] + SPACING)
        inside = following < line.size
        pick, following = pick[inside], following[inside]
        pick = following[line[following] == line[pick]]
    return np.flatnonzero(counted)


def _ranking(lines: Lines, touches: Touches, offered: np.ndarray) -> Positions:
    """Lines in order: the offered ones, the others that stand, those about to break, the broken; in each of these
    more touches first, then the longer span, then the closer fit."""
    group = np.select([offered, lines.crossed == NEVER, lines.broken == NEVER], [0, 1, 2], 3)
    return np.lexsort((touches.misfit, lines.first - touches.latest, -touches.count, group))


def _in_reach(side: MirroredBars, lines: Lines) -> np.ndarray:
    """The lines that stand, rise, and lie under the price by no more than 4 ATR (a close within tolerance holds)."""
    today = lines.base + lines.slope * (side.last - lines.first)
    near = side.close[-1] - today <= REACH_ATR * side.atr[-1]
    return (lines.crossed == NEVER) & (lines.slope > 0) & near


def _recent(side: MirroredBars, touches: Touches) -> np.ndarray:
    return touches.latest >= side.last - RECENT


def _distinct(side: MirroredBars, lines: Lines, order: Positions) -> list[int]:
    """The best lines, each more than half an ATR from the better ones, either today or a quarter ago (or where the
    later of the two begins)."""
    kept: list[int] = []
    for limit, stands in ((STANDING, True), (BROKEN, False)):
        rest = order[(lines.broken[order] == NEVER) == stands]
        for _ in range(limit):
            if not rest.size:
                break
            kept.append(int(rest[0]))
            rest = rest[_apart(side, lines, rest, rest[0])]
    return kept


def _apart(side: MirroredBars, lines: Lines, others: Positions, line: int) -> np.ndarray:
    start, base, slope = lines.first[others], lines.base[others], lines.slope[others]
    begin = np.maximum(start, max(lines.first[line], side.last - RECENT))
    apart = np.zeros(others.shape, dtype=bool)
    for bars in (begin, side.last):
        reference = lines.base[line] + lines.slope[line] * (bars - lines.first[line])
        apart |= np.abs(base + slope * (bars - start) - reference) > ALIKE_ATR * side.atr[bars]
    return apart
