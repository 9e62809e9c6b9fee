"""The search for trendlines: which lines hold, which swings touch them, and which of them matter now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from indicators.swings import Floats, Positions, swing_lows
from indicators.trendlines.candidates import valid_line_pairs
from indicators.trendlines.mirrored_bars import MirroredBars

TOUCH_SPACING_BARS = 10  # touches closer than this are one test of the line, not two
RECENT_BARS = 60  # a line that was not touched within a quarter does not matter now
YEAR_BARS, YEAR_TOUCHES = 252, 2  # nor does one that the price came to only once within a year
REACH_ATR = 4.0  # nor does one so far from the price that it will not be met within days
SEARCH_ATR = 12.0  # lines further from the price than this are not looked at
SHOW_BROKEN_BARS = 20  # a broken line is shown this long
SAME_LINE_ATR = 0.5  # lines closer than this look like one line on a chart
MAX_UNBROKEN, MAX_BROKEN = 4, 2  # lines returned a side: more would not help a reader

NEVER = np.iinfo(np.intp).max  # a position after every bar

Standing = Literal["offered", "eligible", "undercut", "other", "other pending", "lost", "other broken"]
STANDINGS: tuple[Standing, ...] = ("eligible", "undercut", "other", "other pending", "lost", "other broken")


@dataclass(frozen=True)
class Lines:
    """Lines as columns, one entry a line; positions are those of the bars.

    `first`: the first touch. `base`: the height there. `slope`: per bar. `crossed`: the first close beyond tolerance.
    `broken`: the close that broke the line. Both are NEVER where there is no such close.
    """

    first: Positions
    base: Floats
    slope: Floats
    crossed: Positions
    broken: Positions

    def heights_at(self, positions: Positions) -> Floats:
        """Return the heights at `positions`, shape (lines, positions)."""
        heights = positions.astype(float) - self.first.astype(float)[:, None]
        heights *= self.slope[:, None]
        heights += self.base[:, None]
        return heights

    def heights_on(self, bar: int) -> Floats:
        """Return the height of each line at one bar."""
        return self.base + self.slope * (bar - self.first)

    def select(self, chosen: np.ndarray) -> Lines:
        """Return the lines that a mask or an array of indices chooses."""
        columns = (self.first, self.base, self.slope, self.crossed, self.broken)
        return Lines(*(column[chosen] for column in columns))

    def __len__(self) -> int:
        return self.first.size


@dataclass(frozen=True)
class Touches:
    """Which bars touch which line, as the two columns `line` and `bar`, ascending by line, then by bar.

    With one entry a line: `count` of its touches, the `latest` of them, and `misfit`, how far from the line its touches
    lie on average, in tolerances.
    """

    line: Positions
    bar: Positions
    count: Positions
    latest: Positions
    misfit: Floats

    def of_line(self, line: int) -> Positions:
        """Return the bars that touch that line."""
        return self.bar[self.line == line]


@dataclass(frozen=True)
class FoundLines:
    """The lines of one side, best first, with the bars that touch each, and the standing of each among them."""

    lines: Lines
    touches: tuple[Positions, ...]
    standings: tuple[Standing, ...]


class PairFinder(Protocol):
    """Finds the pairs of `swings` whose line no close breaks but those of the last 20 `bars`: see `find_pairs`."""

    def __call__(self, bars: MirroredBars, swings: Positions) -> tuple[Positions, Positions]: ...


def find_pairs(bars: MirroredBars, swings: Positions) -> tuple[Positions, Positions]:
    """Return the first and second swing of every line that no close broke before the last 20 bars."""
    return valid_line_pairs(swings, bars.low, (bars.close + bars.tolerance)[: settled_bars(bars)])


def settled_bars(bars: MirroredBars) -> int:
    """Return how many bars come before the last 20: a line that one of their closes broke is not shown any more."""
    return max(bars.last - SHOW_BROKEN_BARS, 0)


def search(bars: MirroredBars, finder: PairFinder = find_pairs) -> FoundLines:
    """Return the distinct lines of one side, the one that matters most now first."""
    swings = swing_lows(bars.low)
    lines = _shown_lines(bars, *finder(bars, swings))
    touches = find_touches(bars, lines, swings)
    group = _standing_numbers(bars, lines, touches)
    order = np.lexsort((touches.misfit, lines.first - touches.latest, -touches.count, group))
    order = order[touches.count[order] > 1]
    chosen = np.array(_distinct(bars, lines, order), dtype=np.intp)
    standings = [STANDINGS[number] for number in group[chosen].tolist()]
    if standings[:1] == ["eligible"]:
        standings[0] = "offered"
    return FoundLines(lines.select(chosen), tuple(touches.of_line(line) for line in chosen), tuple(standings))


def has_offered_line(bars: MirroredBars, count: int, span: int) -> bool:
    """Return whether a line fit to be offered has more touches than `count`, or as many over `span` bars or more."""
    swings = swing_lows(bars.low)
    lines = _shown_lines(bars, *find_pairs(bars, swings))
    lines = lines.select((lines.crossed == NEVER) & (lines.slope > 0) & _is_under_price(bars, lines))
    touches = find_touches(bars, lines, swings)
    return bool((_as_good(lines, touches, count, span) & _rises_from_recent_touches(bars, lines, touches)).any())


def has_any_line(bars: MirroredBars, count: int, span: int) -> bool:
    """Return whether any line, unbroken or recently broken, has more touches than `count`, or as many over `span`."""
    swings = swing_lows(bars.low)
    lines = _shown_lines(bars, *find_pairs(bars, swings))
    return bool(_as_good(lines, find_touches(bars, lines, swings), count, span).any())


def _as_good(lines: Lines, touches: Touches, count: int, span: int) -> np.ndarray:
    return (touches.count > count) | ((touches.count == count) & (touches.latest - lines.first >= span))


def _shown_lines(bars: MirroredBars, first: Positions, second: Positions) -> Lines:
    """Return the lines through those pairs that are unbroken or recently broken, and lie near enough to the price."""
    slope = (bars.low[second] - bars.low[first]) / (second - first)
    today = bars.low[first] + slope * (bars.last - first)
    near = (np.abs(bars.close[-1] - today) <= SEARCH_ATR * bars.atr[-1]) & bars.has_price(today)
    first, second, slope = _drop_repeated(first[near], second[near], slope[near])
    crossed, broken = _find_breaks(bars, first, slope, settled_bars(bars))
    pending = crossed == bars.last
    shown = (crossed == NEVER) | pending | (broken > bars.last - SHOW_BROKEN_BARS) & (broken != NEVER)
    existed_before_break = second + 1 < crossed
    lines = Lines(first, bars.low[first], slope, crossed, broken)
    return _drop_coinciding(bars, lines.select(shown & existed_before_break))


def _drop_repeated(first: Positions, second: Positions, slope: Floats) -> tuple[Positions, Positions, Floats]:
    """Keep, of lines with one slope from one swing, that through the earliest second: equal lows make thousands."""
    order = np.lexsort((second, slope, first))
    repeated = (np.diff(first[order]) == 0) & (np.diff(slope[order]) == 0)
    kept = order[np.concatenate(([True], ~repeated))] if order.size else order
    return first[kept], second[kept], slope[kept]


def _find_breaks(bars: MirroredBars, first: Positions, slope: Floats, settled: int) -> tuple[Positions, Positions]:
    """Return the first close beyond tolerance, and the close that makes it a break: itself if 3% deep, or the next.

    A single close beyond tolerance, less than 3% deep, from which the next one recovers is no break. Such a line is
    neither unbroken nor broken, and is not shown: the line through the new low takes its place.
    """
    recent = np.arange(settled, bars.last + 1)
    line = bars.low[first][:, None] + slope[:, None] * (recent - first[:, None])
    close = bars.close[recent]
    beyond = (close + bars.tolerance[recent] < line) & (recent > first[:, None])
    crossed_at = beyond.argmax(axis=1)
    row = np.arange(first.size)
    deep = (close < bars.break_height(line))[row, crossed_at]
    next_at = np.minimum(crossed_at + 1, recent.size - 1)
    confirmed = beyond[row, next_at] & (next_at > crossed_at)
    never = ~beyond.any(axis=1)
    crossed = np.where(never, NEVER, recent[crossed_at])
    broken = np.where(deep, crossed, np.where(confirmed, crossed + 1, NEVER))
    return crossed, np.where(never, NEVER, broken)


def _drop_coinciding(bars: MirroredBars, lines: Lines) -> Lines:
    """Keep, of lines that coincide (three lows exactly in line, a flat stretch), the one with the earliest touch."""
    today = lines.heights_on(bars.last)
    order = np.lexsort((lines.first, lines.slope, today))
    coincide = (np.diff(today[order]) == 0) & (np.diff(lines.slope[order]) == 0)
    return lines.select(np.sort(order[np.concatenate(([True], ~coincide))])) if len(lines) else lines


def find_touches(bars: MirroredBars, lines: Lines, swings: Positions) -> Touches:
    """Return the swings within tolerance of each line, from its first touch to its break.

    Swings closer than `TOUCH_SPACING_BARS` to the touch before are left out.
    """
    swings = swings[np.searchsorted(swings, lines.first.min(initial=NEVER)) :]  # those before every line touch none
    distance = lines.heights_at(swings)
    distance -= bars.low[swings]
    near = np.flatnonzero(np.abs(distance, out=distance) <= bars.tolerance[swings])
    line, column = np.divmod(near, max(swings.size, 1))
    bar = swings[column]
    drawn = (bar >= lines.first[line]) & (bar < lines.crossed[line])
    line, column, bar = line[drawn], column[drawn], bar[drawn]
    counted = _spaced(line, bar, len(lines), bars.low.size)
    misfit = distance[line, column] / bars.tolerance[bar]
    line, bar, misfit = line[counted], bar[counted], misfit[counted]
    count = np.bincount(line, minlength=len(lines))
    latest = bar[np.cumsum(count) - 1]  # every line is touched at least by its own first swing
    return Touches(line, bar, count, latest, np.bincount(line, misfit, minlength=len(lines)) / count)


def _spaced(line: Positions, bar: Positions, lines: int, bars: int) -> Positions:
    """Return which touches count: the first of each line, then each that is far enough after the last counted one."""
    place = line * bars + bar
    pick = np.searchsorted(line, np.arange(lines))
    counted = np.zeros(line.size, dtype=bool)
    while pick.size:
        counted[pick] = True
        following = np.searchsorted(place, place[pick] + TOUCH_SPACING_BARS)
        inside = following < line.size
        pick, following = pick[inside], following[inside]
        pick = following[line[following] == line[pick]]
    return np.flatnonzero(counted)


def _standing_numbers(bars: MirroredBars, lines: Lines, touches: Touches) -> Positions:
    """Return the standing of each line, were none offered, as its position in `STANDINGS`: see `Trendline.standing`."""
    matters = _rises_from_recent_touches(bars, lines, touches)
    unbroken, pending = lines.crossed == NEVER, (lines.crossed != NEVER) & (lines.broken == NEVER)
    near = np.abs(bars.close[-1] - lines.heights_on(bars.last)) <= REACH_ATR * bars.atr[-1]
    under = _is_under_price(bars, lines)
    conditions = (
        unbroken & matters & under,
        (unbroken | pending) & matters & near & ~under,
        unbroken,
        pending,
        matters,
        np.full(len(lines), True),
    )
    return np.vstack(conditions).argmax(axis=0)


def _is_under_price(bars: MirroredBars, lines: Lines) -> np.ndarray:
    """Return which lines lie at or under the last close, by no more than 4 ATR."""
    depth = bars.close[-1] - lines.heights_on(bars.last)
    return (depth >= 0.0) & (depth <= REACH_ATR * bars.atr[-1])


def _rises_from_recent_touches(bars: MirroredBars, lines: Lines, touches: Touches) -> np.ndarray:
    """Return which lines rise, with two touches in a year and the newest in a quarter, up to today or their break."""
    end = np.minimum(lines.crossed, bars.last)
    in_year = touches.bar > end[touches.line] - YEAR_BARS
    count = np.bincount(touches.line[in_year], minlength=len(lines))
    return (lines.slope > 0) & (count >= YEAR_TOUCHES) & (touches.latest > end - RECENT_BARS)


def _distinct(bars: MirroredBars, lines: Lines, order: Positions) -> list[int]:
    """Return the best lines, `order` best first, each of which differs from the better ones (see `_differs`)."""
    kept: list[int] = []
    today = lines.heights_on(bars.last)
    for limit, unbroken in ((MAX_UNBROKEN, True), (MAX_BROKEN, False)):
        rest = order[(lines.broken[order] == NEVER) == unbroken]
        for _ in range(limit):
            if not rest.size:
                break
            kept.append(int(rest[0]))
            rest = rest[_differs(bars, lines, today, rest, rest[0])]
    return kept


def _differs(bars: MirroredBars, lines: Lines, today: Floats, others: Positions, line: int) -> np.ndarray:
    """Return which of `others` lie more than half an ATR from `line`, today or a quarter ago.

    Where one of the two lines is younger than a quarter, the day it begins counts instead. `today`: the height of each
    of `lines` at the last bar.
    """
    first = lines.first[others]
    begin = np.maximum(first, max(lines.first[line], bars.last - RECENT_BARS))
    begun = lines.base[others] + lines.slope[others] * (begin - first)
    reference = lines.base[line] + lines.slope[line] * (begin - lines.first[line])
    differs: np.ndarray = np.abs(begun - reference) > SAME_LINE_ATR * bars.atr[begin]
    return differs | (np.abs(today[others] - today[line]) > SAME_LINE_ATR * bars.atr[-1])
