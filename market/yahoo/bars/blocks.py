"""Blocks of bars in another unit, or in the shares on the other side of a listed split: which bars, and by what factor.

A block shows in the steps from one bar to the next: prices jump by its factor where it begins, and back where it ends.
Of all the ways to explain the large steps of a series, as edges of blocks or as moves of the market, the one is taken
that leaves the market the least to explain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

UNITS = (100.0, 1000.0)  # pence in a pound, fils in a dinar
MIN_SHARE = 0.1  # of the bars: fewer are slips, and say nothing of the unit of the others
UNIT_TOLERANCE = math.log(1.5)  # a day's move beside a change of unit
MIN_SPLIT = 1.25  # a stock dividend looks like a day's move
MIN_SPLIT_SIGMAS = 6.0  # usual daily moves: a smaller split does too
SIGMA_OF_MEDIAN = 1.4826  # of the absolute moves, if they are normal: a few wild days change it little
SPLIT_TOLERANCE, SPLIT_TOLERANCE_SIGMAS = math.log(1.25), 4.0  # a day's move beside a split, and in a wild share
FREE_SPLIT = 4.0  # from here on a block in other shares may lie far from the split: no market jumps so and back
LARGE_SPLIT, LARGE_TOLERANCE = 40.0, math.log(2.5)  # the first day after a reverse split of 190:1 may halve the price
NEAR_BARS, NEAR_WIDE_BARS, WIDE_SPLIT = 1, 10, 2.0  # the listed day of a split may be off, by more where it shows well


@dataclass(frozen=True)
class BlockFactors:
    """How many times too high the prices of each bar are, and how many times too low its volume; 1 where right."""

    price: Floats
    volume: Floats


@dataclass(frozen=True)
class _Block:
    """What a block may be: its prices are exp(`height`) times too high.

    `begins_near`, `ends_near`: only near the split's day. `is_first`, `is_last`: it may hold the first bar and so have
    no beginning, or the last and have no end.
    """

    height: float
    begins_near: bool = False
    ends_near: bool = False
    is_first: bool = False
    is_last: bool = False


NO_BLOCK = _Block(0.0, is_first=True, is_last=True)


@dataclass(frozen=True)
class _Step:
    """A large step of the log price to the bar at `at`, and by how much it may miss the edge of a block.

    `is_near`: near the split's day.
    """

    at: int
    size: float
    tolerance: float
    is_near: bool


def find_block_factors(prices: Floats, volume: Floats, splits: Floats, is_minor_unit: bool = False) -> BlockFactors:
    """Return the factors of all bars, oldest first.

    `prices`: shape (bars, 4), NaN where missing. `splits`: new shares per old share on each bar, 0 without a split.
    All bars before a split may be in old shares, and so may a block that begins or ends at the split; from 4:1 on any
    block may be in the shares on the other side. The right unit is that of most bars with volume. Where the share is
    quoted in pence or the like (`is_minor_unit`), a price below one of them is in pounds if a tenth of the bars say so.
    """
    level = _log_levels(prices)
    price, volume_gain = np.zeros(len(level)), np.zeros(len(level))
    for place in np.flatnonzero((splits >= MIN_SPLIT) | ((splits > 0.0) & (splits <= 1.0 / MIN_SPLIT)))[::-1]:
        steps = _steps_at_split(level - price, float(splits[place]), int(place))
        blocks = _blocks_at_split(math.log(splits[place]))
        found = _explain(steps, blocks, len(level))
        price += np.array([block.height for block in blocks])[found]
        volume_gain += np.array([block.height if block.is_first else 0.0 for block in blocks])[found]
    unit = _units(level - price, splits)
    lowest = -float(np.median(level - price - unit)) if is_minor_unit and len(level) else -math.inf
    price += unit - _right_unit(unit, volume, lowest)
    return BlockFactors(np.exp(price), np.exp(volume_gain))


def _log_levels(prices: Floats) -> Floats:
    """Return the log of the median price of each bar, that of the bar before where none is known."""
    known = np.where(prices > 0.0, prices, np.nan)
    has_price = ~np.isnan(known).all(axis=1)
    level = np.full(len(prices), np.nan)
    level[has_price] = np.log(np.nanmedian(known[has_price], axis=1))
    newest = np.maximum.accumulate(np.where(has_price, np.arange(len(level)), -1))
    first = level[has_price][:1]
    return np.where(newest >= 0, level[newest], first if first.size else 0.0)


def _blocks_at_split(height: float) -> list[_Block]:
    """Return what may be in other shares than today's: nothing at all comes first."""
    near = [
        _Block(height, begins_near=True, ends_near=True, is_first=True),
        _Block(height, ends_near=True),
        _Block(height, begins_near=True),
    ]
    free = [_Block(height), _Block(-height)] if abs(height) >= math.log(FREE_SPLIT) - 1e-9 else []
    return [NO_BLOCK, *near, *free]


def _steps_at_split(level: Floats, split: float, place: int) -> list[_Step]:
    """Return the steps that an edge of a block in other shares may explain; none where the market may do the same."""
    moves, height = np.diff(level), abs(math.log(split))
    sigma = SIGMA_OF_MEDIAN * float(np.median(np.abs(moves))) if len(moves) else 0.0
    if height < MIN_SPLIT_SIGMAS * sigma:
        return []
    near = NEAR_WIDE_BARS if height >= math.log(WIDE_SPLIT) else NEAR_BARS
    is_near = np.abs(np.arange(1, len(level)) - place) <= near
    missed = np.abs(np.abs(moves) - height)
    is_unit = np.min([np.abs(np.abs(moves) - math.log(unit)) for unit in UNITS], axis=0) < missed
    usual = min(max(SPLIT_TOLERANCE, SPLIT_TOLERANCE_SIGMAS * sigma), height / 2.0)
    tolerance = np.where((height >= math.log(LARGE_SPLIT)) & (is_near | ~is_unit), LARGE_TOLERANCE, usual)
    return [
        _Step(int(at) + 1, float(moves[at]), float(tolerance[at]), bool(is_near[at]))
        for at in np.flatnonzero(missed <= tolerance)
    ]


def _units(level: Floats, splits: Floats) -> Floats:
    """Return the log of the unit of each bar, relative to that of the first stretch of bars.

    Where a large split was, a step of about its size is no change of unit.
    """
    blocks = [NO_BLOCK]
    blocks += [_Block(sign * math.log(unit), is_first=True, is_last=True) for unit in UNITS for sign in (1.0, -1.0)]
    is_large = (splits >= LARGE_SPLIT) | ((splits > 0.0) & (splits <= 1.0 / LARGE_SPLIT))
    beside = np.convolve(is_large, [1, 1, 1], "same") > 0
    moves = np.diff(level)
    large = np.flatnonzero((np.abs(moves) >= math.log(UNITS[0]) - UNIT_TOLERANCE) & ~beside[1:])
    steps = [_Step(int(at) + 1, float(moves[at]), UNIT_TOLERANCE, False) for at in large]
    return np.array([block.height for block in blocks])[_explain(steps, blocks, len(level))]


def _right_unit(unit: Floats, volume: Floats, lowest: float) -> float:
    """Return the log unit of most bars with volume (of all bars without any), of two as common the newer one.

    One of `lowest` or more that a tenth of them have comes first.
    """
    traded = unit[volume > 0.0] if (volume > 0.0).any() else unit
    values, newest_first, counts = np.unique(traded[::-1], return_index=True, return_counts=True)
    is_low = (values < lowest) | (counts < MIN_SHARE * traded.size)
    return float(values[np.lexsort((newest_first, -counts, is_low))][0])


def _explain(steps: Sequence[_Step], blocks: Sequence[_Block], bars: int) -> Positions:
    """Return the position in `blocks` of what each bar is in, so that least is left to explain.

    What is left: the size of each step that is no edge; of an edge, by how much it misses the block's height, and half
    that height, since an edge would explain any move of more than half of it. `blocks[0]` is none, and edges join it
    with the others.
    """
    cost = np.array([0.0 if block.is_first else np.inf for block in blocks])
    height = np.array([block.height for block in blocks])
    begins_near, ends_near = (
        np.array([getattr(block, name) for block in blocks]) for name in ("begins_near", "ends_near")
    )
    came_from = []
    for step in steps:
        begin = cost[0] + _cost_of_edge(step, height, begins_near)
        end = cost + _cost_of_edge(step, -height, ends_near)
        stay = cost + abs(step.size)
        origin = np.where(begin < stay, 0, np.arange(len(blocks)))
        cost = np.minimum(begin, stay)
        cost[0], origin[0] = (end.min(), end.argmin()) if end.min() < stay[0] else (stay[0], 0)
        came_from.append(origin)
    cost[[not block.is_last for block in blocks]] = np.inf
    found = np.zeros(bars, dtype=np.intp)
    at, until = int(cost.argmin()), bars
    for step, origin in zip(reversed(steps), reversed(came_from), strict=True):
        found[step.at : until] = at
        at, until = int(origin[at]), step.at
    found[:until] = at
    return found


def _cost_of_edge(step: _Step, height: Floats, near_only: NDArray[np.bool_]) -> Floats:
    """Return, for an edge of each height at that step, what is left to explain; infinite where there can be none."""
    left = np.abs(step.size - height)
    is_edge = (left <= step.tolerance) & (height != 0.0) & (step.is_near | ~near_only)
    return np.where(is_edge, left + np.abs(height) / 2.0, np.inf)
