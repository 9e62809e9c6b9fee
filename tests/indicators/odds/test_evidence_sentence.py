"""What the evidence says in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.odds.evidence import Evidence
from indicators.odds.evidence_sentence import evidence_sentence, targets_sentence
from indicators.odds.level_holds import Holds, KindHolds
from indicators.odds.reliability import BINS, Bin

NONE = tuple(Bin() for _ in range(BINS))
PEERS = Holds(500, 1000)


def bins(**filled: Bin) -> tuple[Bin, ...]:
    """Return ten bins of which those named `b6` and so on are filled."""
    return tuple(filled.get(f"b{number}", Bin()) for number in range(BINS))


def evidence(touch: tuple[Bin, ...] = NONE, targets: tuple[Bin, ...] = NONE, *real: Holds) -> Evidence:
    kinds = tuple(
        KindHolds(kind, holds, PEERS, PEERS)
        for kind, holds in zip(("EMA 20", "Zones", "Gap edges"), real, strict=False)
    )
    return Evidence(touch, touch, targets, kinds, ())


def test_odds_that_come_true_and_levels_that_mean_nothing() -> None:
    found = evidence(bins(b6=Bin(100, 62, 65.0), b3=Bin(80, 30, 28.0)), NONE, Holds(52, 100), Holds(49, 100))
    assert evidence_sentence(found) == (
        "Of 100 levels said to be reached with 60 to 70% within 63 sessions, 62 were, so the odds can be taken at their"
        " word; no kind of level held more often than levels without meaning, so a level nearby is no reason to"
        " expect a turn."
    )


def test_odds_that_are_off_are_called_rough() -> None:
    found = evidence(bins(b6=Bin(100, 62, 65.0), b3=Bin(200, 30, 70.0), b1=Bin(199, 199, 20.0)), NONE, Holds(52, 100))
    assert "62 were, and the odds were off by up to 20 points, so take them as rough" in evidence_sentence(found)


def test_kinds_that_held_are_named_with_what_luck_does() -> None:
    found = evidence(NONE, NONE, Holds(80, 100), Holds(49, 100), Holds(75, 100))
    assert evidence_sentence(found) == (
        "There are too few past sessions to tell whether the odds come true; EMA 20 and Gap edges held more often here"
        " than levels without meaning, the other kinds did not, and of 3 kinds one may do so by luck."
    )


def test_without_visits_nothing_is_claimed_of_levels() -> None:
    assert evidence_sentence(evidence(NONE, NONE, Holds())).endswith(
        "too few visits to levels to tell whether they hold."
    )


@pytest.mark.parametrize(("touched", "said"), [(75, 67.0)])
def test_targets_in_a_hundred(touched: int, said: float) -> None:
    found = replace(evidence(), targets=bins(b6=Bin(100, touched, said)))
    assert targets_sentence(found) == (
        "Of 100 such targets, 75 were reached within twelve months; the odds on the day of each had said 67."
    )
    assert targets_sentence(evidence()) == ""
