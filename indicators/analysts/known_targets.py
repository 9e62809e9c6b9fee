"""The target rows known on a day, and those of them that count on it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date

from indicators.analysts.firms import MERGER_DAYS
from indicators.analysts.split_adjustment import AdjustedTarget
from indicators.analysts.targets import NewestRows, newest_rows


@dataclass(frozen=True)
class KnownTargets:
    """All rows up to a day (`published`), and what counts of them on that day (`newest`)."""

    published: tuple[AdjustedTarget, ...]
    newest: NewestRows


class TargetsThroughTime:
    """What was known of a ticker's targets on each of many days.

    It changes only on a day with a row and where one firm becomes another, so the last answer is kept.
    """

    def __init__(self, published: Iterable[AdjustedTarget]) -> None:
        self._published = tuple(published)
        self._turns = sorted({row.date for row in self._published} | set(MERGER_DAYS))
        self._turns_passed = -1
        self._known = KnownTargets((), NewestRows({}, {}))

    def on(self, day: Date) -> KnownTargets:
        """Return what was known on `day`."""
        turns_passed = bisect_right(self._turns, day)
        if turns_passed != self._turns_passed:
            rows = tuple(row for row in self._published if row.date <= day)
            self._known, self._turns_passed = KnownTargets(rows, newest_rows(rows, day)), turns_passed
        return self._known
