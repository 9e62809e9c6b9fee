"""What could not be had, in sentences."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from market import PriceHistory
from market.store.store import TargetList
from market.yahoo.notices import FetchFailure, notices
from tests.support.generated_bars import walk

NOW = datetime(2025, 11, 24, 21, 30, tzinfo=UTC)
LIMITED = FetchFailure("Yahoo Finance is limiting how often it is asked", NOW + timedelta(minutes=5))
REFUSED = FetchFailure("Yahoo Finance is having trouble (status 500)", NOW + timedelta(minutes=1))


@pytest.fixture(autouse=True)
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are said by the clock of the computer."""
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
    ("ago", "words"),
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
def test_age(ago: dict[str, float], words: str) -> None:
    (said,) = notices(history(**ago), None, LIMITED, None, NOW)
    assert said == (
        f"Prices are those fetched {words}: Yahoo Finance is limiting how often it is asked; "
        "it will be asked again at 16:35 EST."
    )


def test_another_day_is_named() -> None:
    gone = FetchFailure("Yahoo Finance has no prices for CIFR any more", NOW + timedelta(hours=9))
    (said,) = notices(history(hours=3), None, gone, None, NOW)
    assert said.endswith("it will be asked again at 01:30 EST on 2025-11-25.")


def test_targets_with_and_without_stored_ones() -> None:
    (said,) = notices(history(hours=3), targets(days=2), None, LIMITED, NOW)
    assert said.startswith("Analyst targets are those fetched 2 days ago: Yahoo Finance is limiting")
    (said,) = notices(history(hours=3), None, None, LIMITED, NOW)
    assert said.startswith("Analyst targets could not be fetched: Yahoo Finance is limiting")


def test_one_cause_is_one_sentence_and_two_are_two() -> None:
    (said,) = notices(history(hours=3), targets(hours=7), LIMITED, LIMITED, NOW)
    assert said.startswith("Prices are those fetched 3 hours ago and analyst targets are those fetched 7 hours ago: ")
    (said,) = notices(history(hours=7), targets(hours=7), LIMITED, LIMITED, NOW)
    assert said.startswith("Prices and analyst targets are those fetched 7 hours ago: ")
    first, second = notices(history(hours=3), targets(hours=7), LIMITED, REFUSED, NOW)
    assert first.startswith("Prices")
    assert first.endswith("16:35 EST.")
    assert second.startswith("Analyst targets")
    assert second.endswith("16:31 EST.")


def test_without_trouble_nothing_is_said() -> None:
    assert notices(history(hours=3), targets(hours=7), None, None, NOW) == ()
