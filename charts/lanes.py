"""Lanes beside an axis: intervals that would cover one another stand side by side."""

from __future__ import annotations

from collections.abc import Sequence


def assign_lanes(intervals: Sequence[tuple[float, float]], lane_count: int) -> list[int]:
    """Return a lane from 0 to `lane_count` - 1 for each (low, high), so that those in one lane do not overlap.

    In the order of their lower ends, each takes the first lane that is free there, which needs no more lanes than
    intervals ever lie at one place (interval partitioning: Kleinberg & Tardos, "Algorithm Design", 4.1). Where all
    lanes are taken, it goes into the one that is free again soonest. Results are in the order of the input.
    """
    lanes = [0] * len(intervals)
    ends = [float("-inf")] * lane_count
    for index in sorted(range(len(intervals)), key=lambda index: intervals[index]):
        low, high = intervals[index]
        free = next((lane for lane, end in enumerate(ends) if end <= low), None)
        lane = ends.index(min(ends)) if free is None else free
        lanes[index], ends[lane] = lane, max(ends[lane], high)
    return lanes
