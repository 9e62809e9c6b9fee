"""Earnings are asked for once a day, never on the way of a chart, and where Yahoo fails nothing else is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from market import sources
from market.events.company_events import Earnings, EarningsDates
from market.sample import sample
from market.sources import fetch, fetch_stored, refresh_earnings
from market.store.store import get_store
from market.yahoo.earnings.refresh import merge_reports
from market.yahoo.freshness import earnings_are_due
from tests.market.yahoo.earnings.test_client import calendar, stamp
from tests.support.replay_server import Listing, ReplayServer, listing, report, reset, status

MONDAY = date(2025, 11, 24)
NEXT = Earnings(date(2026, 2, 24), eps_estimate=0.12)
LAST = Earnings(date(2025, 11, 3), 0.05, 0.08, -37.5)
NOW = datetime(2025, 11, 26, 12, tzinfo=UTC)


def cifr(**known: object) -> Listing:
    reports = (report(datetime(2025, 11, 3, 12, tzinfo=UTC), 0.08, 0.05, -37.5),)
    return listing("CIFR", 60, MONDAY, **{"calendar": calendar(stamp(2026, 2, 24, 21)), "reports": reports} | known)


def test_the_first_fetch_asks_for_no_earnings_and_the_refresh_for_both_parts(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    data = fetch("CIFR")
    assert data.earnings is None and sources.earnings_are_due(data) and not yahoo.requests("earnings")
    assert len(yahoo.requests("summary")) == 2, "targets and consensus"
    yahoo.forget_requests()
    assert refresh_earnings("CIFR", data.history) is True
    assert [request.kind for request in yahoo.requests()] == ["summary", "earnings"]
    stored = fetch_stored("CIFR")
    assert stored is not None and stored.earnings is not None
    assert stored.earnings.rows == (LAST, NEXT) and not sources.earnings_are_due(stored)


def test_a_day_passes_before_the_next_refresh(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    history = fetch("CIFR").history
    assert refresh_earnings("CIFR", history)
    yahoo.forget_requests()
    assert not refresh_earnings("CIFR", history) and yahoo.requests() == []
    age_earnings(hours=25)
    assert not refresh_earnings("CIFR", history), "nothing new"
    assert [request.kind for request in yahoo.requests()] == ["summary", "earnings"]


def age_earnings(hours: float) -> None:
    stored = get_store().earnings("CIFR")
    assert stored is not None
    aged = replace(stored, fetched_at=stored.fetched_at - timedelta(hours=hours))
    get_store().save_earnings("CIFR", aged)


@pytest.mark.parametrize("instrument", ["index", "exchange rate", "coin", "future", "yield"])
def test_what_reports_nothing_is_not_asked(instrument: str) -> None:
    history = replace(sample.history("CIFR"), instrument=instrument)
    assert not earnings_are_due(history, None, NOW)
    assert earnings_are_due(replace(history, instrument="share"), None, NOW)


def test_data_of_a_wrong_clock_is_due() -> None:
    assert earnings_are_due(sample.history("CIFR"), EarningsDates((), NOW + timedelta(hours=1)), NOW)
    assert not earnings_are_due(sample.history("CIFR"), EarningsDates((), NOW - timedelta(hours=23)), NOW)


def test_a_fund_costs_one_page_ever_and_one_request_a_day(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("SPY", 60, MONDAY, ratings=(), kind="ETF", calendar={"earningsDate": []}))
    history = fetch("SPY").history
    yahoo.forget_requests()
    assert not refresh_earnings("SPY", history)
    assert [request.kind for request in yahoo.requests()] == ["summary", "earnings"]
    stored = get_store().earnings("SPY")
    assert stored is not None and stored.rows == ()
    assert not refresh_earnings("SPY", history) and len(yahoo.requests()) == 2
    yahoo.forget_requests()
    get_store().save_earnings("SPY", replace(stored, fetched_at=stored.fetched_at - timedelta(hours=25)))
    assert not refresh_earnings("SPY", history)
    assert [request.kind for request in yahoo.requests()] == ["summary"]


def test_a_page_that_fails_leaves_the_next_day_and_what_was_known(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    history = fetch("CIFR").history
    refresh_earnings("CIFR", history)
    age_earnings(hours=25)
    later = calendar(stamp(2026, 3, 3, 21))
    yahoo.lists(cifr(calendar=later))
    yahoo.fails("earnings", status(429, "Too Many Requests"))
    assert refresh_earnings("CIFR", history)
    stored = get_store().earnings("CIFR")
    assert stored is not None and stored.rows == (LAST, replace(NEXT, day=date(2026, 3, 3)))
    data = fetch("CIFR")
    assert (data.notices, data.stale, data.retry_at) == ((), False, None), "prices know nothing of it"


def test_after_a_page_that_fails_no_ticker_asks_for_one(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(), replace(cifr(), symbol="MARA"))
    histories = {symbol: fetch(symbol).history for symbol in ("CIFR", "MARA")}
    yahoo.fails("earnings", status(503))
    for symbol, history in histories.items():
        assert refresh_earnings(symbol, history), "the calendar has the next day"
    assert len(yahoo.requests("earnings")) == 1


def test_a_calendar_that_fails_leaves_what_was_known(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    history = fetch("CIFR").history
    refresh_earnings("CIFR", history)
    age_earnings(hours=25)
    before = get_store().earnings("CIFR")
    yahoo.fails("summary", reset)
    assert not refresh_earnings("CIFR", history)
    assert get_store().earnings("CIFR") == before


def test_the_calendar_decides_on_the_day_to_come() -> None:
    today = date(2025, 11, 26)
    wrong = Earnings(date(2026, 2, 20), eps_estimate=0.1)
    assert merge_reports((LAST, wrong), NEXT, today) == (LAST, NEXT)
    assert merge_reports((LAST, wrong), None, today) == (LAST, wrong)
    reported = Earnings(NEXT.day, 0.2, 0.12, 66.7)
    assert merge_reports((LAST, reported), NEXT, today) == (LAST, reported), "it has reported since"


def test_a_local_source_has_none() -> None:
    assert refresh_earnings("CIFR", replace(sample.history("CIFR"), source="sample")) is False
    assert not sources.earnings_are_due(fetch("CIFR", "sample"))
