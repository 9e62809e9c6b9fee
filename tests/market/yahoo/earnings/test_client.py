"""The next report and those before, through the real yfinance and real sockets, in the exchange's days."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from market.errors import MarketError
from market.events.company_events import Earnings
from market.yahoo.earnings.client import fetch_next_report, fetch_reports
from market.yahoo.errors import RateLimited, YahooRefused
from tests.support.replay_server import ReplayServer, answers, listing, report, status

MONDAY = date(2025, 11, 24)
NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")


def stamp(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())


def calendar(*stamps: int, **figures: Any) -> dict[str, Any]:
    return {"earningsDate": list(stamps), "earningsAverage": 0.12, "isEarningsDateEstimate": False, **figures}


@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_the_next_day_is_the_exchanges_whatever_zone_this_computer_is_in(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        after_the_close, night = stamp(2026, 2, 24, 21, 30), stamp(2026, 2, 24, 23, 30)
        yahoo.lists(
            listing("CIFR", 20, MONDAY, calendar=calendar(after_the_close)),
            listing("7203.T", 20, MONDAY, calendar=calendar(night)),
        )
        assert fetch_next_report("CIFR", NEW_YORK) == Earnings(date(2026, 2, 24), eps_estimate=0.12)
        tokyo = fetch_next_report("7203.T", TOKYO)
        assert tokyo is not None and tokyo.day == date(2026, 2, 25)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_midnight_in_utc_is_a_day_without_a_time(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 20, MONDAY, calendar=calendar(stamp(2026, 2, 24))))
    found = fetch_next_report("CIFR", NEW_YORK)
    assert found is not None and found.day == date(2026, 2, 24)


def test_two_days_are_a_guess_that_begins_with_the_first(yahoo: ReplayServer) -> None:
    days = calendar(stamp(2026, 3, 2, 12), stamp(2026, 2, 24, 12), earningsAverage={"raw": 0.2, "fmt": "0.20"})
    yahoo.lists(listing("CIFR", 20, MONDAY, calendar=days))
    expected = Earnings(date(2026, 2, 24), eps_estimate=0.2, day_is_estimate=True)
    assert fetch_next_report("CIFR", NEW_YORK) == expected


@pytest.mark.parametrize("known", [None, {"earningsDate": []}, {}])
def test_a_symbol_without_a_report_to_come_has_none(yahoo: ReplayServer, known: dict[str, Any] | None) -> None:
    yahoo.lists(listing("SPY", 20, MONDAY, ratings=(), calendar=known))
    assert fetch_next_report("SPY", NEW_YORK) is None


def test_an_unexpected_calendar_is_an_error(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 20, MONDAY))
    yahoo.fails("summary", answers({"quoteSummary": None}))
    with pytest.raises(MarketError):
        fetch_next_report("CIFR", NEW_YORK)


def test_reports_are_read_from_the_page_oldest_first(yahoo: ReplayServer) -> None:
    reports = (
        report(datetime(2026, 2, 24, 21, tzinfo=UTC), 0.11, None),
        report(datetime(2025, 11, 3, 12, tzinfo=UTC), 0.08, 0.05, -37.5),
        report(datetime(2025, 8, 7, 20, tzinfo=UTC), None, -0.12),
    )
    yahoo.lists(listing("CIFR", 20, MONDAY, reports=reports))
    assert fetch_reports("CIFR", NEW_YORK) == (
        Earnings(date(2025, 8, 7), -0.12),
        Earnings(date(2025, 11, 3), 0.05, 0.08, -37.5),
        Earnings(date(2026, 2, 24), None, 0.11),
    )
    (request,) = yahoo.requests("earnings")
    assert (request.symbol, request.params["size"]) == ("CIFR", "50")


def test_a_report_of_the_evening_in_new_york_is_of_the_next_day_in_tokyo(yahoo: ReplayServer) -> None:
    """The page gives the hour in New York's summer and winter time."""
    reports = (
        report(datetime(2025, 11, 5, 3, tzinfo=UTC), 1.0, 1.1, 10.0),  # 10 PM on the 4th in New York
        report(datetime(2025, 8, 6, 2, tzinfo=UTC), 1.0, 1.1, 10.0),
    )
    yahoo.lists(listing("7203.T", 20, MONDAY, reports=reports))
    assert [row.day for row in fetch_reports("7203.T", TOKYO)] == [date(2025, 8, 6), date(2025, 11, 5)]
    assert [row.day for row in fetch_reports("7203.T", NEW_YORK)] == [date(2025, 8, 5), date(2025, 11, 4)]


def test_a_page_without_a_table_has_no_reports(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("SPY", 20, MONDAY, ratings=()))
    assert fetch_reports("SPY", NEW_YORK) == ()


@pytest.mark.parametrize(
    ("fault", "error"), [(status(429, "Too Many Requests"), RateLimited), (status(503, "<html>"), YahooRefused)]
)
def test_a_page_that_is_refused_is_an_error(yahoo: ReplayServer, fault: Any, error: type[MarketError]) -> None:
    yahoo.lists(listing("CIFR", 20, MONDAY))
    yahoo.fails("earnings", fault)
    with pytest.raises(error):
        fetch_reports("CIFR", NEW_YORK)
    assert len(yahoo.requests("earnings")) == 1


def test_a_page_in_another_form_is_an_error(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 20, MONDAY, reports=(("sometime", "-", "-", "-"),)))
    with pytest.raises(MarketError):
        fetch_reports("CIFR", NEW_YORK)
