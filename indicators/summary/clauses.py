"""Sentences as clauses, of which the most important are told first where a text would grow too long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

MAX_WORDS, MAX_SENTENCE_WORDS = 80, 30


class Rank(IntEnum):
    """How important a clause is, the most important first; a CORE one is always told."""

    CORE = 0
    STORY = 1
    NEXT = 2
    EXPOSED = 3
    MEAN = 4
    HISTORY = 5
    DETAILS = 6
    BEYOND = 7


@dataclass(frozen=True)
class Clause:
    """A part of a sentence with the punctuation and the space before it."""

    text: str
    rank: Rank = Rank.CORE


Sentence = tuple[Clause, ...]


def compose(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return the sentences with their periods: at most 80 words together, none of them above 30.

    Clauses are added by their rank, as long as they fit, and only where all more important ones before them in their
    sentence are told too. A sentence without any goes.
    """
    told = [{at for at, clause in enumerate(sentence) if clause.rank == Rank.CORE} for sentence in sentences]
    for rank in Rank:
        for number, sentence in enumerate(sentences):
            for at, clause in enumerate(sentence):
                leads = {before for before in range(at) if sentence[before].rank < rank}
                if clause.rank == rank and leads <= told[number] and _fits(sentences, told, number, at):
                    told[number].add(at)
    texts = (_text(sentence, chosen) for sentence, chosen in zip(sentences, told, strict=True))
    return tuple(f"{text}." for text in texts if text)


def _fits(sentences: Sequence[Sentence], told: Sequence[set[int]], number: int, at: int) -> bool:
    longer = len(_text(sentences[number], told[number] | {at}).split())
    others = (
        len(_text(sentence, chosen).split())
        for other, (sentence, chosen) in enumerate(zip(sentences, told, strict=True))
        if other != number
    )
    return longer <= MAX_SENTENCE_WORDS and longer + sum(others) <= MAX_WORDS


def _text(sentence: Sentence, chosen: Iterable[int]) -> str:
    return "".join(sentence[at].text for at in sorted(chosen))
