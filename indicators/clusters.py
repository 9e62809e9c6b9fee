"""Clusters: levels that lie so close together that the price meets them as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indicators.levels import Level, Role, ZoneEdgeOrigin
from text.prose import count_phrase, join_words

WIDEST_ATR = 1.0  # a usual day's range: the price meets all of them on one day
MIN_KINDS = 3  # two levels meet by chance; several EMAs are one thing, since they average the same closes


@dataclass(frozen=True)
class Cluster:
    """Technical levels of different kinds on one side of the price that lie close together, highest first.

    `count` counts a zone with both its edges in the cluster once. `label` names the levels without
    prices: "four EMAs and the middle band".
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
        return _count(self.levels)

    @property
    def label(self) -> str:
        return _describe(self.levels)


def find_clusters(levels: Iterable[Level], atr: float | None) -> tuple[Cluster, ...]:
    """Return the clusters among the technical ones of `levels`, highest first; none without an `atr`.

    A cluster is a run of levels of three kinds or more, all support or all resistance, that lie within 1 ATR. A level
    belongs to one cluster at most: of runs that overlap, the one of the most kinds is taken, then the one with the most
    levels (a zone counts once), then the one with more zone edges, then the tightest, then the nearest to the price.
    """
    if not atr:
        return ()
    technical = sorted((level for level in levels if level.is_technical), key=_bottom_up)
    sides = ([level for level in technical if level.role == role] for role in ("support", "resistance"))
    found = [cluster for side in sides for cluster in _best_runs(side, atr)]
    return tuple(sorted(found, key=lambda cluster: -cluster.high))


def _describe(levels: Sequence[Level]) -> str:
    """Return what `levels` are, the EMAs first: "two EMAs, a zone and the upper band"."""
    kinds = Counter(level.kind for level in levels)
    zones = _count([level for level in levels if level.kind == "zone"])
    several = [
        (kinds["ema"], "EMA"),
        (zones, "zone"),
        (kinds["trendline"], "trendline"),
        (kinds["gap edge"], "gap edge"),
        (kinds["old high"], "old high"),
    ]
    single = [f"the {level.label[0].lower()}{level.label[1:]}" for level in levels if level.kind in ("band", "52-week")]
    return join_words([*(count_phrase(count, name) for count, name in several if count), *single])


def _bottom_up(level: Level) -> tuple[float, bool]:
    """Sort key: the lowest first, and the bottom of a zone at a single price before its top."""
    return level.price, isinstance(level.origin, ZoneEdgeOrigin) and level.origin.edge == "top"


def _best_runs(side: Sequence[Level], atr: float) -> list[Cluster]:
    """Return the best runs of one side, `side` lowest first, none overlapping another."""
    free = [True] * len(side)
    found = []
    for first, last in sorted(_close_runs(side, atr), key=lambda run: _run_rank(side, *run)):
        if all(free[first : last + 1]):
            free[first : last + 1] = [False] * (last + 1 - first)
            found.append(Cluster(side[first].role, tuple(reversed(side[first : last + 1]))))
    return found


def _run_rank(side: Sequence[Level], first: int, last: int) -> tuple[int, int, int, float, float]:
    """Sort key of a run, the best first: see `find_clusters`."""
    run = side[first : last + 1]
    nearest_pct = min(abs(side[end].distance_pct) for end in (first, last))
    return -_kinds(run), -_count(run), first - last, side[last].price - side[first].price, nearest_pct


def _close_runs(side: Sequence[Level], atr: float) -> Iterator[tuple[int, int]]:
    """Yield the first and last position of every run that is close enough; `side` lowest first."""
    prices, kinds = [level.price for level in side], [level.kind for level in side]
    for first, lowest in enumerate(prices):
        met = {kinds[first]}
        for last in range(first + 1, len(side)):
            if prices[last] - lowest > WIDEST_ATR * atr:
                break
            met.add(kinds[last])
            if len(met) >= MIN_KINDS:
                yield first, last


def _kinds(levels: Iterable[Level]) -> int:
    return len({level.kind for level in levels})


def _count(levels: Sequence[Level]) -> int:
    """Return how many `levels` there are, a zone counted once; sorted by price, so a zone's edges are neighbors."""
    zones = [level.origin.zone for level in levels if isinstance(level.origin, ZoneEdgeOrigin)]
    return len(levels) - sum(zone == other for zone, other in pairwise(zones))
