"""How long a feed of ratings has had no new row: a broken feed looks like analysts who published nothing."""

from __future__ import annotations

from datetime import date as Date

from text import numbers

QUIET_AFTER_DAYS = 7  # miners get a rating every week at least, so a longer gap may be a broken feed


def newest_row_phrase(newest: Date, as_of: Date) -> str:
    """Return the day of the feed's newest row, with the length of the gap if that is long."""
    day, age_days = numbers.format_day(newest), (as_of - newest).days
    return day if age_days <= QUIET_AFTER_DAYS else f"{day} (no rating for {age_days} days)"
