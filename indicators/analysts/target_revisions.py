"""Rows of a feed that appeared late, changed or vanished: what its record looks like without hindsight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from typing import TYPE_CHECKING, Literal

import pandas as pd

from indicators.analysts.firms import firm_name
from indicators.analysts.listing_currency import in_listing_currency
from indicators.analysts.split_adjustment import AdjustedTarget, adjust_for_splits
from market import PriceTarget
from market.events.company_events import Split
from market.price_target import LoggedTarget, TargetLog

if TYPE_CHECKING:
    from indicators.analysis import Analysis

LATE_DAYS = 3  # a weekend: a row that is not listed by then was added in hindsight
Revision = Literal["late", "changed", "vanished"]


@dataclass(frozen=True)
class TargetRevision:
    """One row that is not as it was on its day.

    `row`: as it is listed now, or as it was last; `before`: what it said at first, where it changed. `on`: the day of
    the fetch that showed it. `days_absent`: how long after its day a fetch did not have it, where it came late.
    """

    kind: Revision
    row: PriceTarget
    on: Date
    before: PriceTarget | None = None
    days_absent: int | None = None


def target_revisions(log: TargetLog, as_of: Date) -> tuple[TargetRevision, ...]:
    """Return the rows that came more than 3 days after their own day, changed or vanished by `as_of`, newest first.

    A row is late only where a fetch more than 3 days after its day did not have it: that nobody asked is not the
    feed's doing. It changed where another row of the same firm and day went when it came. Rows of the first fetch
    cannot be late, as far as is known.
    """
    return tuple(sorted(_revisions(log, as_of), key=lambda revision: (revision.on, revision.row.date), reverse=True))


def first_known_rows(log: TargetLog, as_of: Date) -> tuple[PriceTarget, ...]:
    """Return the rows as they were listed first: without late ones, with vanished ones, changed ones as they were."""
    entries = _entries_by(log, as_of)
    replaced = _replaced(entries)
    return tuple(entry.row for entry in entries if entry not in replaced and not _is_late(entry))


def first_known_targets(analysis: Analysis) -> tuple[AdjustedTarget, ...]:
    """Return the rows as they were listed first and the user's own, in the split basis of the bars."""
    own = (row for row in analysis.published if row.source == "own")
    known = first_known_rows(analysis.target_log, analysis.as_of)
    rows = (in_listing_currency(row, analysis.currency) for row in known)
    splits = {pd.Timestamp(event.day): event.ratio for event in analysis.events if isinstance(event, Split)}
    series = pd.Series(splits, index=pd.DatetimeIndex(list(splits)), dtype=float)
    return (*adjust_for_splits(rows, analysis.daily_bars["close"], series), *own)


def _revisions(log: TargetLog, as_of: Date) -> Iterator[TargetRevision]:
    entries = _entries_by(log, as_of)
    replaced = _replaced(entries)
    predecessors = set(replaced.values())
    for entry in entries:
        if entry in replaced:
            yield TargetRevision("changed", entry.row, entry.first_seen, before=replaced[entry].row)
        elif _is_late(entry):
            yield TargetRevision("late", entry.row, entry.first_seen, days_absent=_days_absent(entry))
        if entry.gone_on is not None and entry.was_gone_by(as_of) and entry not in predecessors:
            yield TargetRevision("vanished", entry.row, entry.gone_on)


def _entries_by(log: TargetLog, as_of: Date) -> list[LoggedTarget]:
    return [entry for entry in log.entries if entry.first_seen <= as_of and entry.row.date <= as_of]


def _replaced(entries: list[LoggedTarget]) -> dict[LoggedTarget, LoggedTarget]:
    """Return, for each row that took another's place, that other one."""
    gone = {(_firm_and_day(entry), entry.gone_on): entry for entry in entries if entry.gone_on is not None}
    found = ((entry, gone.get((_firm_and_day(entry), entry.first_seen))) for entry in entries)
    return {entry: before for entry, before in found if before is not None and before is not entry}


def _firm_and_day(entry: LoggedTarget) -> tuple[str, Date]:
    return firm_name(entry.row.firm, entry.row.date), entry.row.date


def _is_late(entry: LoggedTarget) -> bool:
    return _days_absent(entry) > LATE_DAYS


def _days_absent(entry: LoggedTarget) -> int:
    return 0 if entry.absent_on is None else (entry.absent_on - entry.row.date).days
