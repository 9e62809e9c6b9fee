"""How long stored data stays fresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import PriceHistory
from market.yahoo.freshness import (
    FIRST_BAR_INTERVAL,
    IN_SESSION_INTERVAL,
    TARGETS_INTERVAL,
    bars_due_at,
    targets_due_at,
)
from tests.support.generated_bars import walk

NEW_YORK, HONG_KONG, TOKYO = "America/New_York", "Asia/Hong_Kong", "Asia/Tokyo"
MONDAY_TO_FRIDAY, EVERY_DAY, SUNDAY_TO_THURSDAY = (
    "Mon Tue Wed Thu Fri",
    "Sun Mon Tue Wed Thu Fri Sat",
    "Sun Mon Tue Wed Thu",
)


def at(zone: str, day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(zone))


def history(
    last: str, fetched: datetime | None, zone: str | None = NEW_YORK, week: str = MONDAY_TO_FRIDAY, **known: bool
) -> PriceHistory:
    days = pd.bdate_range(end=last, periods=40, freq="C", weekmask=week, name="date")
    assert days[-1] == pd.Timestamp(last)
    return PriceHistory("X", "X", "USD", walk(40).set_axis(days), fetched_at=fetched, zone=zone, **known)


def test_listing_of_one_day_is_due_the_next_day() -> None:
    first = history("2025-11-24", at(NEW_YORK, "2025-11-24", "17:00"))
    listed = replace(first, bars=first.bars.iloc[-1:])
    assert bars_due_at(listed, at(NEW_YORK, "2025-11-24", "18:00")) == at(NEW_YORK, "2025-11-25", "00:00")


@pytest.mark.parametrize(
    ("what", "zone", "week", "last", "fetched", "due"),
    [
        ("after Monday's close", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-24", "2025-11-24 16:31", "2025-11-25 00:00"),
        ("late on Monday", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-24", "2025-11-24 23:59", "2025-11-25 00:00"),
        ("after Friday's close", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-21", "2025-11-21 17:00", "2025-11-24 00:00"),
        ("on Saturday", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-21", "2025-11-22 12:00", "2025-11-24 00:00"),
        ("on Sunday", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-21", "2025-11-23 23:00", "2025-11-24 00:00"),
        ("before Monday's open", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-21", "2025-11-24 08:00", "2025-11-24 08:15"),
        ("on Thanksgiving", NEW_YORK, MONDAY_TO_FRIDAY, "2025-11-26", "2025-11-27 12:00", "2025-11-27 12:15"),
        ("where tomorrow has begun", HONG_KONG, MONDAY_TO_FRIDAY, "2025-11-24", "2025-11-24 16:40", "2025-11-25 00:00"),
        (
            "a market open on Sundays",
            "Asia/Riyadh",
            SUNDAY_TO_THURSDAY,
            "2025-11-20",
            "2025-11-20 18:00",
            "2025-11-23 00:00",
        ),
        ("a market that never closes", "UTC", EVERY_DAY, "2025-11-21", "2025-11-21 23:59", "2025-11-22 00:00"),
        (
            "the night the clocks change",
            NEW_YORK,
            MONDAY_TO_FRIDAY,
            "2025-10-31",
            "2025-11-01 12:00",
            "2025-11-03 00:00",
        ),
    ],
)
def test_bars_due_on_next_trading_day(what: str, zone: str, week: str, last: str, fetched: str, due: str) -> None:
    fetched_at = at(zone, *fetched.split())
    stored = history(last, fetched_at.astimezone(UTC), zone, week)
    expected = at(zone, *due.split())
    assert bars_due_at(stored, fetched_at) == expected
    assert bars_due_at(stored, expected + timedelta(days=30)) == expected


def test_bars_are_due_every_minute_in_a_session() -> None:
    fetched_at = at(NEW_YORK, "2025-11-24", "11:00")
    assert (
        bars_due_at(history("2025-11-24", fetched_at, in_progress=True), fetched_at)
        == fetched_at + IN_SESSION_INTERVAL
        == fetched_at + timedelta(minutes=1)
    )


def test_bars_without_a_fetch_time_are_due() -> None:
    now = datetime.now(UTC)
    assert bars_due_at(history("2025-11-24", None), now) == now


def test_bars_fetched_in_the_future_are_due() -> None:
    """A clock that was two days ahead and is right again must not keep bars fresh for two days."""
    now = at(NEW_YORK, "2025-11-24", "11:00")
    assert bars_due_at(history("2025-11-24", now + timedelta(days=2)), now) == now
    assert targets_due_at(now + timedelta(days=2), now) == now


def test_slow_clock_waits_for_the_day_after_the_last_bar() -> None:
    """By that clock the last bar is dated tomorrow."""
    fetched_at = at(NEW_YORK, "2025-11-22", "11:00")
    assert bars_due_at(history("2025-11-24", fetched_at), fetched_at) == at(NEW_YORK, "2025-11-25", "00:00")


@pytest.mark.parametrize("zone", [None, "", "Nowhere/At_all", "../../etc/passwd", "/etc/localtime"])
def test_unknown_zone_counts_as_utc(zone: str | None) -> None:
    fetched_at = datetime(2025, 11, 24, 22, tzinfo=UTC)
    assert bars_due_at(history("2025-11-24", fetched_at, zone), fetched_at) == datetime(2025, 11, 25, tzinfo=UTC)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)), st.sampled_from([NEW_YORK, TOKYO, "UTC"]), st.booleans()
)
def test_bars_are_always_due_within_four_days(moment: datetime, zone: str, weekends: bool) -> None:
    fetched = moment.replace(tzinfo=UTC)
    week = EVERY_DAY if weekends else MONDAY_TO_FRIDAY
    here = fetched.astimezone(ZoneInfo(zone)).date()
    last = pd.bdate_range(end=here, periods=1, freq="C", weekmask=week)[0]
    due = bars_due_at(history(str(last.date()), fetched, zone, week), fetched)
    assert fetched < due <= fetched + timedelta(days=4)
    assert weekends or due.astimezone(ZoneInfo(zone)).weekday() < 5 or due == fetched + FIRST_BAR_INTERVAL


def test_targets_are_due_every_six_hours() -> None:
    now = datetime(2025, 11, 24, 12, tzinfo=UTC)
    assert targets_due_at(now, now) == now + TARGETS_INTERVAL == now + timedelta(hours=6)
