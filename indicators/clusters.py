"""Clusters: levels that lie so close together that the price meets them as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indicators.levels import LOWER_EDGE, TECHNICAL, UPPER_EDGE, Level, Role
from text.prose import count_phrase, join_words

CLOSE_ATR = 0.5  # neighbours are this close on average: half a usual day parts them
GAP_ATR = 0.75  # and no two of them further apart, or an outlier would ride on the others' closeness
WIDEST_ATR = 2.5  # a week's usual walk; a wider run of levels is a ladder, not a place


@dataclass(frozen=True)
class Cluster:
    """Technical levels on one side of the price that stand together, highest first.

    `count`: the levels, a zone whose edges are both among them counted once. `label` names them without figures:
    «four EMAs and the middle band».
    """

    role: Role
    levels: tuple[Level, ...]

    @property
    def high(self) -> float:
        return self.levels[0].price

    @property
    def low(self) -> float:
        return self.levels[-1].price

    @property
    def count(self) -> int:
        return _count([level.label for level in reversed(self.levels)])

    @property
    def label(self) -> str:
        return join_words(_names(self.levels))


def clusters(levels: Iterable[Level], atr: float | None) -> tuple[Cluster, ...]:
    """The clusters among `levels` (targets are no levels of trade), highest first; none without an `atr`.

    A cluster is a run of two levels or more, all support or all resistance, that lie within half an ATR of each other
    on average, with no gap above 0.75 ATR, over 2.5 ATR at most. A level belongs to one cluster at most: where runs
    overlap the one of most levels stands (a zone is one), then that with more edges of zones, the tightest, the one
    nearest to the price.
    """
    if not atr:
        return ()
    technical = sorted((level for level in levels if level.kind in TECHNICAL), key=_height)
    sides = ([each for each in technical if each.role == role] for role in ("support", "resistance"))
    found = [cluster for side in sides for cluster in _apart(side, atr)]
    return tuple(sorted(found, key=lambda found_item: -found_item.high))


def _height(level: Level) -> tuple[float, bool]:
    """Lowest first, of a zone at a single price the lower edge first."""
    return level.price, level.label == UPPER_EDGE


def _apart(side: Sequence[Level], atr: float) -> list[Cluster]:
    """Of the runs of one side those that stand, none overlapping another."""
    free = [True] * len(side)
    found = []
    for first, last in sorted(_runs(side, atr), key=lambda run: _standing(side, *run)):
        if all(free[first : last + 1]):
            free[first : last + 1] = [False] * (last + 1 - first)
            found.append(Cluster(side[first].role, tuple(reversed(side[first : last + 1]))))
    return found


def _standing(side: Sequence[Level], first: int, last: int) -> tuple[int, int, float, float]:
    count = _count([each.label for each in side[first : last + 1]])
    return (
        -count,
        first - last,
        side[last].price - side[first].price,
        min(abs(side[each].distance_pct) for each in (first, last)),
    )


def _runs(side: Sequence[Level], atr: float) -> Iterator[tuple[int, int]]:
    """First and last position of every run that is close enough; `side` lowest first."""
    for first, lowest in enumerate(side):
        for last in range(first + 1, len(side)):
            span = side[last].price - lowest.price
            if span > WIDEST_ATR * atr or side[last].price - side[last - 1].price > GAP_ATR * atr:
                break
            count = _count([each.label for each in side[first : last + 1]])
            if count > 1 and span <= CLOSE_ATR * (count - 1) * atr:
                yield first, last


def _count(labels: Sequence[str]) -> int:
    """Levels of a run, lowest first. Zones do not overlap, so each upper edge but a leading one follows its lower."""
    edges = [each for each in labels if each in (UPPER_EDGE, LOWER_EDGE)]
    zones = edges.count(LOWER_EDGE) + (edges[:1] == [UPPER_EDGE])
    return len(labels) - len(edges) + zones


def _names(levels: Sequence[Level]) -> list[str]:
    """What is in it, the EMAs first: «two EMAs», «a zone», «the upper band»."""
    kinds = Counter(level.kind for level in levels)
    zones = _count([level.label for level in reversed(levels) if level.kind == "zone"])
    several = [("ema", kinds["ema"], "EMA"), ("zone", zones, "zone"), ("trendline", kinds["trendline"], "trendline")]
    single = [f"the {level.label[0].lower()}{level.label[1:]}" for level in levels if level.kind in ("band", "52-week")]
    return [count_phrase(count, name) for _, count, name in several if count] + single
