"""Faults of bars are counted by day, each kind in one sentence, also across stored and newer bars."""

from __future__ import annotations

from datetime import date

import pytest

from market.bar_faults import SENTENCES, BarFault, FaultKind, join_faults, sentences

FIRST, SECOND, THIRD, FOURTH = (date(2025, 11, day) for day in (17, 18, 19, 20))


@pytest.mark.parametrize("kind", SENTENCES)
def test_every_kind_counts_one_bar_and_many(kind: FaultKind) -> None:
    assert BarFault(kind, (FIRST,)).sentence.startswith("1 bar ")
    assert BarFault(kind, (FIRST, SECOND, THIRD, FOURTH)).sentence.startswith("4 bars ")
    assert "{" not in BarFault(kind, undated=2).sentence


def test_a_sentence_names_three_days() -> None:
    assert BarFault("no close", (FIRST, SECOND, THIRD, FOURTH)).sentence == (
        "4 bars without a price were left out: 2025-11-17, 2025-11-18, 2025-11-19 and 1 more"
    )


def test_sentences_come_in_one_order() -> None:
    faults = [BarFault("widened", (FIRST,)), BarFault("repaired", (SECOND,))]
    assert sentences(faults) == sentences(faults[::-1])
    assert sentences(faults)[0].startswith("1 bar was repaired")


def test_newer_faults_replace_those_of_the_days_fetched_again() -> None:
    older = (BarFault("widened", (FIRST, SECOND, THIRD)), BarFault("no close", (THIRD,)))
    newer = (BarFault("widened", (THIRD, FOURTH)), BarFault("future", (FOURTH,)))
    assert join_faults(older, newer, THIRD) == (
        BarFault("future", (FOURTH,)),
        BarFault("widened", (FIRST, SECOND, THIRD, FOURTH)),
    )
