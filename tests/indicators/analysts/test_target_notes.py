"""Sentences beside the consensus: its age, and which targets it leaves out and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from indicators.analysts.consensus import consensus
from indicators.analysts.split_adjustment import AdjustedTarget
from indicators.analysts.target_notes import age_phrase, doubt_phrase, target_notes
from indicators.analysts.targets import current_targets, foreign_targets

TODAY = date(2025, 11, 24)


def target(firm: str, age_days: int = 3, figure: float = 12.0, **known: object) -> AdjustedTarget:
    return AdjustedTarget("X", firm, TODAY - timedelta(days=age_days), figure, close=10.0, **known)


def notes(*rows: AdjustedTarget) -> tuple[str, ...]:
    current = current_targets(rows, TODAY, 10.0)
    return target_notes(current, foreign_targets(rows, TODAY), consensus(current, 10.0))


def test_a_fresh_consensus_needs_no_note():
    assert notes(target("Alder"), target("Birch", 100), target("Cedar", 400)) == ()
    assert notes() == ()


@pytest.mark.parametrize(("age", "said"), [(182, False), (183, True), (365, True)])
def test_half_a_year_without_a_new_target_is_mentioned(age, said):
    found = notes(target("Alder", age), target("Birch", 365))
    day = TODAY - timedelta(days=age)
    expected = f"The newest target is of {day.day} {day:%b %Y}, {age} days old: more than half a year."
    assert found == ((expected,) if said else ())


def test_a_target_that_does_not_count_makes_the_consensus_no_younger():
    (age, unusual) = notes(target("Alder", 200), target("Birch", 1, 99.0))
    assert "200 days old" in age
    assert unusual.startswith("Not counted: 1 target of Birch, unusual")


def test_each_kind_of_uncounted_target_is_one_sentence():
    found = notes(
        target("Alder"),
        target("Birch", figure=99.0),
        target("Cedar", figure=1.0),
        target("Dorn", basis_unsure=True),
        target("Elm", currency="CNY"),
    )
    assert found == (
        "Not counted: 1 target of Dorn, from before a split, and in old or new shares, which cannot be told.",
        "Not counted: 2 targets of Birch and Cedar,"
        " unusual, more than 4 times or less than a quarter of the close of its day.",
        "Not counted: 1 target of Elm, in CNY, not in the currency of the price.",
    )


def test_many_firms_are_counted_and_a_few_are_named():
    (sentence,) = notes(target("Alder"), *(target(f"Firm {letter}", figure=99.0) for letter in "ABCDEF"))
    assert sentence.startswith("Not counted: 6 targets of Firm A, Firm B, Firm C, Firm D and others, unusual")


@pytest.mark.parametrize(
    ("row", "phrase"),
    [
        (target("A"), ""),
        (target("A", 400), "stale"),
        (target("A", figure=99.0), "unusual, not counted"),
        (target("A", basis_unsure=True), "shares unsure, not counted"),
    ],
)
def test_the_doubt_in_a_few_words(row, phrase):
    assert [doubt_phrase(current) for current in current_targets([row], TODAY, 10.0)] == [phrase]


@pytest.mark.parametrize(
    ("age", "phrase"), [(0, "newest set that day"), (1, "newest 1 day old"), (190, "newest 190 days old")]
)
def test_the_age_in_a_few_words(age, phrase):
    found = consensus(current_targets([target("A", age)], TODAY, 10.0), 10.0)
    assert found is not None and age_phrase(found) == phrase
