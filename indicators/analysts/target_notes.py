"""Sentences beside the consensus: which targets it leaves out, and how old its newest one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indicators.analysts.consensus import Consensus
from indicators.analysts.targets import CurrentTarget, Doubt
from market import PriceTarget
from text import numbers
from text.prose import join_words

PHRASES: dict[Doubt, str] = {
    "stale": "stale",
    "unusual": "unusual, not counted",
    "basis unsure": "shares unsure, not counted",
}
# What else a target is left out for; the sentence on the consensus says that stale ones are
REASONS: dict[Doubt, str] = {
    "unusual": "unusual, more than 4 times or less than a quarter of the close of its day",
    "basis unsure": "from before a split, and in old or new shares, which cannot be told",
}
MAX_NAMES = 4


def target_notes(
    targets: Iterable[CurrentTarget], foreign: Sequence[PriceTarget], consensus: Consensus | None
) -> tuple[str, ...]:
    """Return what to say beside the consensus of `targets`, one sentence each; `foreign`: in other currencies."""
    return (*_age_note(consensus), *_doubt_notes(targets), *_currency_note(foreign))


def age_phrase(consensus: Consensus) -> str:
    """Return how old the newest target of the consensus is: "newest 3 days old", "newest set that day"."""
    return (
        f"newest {numbers.format_count(consensus.age_days, 'day')} old" if consensus.age_days else "newest set that day"
    )


def doubt_phrase(target: CurrentTarget) -> str:
    """Return why a target is not counted in two or three words, empty where it is."""
    return "" if target.doubt is None else PHRASES[target.doubt]


def _age_note(consensus: Consensus | None) -> Iterator[str]:
    if consensus is not None and consensus.is_old:
        yield (
            f"The newest target is of {numbers.format_day(consensus.newest)},"
            f" {numbers.format_count(consensus.age_days, 'day')} old: more than half a year."
        )


def _doubt_notes(targets: Iterable[CurrentTarget]) -> Iterator[str]:
    doubted = [(target.doubt, target.firm) for target in targets if target.doubt in REASONS]
    for doubt in sorted(REASONS):
        if firms := sorted(firm for firm_doubt, firm in doubted if firm_doubt == doubt):
            yield _sentence(firms, REASONS[doubt])


def _currency_note(foreign: Sequence[PriceTarget]) -> Iterator[str]:
    if foreign:
        currencies = join_words(sorted({row.currency or "" for row in foreign}))
        yield _sentence([row.firm for row in foreign], f"in {currencies}, not in the currency of the price")


def _sentence(firms: Sequence[str], reason: str) -> str:
    count = numbers.format_count(len(firms), "target")
    named = join_words(firms) if len(firms) <= MAX_NAMES else f"{', '.join(firms[:MAX_NAMES])} and others"
    return f"Not counted: {count} of {named}, {reason}."
