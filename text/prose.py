"""Counts and lists as prose has them."""

from __future__ import annotations

from collections.abc import Sequence

NUMBER_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def number_word(count: int) -> str:
    """A count: words up to twelve, figures above."""
    return NUMBER_WORDS[count] if 0 <= count < len(NUMBER_WORDS) else f"{count:,d}"


def count_phrase(count: int, noun: str) -> str:
    """So many of a thing: a zone, an EMA, two EMAs, 27 firms."""
    if count == 1:
        return f"an {noun}" if noun[0] in "AEIOaeio" else f"a {noun}"
    return f"{number_word(count)} {noun}s"


def both_or_all(count: int) -> str:
    """Every one of so many: both, all three, all 27."""
    return "both" if count == 2 else f"all {number_word(count)}"


def join_words(words: Sequence[str]) -> str:
    """The words one after another: one; one and two; one, two and three."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
