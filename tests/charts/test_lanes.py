"""Tests of lanes: intervals of one lane never overlap, and no more lanes are used than needed."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from charts.lanes import assign_lanes

ends = st.integers(0, 40)
intervals_of_length = st.lists(st.tuples(ends, st.integers(1, 12)).map(lambda pair: (pair[0], sum(pair))), max_size=12)


def most_at_one_place(intervals: list[tuple[int, int]]) -> int:
    return max((sum(low <= place < high for low, high in intervals) for place in range(60)), default=0)


@given(intervals_of_length)
def test_intervals_of_one_lane_do_not_overlap(intervals: list[tuple[int, int]]) -> None:
    lanes = assign_lanes(intervals, max(most_at_one_place(intervals), 1))
    for (a, lane_a), (b, lane_b) in combinations(zip(intervals, lanes, strict=True), 2):
        assert lane_a != lane_b or min(a[1], b[1]) <= max(a[0], b[0])


@given(intervals_of_length)
def test_no_more_lanes_are_used_than_intervals_lie_at_one_place(intervals: list[tuple[int, int]]) -> None:
    assert len(set(assign_lanes(intervals, 20))) == most_at_one_place(intervals)


@given(intervals_of_length, st.integers(1, 3))
def test_too_many_intervals_share_the_lanes_there_are(intervals: list[tuple[int, int]], lane_count: int) -> None:
    lanes = assign_lanes(intervals, lane_count)
    assert len(lanes) == len(intervals) and set(lanes) <= set(range(lane_count))


def test_a_full_row_goes_into_the_lane_that_is_free_again_soonest() -> None:
    assert assign_lanes([(0, 9), (0, 4), (2, 5)], 2) == [1, 0, 0]
