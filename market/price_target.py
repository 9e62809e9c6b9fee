"""One firm's rating and price target, as published, and when a source listed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

RatingAction = Literal["upgraded", "downgraded", "initiated", "reiterated"]


@dataclass(frozen=True)
class PriceTarget:
    """One row of a firm's coverage: its target and rating, and those they replace.

    `target` and `prior_target` are as published on `date`, in the shares of that day; None
    where the firm gave none. `source` is the key of a source, see `market.sources`, or "own"
    for a target that the user added. `currency`: that of the figures, None for the currency that the
    symbol is quoted in.
    """

    symbol: str
    firm: str
    date: Date
    target: float | None
    prior_target: float | None = None
    rating: str | None = None
    prior_rating: str | None = None
    action: RatingAction | None = None
    analyst: str | None = None
    horizon: str | None = None
    note: str | None = None
    url: str | None = None
    source: str = "yahoo"
    currency: str | None = None


@dataclass(frozen=True)
class LoggedTarget:
    """One row as a source listed it.

    `first_seen`: the day of the first fetch that had it; `absent_on`: that of the fetch before, which did not, None if
    there was none. `gone_on`: the day of the first fetch that no longer had it, None as long as it is listed.
    """

    row: PriceTarget
    first_seen: Date
    absent_on: Date | None = None
    gone_on: Date | None = None

    def came_by(self, day: Date) -> bool:
        """Return whether the row may have been listed by then: it was seen, or no fetch since its absence looked."""
        return self.first_seen <= day or self.absent_on is None or self.absent_on < day

    def was_gone_by(self, day: Date) -> bool:
        """Return whether a fetch up to then no longer had the row."""
        return self.gone_on is not None and self.gone_on <= day


@dataclass(frozen=True)
class TargetLog:
    """Every row that a source ever listed for a symbol, as far as it was asked."""

    entries: tuple[LoggedTarget, ...] = ()

    @property
    def first_fetch(self) -> Date | None:
        """The day of the first fetch, before which nothing is known of when rows came; None without rows."""
        return min((entry.first_seen for entry in self.entries), default=None)

    def known_on(self, day: Date) -> tuple[PriceTarget, ...]:
        """Return the rows listed on a day from the first fetch on.

        Between the fetch that did not have a row and the one that did, the row counts as listed, for nobody looked.
        """
        return tuple(entry.row for entry in self.entries if entry.came_by(day) and not entry.was_gone_by(day))


NO_LOG = TargetLog()
