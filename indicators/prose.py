"""Counts and lists as prose has them."""

from __future__ import annotations

from collections.abc import Sequence

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def in_words(count: int) -> str:
    """A count: words up to twelve, figures above."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,d}"


def counted(count: int, noun: str) -> str:
    """So many of a thing: a zone, an EMA, two EMAs, 27 firms."""
    if count == 1:
        return f"an {noun}" if noun[0] in "AEIOaeio" else f"a {noun}"
    return f"{in_words(count)} {noun}s"


def all_of(count: int) -> str:
    """Every one of so many: both, all three, all 27."""
    return "both" if count == 2 else f"all {in_words(count)}"


def listed(words: Sequence[str]) -> str:
    """The words one after another: one; one and two; one, two and three."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
