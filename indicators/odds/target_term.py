"""Until when a price target is meant: its twelve months, or the horizon that its firm names."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date as Date

import pandas as pd

from indicators.time_spans import TARGET_TERM
from market import PriceTarget

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
SPAN = re.compile(r"\b(\d{1,2})\s*-?\s*(week|month|mo|year|yr)s?\b")
QUARTER = re.compile(r"\bq([1-4])\s*(20\d\d)\b")
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})[a-z]*\.?\s+(20\d\d)\b")
YEAR = re.compile(r"\b(20\d\d)\b")


def due_day(row: PriceTarget) -> Date:
    """Return the last day of the row's horizon, or of the twelve months after its own day.

    Horizons understood: `2026-06-30`, `6 months`, `18-month`, `2 years`, `Q2 2026`, `June 2026` and `end of 2026`, a
    period standing for its last day. Any other, and one that ends before the row's own day, leaves the twelve months.
    """
    named = _named_day(row.horizon.lower(), row.date) if row.horizon else None
    return named if named is not None and named > row.date else row.date + TARGET_TERM


def _named_day(horizon: str, start: Date) -> Date | None:
    if found := DAY.search(horizon):
        return _day(horizon[slice(*found.span())])
    if found := SPAN.search(horizon):
        count, unit = int(found[1]), found[2]
        span = {"w": pd.DateOffset(weeks=count), "m": pd.DateOffset(months=count), "y": pd.DateOffset(years=count)}
        return (pd.Timestamp(start) + span[unit[0]]).date()
    if found := QUARTER.search(horizon):
        return _end_of_month(int(found[2]), 3 * int(found[1]))
    if found := MONTH.search(horizon):
        return _end_of_month(int(found[2]), MONTHS.index(found[1]) + 1)
    if found := YEAR.search(horizon):
        return Date(int(found[1]), 12, 31)
    return None


def _day(text: str) -> Date | None:
    try:
        return Date.fromisoformat(text)
    except ValueError:  # 2026-02-30
        return None


def _end_of_month(year: int, month: int) -> Date:
    return Date(year, month, monthrange(year, month)[1])
