"""Rating changes: every row of coverage as the news of its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysts.rating_changes import rating_changes
from indicators.analysts.split_adjustment import AdjustedTarget, adjust_for_splits
from market import PriceTarget
from tests.support import real_googl
from tests.support.examples import examples
from text.numbers import PriceFormat

MONDAY = date(2025, 11, 24)
CLOSES = pd.Series([14.14, 16.77], index=pd.DatetimeIndex(["2025-11-21", "2025-11-24"]))
UPGRADE = PriceTarget("CIFR", "JP Morgan", MONDAY, 18.0, 12.0, "Overweight", "Neutral")


def adjusted(*rows: PriceTarget) -> tuple[AdjustedTarget, ...]:
    return adjust_for_splits(rows, CLOSES, pd.Series(dtype=float))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Overweight from Neutral, target $18 from $12"),
        ({"prior_rating": "Overweight", "target": 14.0, "prior_target": 14.0}, "Overweight, target $14 kept"),
        ({"action": "initiated", "prior_rating": None, "prior_target": None}, "initiated at Overweight, target $18"),
        ({"rating": None, "prior_rating": None, "target": 17.5}, "target $17.50 from $12"),
        ({"target": None, "prior_target": None}, "Overweight from Neutral"),
        ({"target": None, "prior_target": None, "rating": None}, "no figures given"),
    ],
)
def test_words_describe_the_row(changed, words):
    (event,) = rating_changes(adjusted(replace(UPGRADE, **changed)), MONDAY)
    assert event.words(PriceFormat("$")) == words


@pytest.mark.parametrize(
    ("day", "close", "upside"),
    [("2025-11-24", 16.77, 7.334526), ("2025-11-23", 14.14, 27.298444), ("2025-11-20", None, None)],
)
def test_upside_uses_the_close_of_the_day_or_of_the_session_before(day, close, upside):
    (event,) = rating_changes(adjusted(replace(UPGRADE, date=date.fromisoformat(day))), MONDAY)
    assert event.close == close
    assert event.upside_pct == (upside and pytest.approx(upside, abs=1e-6))


def test_a_repeated_row_is_kept_once_and_the_own_one_is_preferred():
    own = replace(UPGRADE, source="own", firm="JPMorgan", note="mine")
    for rows in ([UPGRADE, own, UPGRADE], [own, UPGRADE, UPGRADE]):
        assert [event.note for event in rating_changes(adjusted(*rows), MONDAY)] == ["mine"]


@pytest.fixture(scope="module")
def googl():
    return real_googl.adjusted_targets()


def test_all_googl_rows_are_kept_but_the_repeats_under_nomuras_second_name(googl):
    events = rating_changes(googl, date(2025, 10, 27))
    assert len(events) == 921 - 2
    assert [event.firm for event in events if event.date == date(2020, 4, 29)].count("Nomura") == 1
    assert [event.date for event in events] == sorted((event.date for event in events), reverse=True)


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 5000))
def test_no_day_uses_a_later_row(googl, days):
    as_of = date(2012, 3, 1) + timedelta(days=days)
    events = rating_changes(googl, as_of)
    assert all(event.date <= as_of for event in events)
    assert events == rating_changes([row for row in googl if row.date <= as_of], as_of)
