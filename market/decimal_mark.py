"""Which mark separates decimals in a file of numbers: decided once, from all of its cells.

`1.875,50` can only have a decimal comma, `18.5` only a decimal point; `2.250` may be either. One cell that is certain
settles the whole file. Where none is, or two contradict each other, every cell that depends on it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Mark = Literal[".", ","]
MARKS: tuple[Mark, Mark] = (".", ",")
OTHER: dict[str, Mark] = {".": ",", ",": "."}

DIGITS = re.compile(r"[0-9]{1,12}")
DIGITS_AND_MARKS = re.compile(r"[0-9][0-9.,]*")
# Thousands in groups that neither mark makes: 1 875,50 and 1'875.50
GROUPED = re.compile(r"[0-9]{1,3}(?:[ '\u2019\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
GROUP_MARKS = re.compile(r"[ '\u2019\u00a0\u202f]")
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # a point or a comma before exactly three digits


@dataclass(frozen=True)
class NumberStyle:
    """How a file writes its numbers. `mark`: its decimal mark, None where it cannot be told.

    `contradiction`: a cell with a decimal point and one with a decimal comma, each with its line, where there are both.
    """

    mark: Mark | None
    contradiction: tuple[tuple[int, str], tuple[int, str]] | None = None

    def doubt(self, text: str) -> str | None:
        """Return why the number cannot be read with certainty, and what to do, as the end of a sentence; else None."""
        bare = _ungrouped(text)
        if self.mark is not None or not DIGITS_AND_MARKS.fullmatch(bare) or DIGITS.fullmatch(bare):
            return None
        if self.contradiction is not None:
            (line, point), (other_line, comma) = self.contradiction
            return (
                f"cannot be read: the file has a decimal point in line {line} ({point}) and a decimal comma in line"
                f" {other_line} ({comma}), so write all its numbers with a point, such as 1875.50"
            )
        if not AMBIGUOUS.fullmatch(bare):
            return None
        whole, _, decimals = bare.replace(",", ".").partition(".")
        return (
            f"may be {whole}{decimals} or {whole}.{decimals}: write it without a separator of thousands and with two"
            f" decimals, such as {whole}{decimals}.00"
        )

    def value(self, text: str) -> float | None:
        """Return the number, None where the text is no plain number in this style; there must be no doubt."""
        bare = _ungrouped(text)
        if DIGITS.fullmatch(bare):
            return float(bare)
        if self.mark is None or not _fits(bare, self.mark):
            return None
        return float(bare.replace(OTHER[self.mark], "").replace(self.mark, "."))


def find_number_style(cells: Iterable[tuple[int, str]], plain: bool = False) -> NumberStyle:
    """Return how the cells, each with its line, write numbers; cells that are no numbers say nothing.

    `plain`: the file is known to have a decimal point, unless a cell says otherwise.
    """
    certain: dict[Mark, tuple[int, str]] = {}
    for line, text in cells:
        if (mark := _certain_mark(_ungrouped(text))) is not None:
            certain.setdefault(mark, (line, text))
    if len(certain) == len(MARKS):
        return NumberStyle(None, (certain["."], certain[","]))
    return NumberStyle(next(iter(certain), "." if plain else None))


def _certain_mark(text: str) -> Mark | None:
    """Return the only mark that can separate the decimals of `text`; None where both can, or neither."""
    if AMBIGUOUS.fullmatch(text) or DIGITS.fullmatch(text):
        return None
    fitting = [mark for mark in MARKS if _fits(text, mark)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(text: str, mark: Mark) -> bool:
    """Return whether `text` is a number with this decimal mark, and the other one between its thousands if at all."""
    whole, point, decimals = text.partition(mark)
    if point and not re.fullmatch(r"[0-9]{1,30}", decimals):
        return False
    thousands = re.escape(OTHER[mark])
    return re.fullmatch(rf"[0-9]{{1,12}}|[1-9][0-9]{{0,2}}(?:{thousands}[0-9]{{3}}){{1,3}}", whole) is not None


def _ungrouped(text: str) -> str:
    return GROUP_MARKS.sub("", text) if GROUPED.fullmatch(text) else text
