"""The consensus, on one day and through time."""

from __future__ import annotations

import math
import statistics
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysts.consensus import consensus, consensus_through_time
from indicators.analysts.targets import current_targets
from market import PriceTarget
from tests.support import real_googl
from tests.support.examples import examples

FIRST = date(2024, 1, 1)


def test_stale_targets_are_left_out():
    rows = [
        PriceTarget("X", firm, day, target)
        for firm, day, target in (
            ("A", date(2025, 11, 1), 18.0),
            ("B", date(2025, 1, 2), 24.0),
            ("C", date(2025, 10, 1), 15.0),
            ("D", date(2024, 1, 1), 90.0),
        )
    ]
    result = consensus(current_targets(rows, date(2025, 11, 24), 16.0), 16.0)
    assert result is not None
    assert (result.count, result.mean, result.median, result.high, result.low) == (3, 19.0, 18.0, 24.0, 15.0)
    assert result.upside_pct == pytest.approx(18.75)


def test_without_a_live_target_there_is_no_consensus():
    stale = [PriceTarget("X", "A", date(2020, 1, 1), 18.0)]
    assert consensus((), 16.0) is None
    assert consensus(current_targets(stale, date(2025, 11, 24), 16.0), 16.0) is None


def assert_equals_each_day(rows, through_time, days):
    for day in days:
        at = consensus(current_targets(rows, day.date(), 100.0), 100.0)
        step = through_time.loc[day]
        if at is None:
            assert step["count"] == 0 and math.isnan(step["mean"]) and math.isnan(step["median"])
        else:
            assert step["count"] == at.count
            assert (step["mean"], step["median"]) == (pytest.approx(at.mean), pytest.approx(at.median))


def test_googl_consensus_through_time_equals_the_consensus_of_each_day():
    bars = real_googl.bars()
    rows = real_googl.adjusted_targets()
    assert_equals_each_day(rows, consensus_through_time(rows, bars.index), bars.index[::37])


ROWS = st.lists(
    st.builds(
        lambda firm, day, target, prior, own: PriceTarget(
            "X", firm, FIRST + timedelta(days=day), target, prior, source="own" if own else "yahoo"
        ),
        st.sampled_from(["A", "B", "C", "JP Morgan", "J.P. Morgan"]),
        st.integers(0, 900),
        st.none() | st.integers(1, 9).map(float),
        st.none() | st.integers(1, 9).map(float),
        st.booleans(),
    ),
    max_size=30,
)


@settings(max_examples=examples(60), deadline=None)
@given(ROWS, st.integers(0, 1300))
def test_each_step_equals_the_consensus_of_its_day_and_uses_nothing_later(rows, cut):
    sessions = pd.bdate_range(FIRST, periods=950)
    through_time = consensus_through_time(rows, sessions)
    change_days = {row.date + timedelta(days=age) for row in rows for age in (0, 365, 366)}
    assert_equals_each_day(rows, through_time, [day for day in sessions if day.date() in change_days] + [sessions[-1]])
    day = pd.Timestamp(FIRST + timedelta(days=cut))
    known = consensus_through_time([row for row in rows if row.date <= day.date()], sessions)
    pd.testing.assert_frame_equal(known[:day], through_time[:day])


def test_median_and_mean_equal_those_of_the_standard_library():
    targets = [3.0, 9.0, 1.0, 7.0]
    rows = [PriceTarget("X", f"Firm {n}", FIRST, target) for n, target in enumerate(targets)]
    step = consensus_through_time(rows, pd.bdate_range(FIRST, periods=1)).iloc[0]
    assert (step["median"], step["mean"]) == (statistics.median(targets), statistics.mean(targets))
