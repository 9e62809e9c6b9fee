"""What was wrong with bars as they came: the days of each kind of fault, and the sentence that counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Literal

from text.numbers import format_count, format_integer
from text.prose import join_words

FaultKind = Literal[
    "out of order",
    "undated",
    "future",
    "repeated",
    "repaired",
    "absurd",
    "no close",
    "completed",
    "widened",
    "wrong unit",
    "another company",
]

# One sentence a kind, in the order in which they are shown
SENTENCES: dict[FaultKind, str] = {
    "out of order": "{bars} came out of order and {was} sorted by date",
    "undated": "{bars} without a date {was} left out",
    "future": "{bars} dated after the exchange's own day {was} left out: {days}",
    "repeated": "{bars} of a day that came again {was} left out: {days}",
    "repaired": "{bars} {was} repaired (another unit, or the wrong side of a split): {days}",
    "absurd": "{bars} had prices more than a billion times the median, which were dropped: {days}",
    "no close": "{bars} without a price {was} left out: {days}",
    "completed": "{bars} had an open, high or low that was missing or absurd, and {was} completed from the other "
    "prices: {days}",
    "widened": "{bars} had the day's range widened to its open and close",
    "wrong unit": "{bars} about 100 times off the days around {was} left out as a suspected fault: {days}",
    "another company": "{bars} up to {last} {was} left out, as another company may have had the ticker: {hole} days "
    "without a price follow, and then one {jump} times as high or as low",
}
MAX_LISTED = 3  # days that a sentence names


@dataclass(frozen=True)
class BarFault:
    """One kind of fault and the days of its bars, oldest first; `undated` counts bars that have no day.

    `hole_days` and `jump`, only of another company's bars: the days without a price after the last of them, and how
    many times the price was higher or lower thereafter.
    """

    kind: FaultKind
    days: tuple[Date, ...] = ()
    undated: int = 0
    hole_days: int = 0
    jump: int = 0

    @property
    def sentence(self) -> str:
        """Say how many bars had the fault, what was done, and for the first three on which days."""
        count = len(self.days) + self.undated
        return SENTENCES[self.kind].format(
            bars=format_count(count, "bar"),
            was="was" if count == 1 else "were",
            days=_first_days(self.days),
            last=self.days[-1] if self.days else "",
            hole=format_integer(self.hole_days),
            jump=format_integer(self.jump),
        )


def sentences(faults: Iterable[BarFault]) -> tuple[str, ...]:
    """Return the sentence of each fault, in the order of `SENTENCES`."""
    order = list(SENTENCES)
    return tuple(fault.sentence for fault in sorted(faults, key=lambda fault: order.index(fault.kind)))


def join_faults(older: Iterable[BarFault], newer: Iterable[BarFault], begins: Date) -> tuple[BarFault, ...]:
    """Return the faults of bars that are `older` before the day `begins` and `newer` from there on, one a kind."""
    before = {fault.kind: replace(fault, days=tuple(day for day in fault.days if day < begins)) for fault in older}
    after = {fault.kind: fault for fault in newer}
    joined = (
        replace(
            before.get(kind) or after[kind],
            days=(before[kind].days if kind in before else ()) + (after[kind].days if kind in after else ()),
            undated=sum(fault.undated for faults in (before, after) if (fault := faults.get(kind))),
        )
        for kind in SENTENCES
        if kind in before or kind in after
    )
    return tuple(fault for fault in joined if fault.days or fault.undated)


def _first_days(days: tuple[Date, ...]) -> str:
    items = [day.isoformat() for day in days[:MAX_LISTED]]
    left = len(days) - MAX_LISTED
    return join_words([*items, f"{format_integer(left)} more"] if left > 0 else items)
