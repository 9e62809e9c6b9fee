"""Counts and lists in running text."""

from __future__ import annotations

from collections.abc import Sequence

from text.numbers import format_integer

NUMBER_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def number_word(count: int) -> str:
    """Return a count as a word up to twelve, in digits above: no, two, twelve, 1,204."""
    return NUMBER_WORDS[count] if 0 <= count < len(NUMBER_WORDS) else format_integer(count)


def count_phrase(count: int, noun: str) -> str:
    """Return a count with its noun, one as the article: a zone, an EMA, two EMAs, 27 firms."""
    if count == 1:
        return f"an {noun}" if noun[0] in "AEIOaeio" else f"a {noun}"
    return f"{number_word(count)} {noun}s"


def both_or_all(count: int) -> str:
    """Return the words for every one of a count: both, all three, all 27."""
    return "both" if count == 2 else f"all {number_word(count)}"


def join_words(words: Sequence[str], conjunction: str = "and") -> str:
    """Join words with commas and "and": one; one and two; one, two and three. Or with another conjunction."""
    return f" {conjunction} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def possessive(name: str) -> str:
    """Return a name in the possessive: Wedbush's, and in s Jefferies'. Source: Associated Press Stylebook."""
    return f"{name}'" if name.endswith(("s", "S")) else f"{name}'s"
