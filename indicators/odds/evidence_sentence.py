"""What the evidence says in one sentence: what follows from it, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.odds.evidence import Evidence
from indicators.odds.reliability import Bin
from text.prose import join_words

TRUSTED_POINTS = 7.0  # a miss that a reader need not care about
MIN_CASES = 50  # of a bin that the sentence may speak of
EXAMPLE_BINS = (6, 5, 7, 4, 3, 2, 8, 1, 9, 0)  # the first that has cases enough: 60 to 70% says most


def evidence_sentence(evidence: Evidence) -> str:
    """Return whether the odds came true and whether any kind of level held more often than chance."""
    return f"{_odds_clause(evidence.touch_63)}; {_levels_clause(evidence)}."


def levels_sentence(evidence: Evidence) -> str:
    """Return whether any kind of level held more often than chance."""
    clause = _levels_clause(evidence)
    return f"{clause[0].upper()}{clause[1:]}."


def targets_sentence(evidence: Evidence) -> str:
    """Return how many of 100 earlier targets were reached, and what the odds had said; empty without any."""
    total = sum(evidence.targets, Bin())
    if not total.count:
        return ""
    return (
        f"Of 100 such targets, {total.touched_pct:.0f} were reached within twelve months; the odds on the day of each"
        f" had said {total.said_pct:.0f}."
    )


def _odds_clause(bins: Sequence[Bin]) -> str:
    example = next((number for number in EXAMPLE_BINS if bins[number].count >= MIN_CASES), None)
    if example is None:
        return "There are too few past sessions to tell whether the odds come true"
    came = f"Of 100 levels said to be reached with {10 * example} to {10 * (example + 1)}% within 63 sessions"
    worst = max(abs(one.miss_points) for one in bins if one.is_judged or one == bins[example])
    follows = (
        "so the odds can be taken at their word"
        if worst <= TRUSTED_POINTS
        else f"and the odds were off by up to {worst:.0f} points, so take them as rough"
    )
    return f"{came}, {bins[example].touched_pct:.0f} were, {follows}"


def _levels_clause(evidence: Evidence) -> str:
    better = [one.kind for one in evidence.kinds if one.verdict == "holds more often than chance"]
    if better:
        return (
            f"{join_words(better)} held more often here than levels without meaning, the other kinds did not, and of"
            f" {len(evidence.kinds)} kinds one may do so by luck"
        )
    if all(one.verdict == "too few visits" for one in evidence.kinds):
        return "there are too few visits to levels to tell whether they hold"
    return (
        "no kind of level held more often than levels without meaning, so a level nearby is no reason to expect a turn"
    )
