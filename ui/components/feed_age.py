"""How long a feed has said nothing: one that has fallen silent looks like analysts who have nothing to say."""

from __future__ import annotations

from datetime import date as Date

from text import numbers

SILENT_AFTER = 7  # days: miners are written about weekly at least, so an older newest row may be a feed gone quiet


def dated_phrase(newest: Date, as_of: Date) -> str:
    """The day of the feed's newest row, and where that is old, what it may mean."""
    day, silent = numbers.format_day(newest), (as_of - newest).days
    if silent <= SILENT_AFTER:
        return day
    return f"{day}, {silent} days before {numbers.format_day(as_of)}: nobody wrote since, or the feed fell silent"
