"""Sentences about old or missing data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from market import PriceHistory
from market.store.store import TargetList
from market.yahoo.errors import FetchFailure
from market.yahoo.notices import age_notice, failure_notices, limit_sentence
from tests.support.generated_bars import walk

NOW = datetime(2025, 11, 24, 21, 30, tzinfo=UTC)
LIMITED = FetchFailure("Yahoo Finance is limiting requests", NOW + timedelta(minutes=5))
REFUSED = FetchFailure("Yahoo Finance is having trouble (status 500)", NOW + timedelta(minutes=1))


@pytest.fixture(autouse=True)
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set this computer's time zone, in which notices give times."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows cannot set the zone of a process")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def history(**ago: float) -> PriceHistory:
    return PriceHistory("CIFR", "Cipher", "USD", walk(5), fetched_at=NOW - timedelta(**ago))


def targets(**ago: float) -> TargetList:
    return TargetList((), NOW - timedelta(**ago), None)


@pytest.mark.parametrize(
    ("ago", "phrase"),
    [
        ({"seconds": 59}, "a moment ago"),
        ({"seconds": -100}, "a moment ago"),
        ({"seconds": 60}, "1 minute ago"),
        ({"minutes": 59, "seconds": 59}, "59 minutes ago"),
        ({"hours": 1}, "1 hour ago"),
        ({"hours": 23.9}, "23 hours ago"),
        ({"days": 1}, "1 day ago"),
        ({"days": 400}, "400 days ago"),
    ],
)
def test_age_is_in_the_largest_unit(ago: dict[str, float], phrase: str) -> None:
    (notice,) = failure_notices(history(**ago), None, LIMITED, None, NOW)
    assert notice == (f"Showing prices fetched {phrase}: Yahoo Finance is limiting requests. Next try at 16:35 EST.")


def test_next_try_on_another_day_has_its_date() -> None:
    gone = FetchFailure("Yahoo Finance has no prices for CIFR any more", NOW + timedelta(hours=9))
    (notice,) = failure_notices(history(hours=3), None, gone, None, NOW)
    assert notice.endswith("Next try at 01:30 EST on 2025-11-25.")


def test_targets_with_and_without_stored_ones() -> None:
    (notice,) = failure_notices(history(hours=3), targets(days=2), None, LIMITED, NOW)
    assert notice.startswith("Showing analyst targets fetched 2 days ago: Yahoo Finance is limiting")
    (notice,) = failure_notices(history(hours=3), None, None, LIMITED, NOW)
    assert notice.startswith("Analyst targets could not be fetched: Yahoo Finance is limiting")


def test_failures_of_the_same_cause_share_a_sentence() -> None:
    (notice,) = failure_notices(history(hours=3), targets(hours=7), LIMITED, LIMITED, NOW)
    assert notice.startswith("Showing prices fetched 3 hours ago and analyst targets fetched 7 hours ago: ")
    (notice,) = failure_notices(history(hours=7), targets(hours=7), LIMITED, LIMITED, NOW)
    assert notice.startswith("Showing prices and analyst targets fetched 7 hours ago: ")
    first, second = failure_notices(history(hours=3), targets(hours=7), LIMITED, REFUSED, NOW)
    assert first.startswith("Showing prices")
    assert first.endswith("16:35 EST.")
    assert second.startswith("Showing analyst targets")
    assert second.endswith("16:31 EST.")


def test_no_failure_no_notice() -> None:
    assert failure_notices(history(hours=3), targets(hours=7), None, None, NOW) == ()


def test_missing_targets_join_old_prices_of_the_same_cause() -> None:
    (notice,) = failure_notices(history(hours=3), None, LIMITED, LIMITED, NOW)
    assert notice.startswith("Showing prices fetched 3 hours ago; analyst targets could not be fetched: Yahoo")


def test_limit_sentence_names_the_next_try() -> None:
    assert limit_sentence(LIMITED, NOW) == "Not tried yet: Yahoo Finance is limiting requests. Next try at 16:35 EST."


def test_age_notice_covers_prices_and_targets() -> None:
    assert age_notice(history(hours=3), targets(hours=3), NOW) == (
        "Showing prices and analyst targets fetched 3 hours ago."
    )
    assert age_notice(history(hours=3), targets(days=2), NOW) == (
        "Showing prices fetched 3 hours ago and analyst targets fetched 2 days ago."
    )
    assert age_notice(history(hours=3), None, NOW) == (
        "Showing prices fetched 3 hours ago; analyst targets were never fetched."
    )
