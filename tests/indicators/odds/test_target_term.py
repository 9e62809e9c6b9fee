"""Until when a target is meant: twelve months, or the horizon named."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.odds.target_term import due_day
from market import PriceTarget

DAY = date(2025, 11, 24)


@pytest.mark.parametrize(
    ("horizon", "due"),
    [
        (None, date(2026, 11, 24)),
        ("twelve months", date(2026, 11, 24)),
        ("12 months", date(2026, 11, 24)),
        ("18-month", date(2027, 5, 24)),
        ("6 mo", date(2026, 5, 24)),
        ("3 Months", date(2026, 2, 24)),
        ("2 years", date(2027, 11, 24)),
        ("8 weeks", date(2026, 1, 19)),
        ("December 2026", date(2026, 12, 31)),
        ("by Feb 2028", date(2028, 2, 29)),
        ("Sept. 2026", date(2026, 9, 30)),
        ("Q2 2026", date(2026, 6, 30)),
        ("end of 2026", date(2026, 12, 31)),
        ("2026-06-15", date(2026, 6, 15)),
        ("2026-02-30", date(2026, 11, 24)),
        ("June 2025", date(2026, 11, 24)),
    ],
)
def test_target_is_meant_until_its_horizon_ends(horizon: str | None, due: date) -> None:
    assert due_day(PriceTarget("X", "Alder", DAY, 18.0, horizon=horizon)) == due
