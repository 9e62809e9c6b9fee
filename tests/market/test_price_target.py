"""Which targets a source listed on a past day."""

from __future__ import annotations

from datetime import date

import pytest

from market import PriceTarget
from market.price_target import LoggedTarget, TargetLog


def nov(day: int) -> date:
    return date(2025, 11, day)


def row(firm: str, day: int) -> PriceTarget:
    return PriceTarget("X", firm, nov(day), 18.0)


STEADY = LoggedTarget(row("Steady", 1), nov(10))
NEW = LoggedTarget(row("New", 14), nov(18), absent_on=nov(12))
GONE = LoggedTarget(row("Gone", 2), nov(10), gone_on=nov(20))
SAME_DAY = LoggedTarget(row("Same day", 21), nov(21), absent_on=nov(21))
LOG = TargetLog((STEADY, NEW, GONE, SAME_DAY))


@pytest.mark.parametrize(
    ("day", "firms"),
    [
        (10, ["Steady", "Gone"]),
        (12, ["Steady", "Gone"]),
        (13, ["Steady", "New", "Gone"]),
        (19, ["Steady", "New", "Gone"]),
        (20, ["Steady", "New"]),
        (21, ["Steady", "New", "Same day"]),
    ],
)
def test_rows_known_on_a_day_had_come_and_not_gone(day: int, firms: list[str]) -> None:
    assert [target.firm for target in LOG.known_on(nov(day))] == firms


def test_log_begins_with_the_first_fetch() -> None:
    assert LOG.first_fetch == nov(10)
    assert TargetLog().first_fetch is None
