"""One ticker while Yahoo fails or responds unusually: one message, the last good chart, a retry, a correct drawing.

The whole Levels page under AppTest, with the real yfinance and real sockets. What only a browser shows is in
tests/journeys/test_yahoo_faults.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
import time_machine
from streamlit.testing.v1 import AppTest

from market.store.store import get_store
from market.yahoo import session
from tests.conftest import WEDNESDAY
from tests.support import replay_server as replay
from tests.support.app_pages import new_dashboard, no_traceback_logged, press, run, run_when_fetched
from tests.support.earlier_answers import end_backoff, store_older_bars
from tests.support.page_texts import alerts, axis_top, button_labels, chart_text, heading, messages, metrics, plain
from tests.support.replay_server import Fault, Listing, ReplayServer, listing
from ui.loading import one_ticker
from ui.loading.loaded_tickers import loaded_tickers

__all__ = ["no_traceback_logged"]

pytestmark = pytest.mark.apptest

MONDAY, TUESDAY = date(2025, 11, 24), date(2025, 11, 25)
FAR_WEST = ZoneInfo("Pacific/Pago_Pago")


@pytest.fixture(autouse=True)
def far_west(yahoo: ReplayServer) -> Iterator[None]:
    """Put this computer where it is still the day before Hong Kong's."""
    with time_machine.travel(WEDNESDAY.astimezone(FAR_WEST)):
        yield


@pytest.fixture(autouse=True)
def set_up_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees what pages cached in another, or waits long for a response that does not come."""
    st.cache_data.clear()
    monkeypatch.setattr(session, "CALL_TIMEOUT_SECONDS", 1.0)


def listed(symbol: str = "CIFR", sessions: int = 400, last: date = MONDAY, **known: object) -> Listing:
    return listing(symbol, sessions, last, **known)


def page(symbol: str) -> AppTest:
    return run(new_dashboard(ticker=symbol))


def last_close(known: Listing, sign: str = "${}") -> str:
    return sign.format(f"{known.bars['close'].iloc[-1]:,.2f}")


def only_alert(at: AppTest) -> str:
    (text,) = alerts(at)
    return text


# With stored bars


def test_stored_bars_are_shown_at_once_and_newer_ones_when_they_arrive(yahoo: ReplayServer) -> None:
    known = listed()
    old = store_older_bars(get_store(), known)
    yahoo.lists(known)
    yahoo.fails("any", replay.hang)
    at = page("CIFR")
    assert metrics(at)["Price"][0] == last_close(old)
    yahoo.works()
    run_when_fetched(at)
    assert metrics(at)["Price"][0] == last_close(known)
    assert "24 Nov 2025" in messages(at) and not at.info


def test_fresh_stored_data_is_shown_in_one_run_of_the_page(yahoo: ReplayServer) -> None:
    yahoo.lists(listed())
    page("CIFR")
    st.cache_data.clear()  # as if another process had fetched it
    yahoo.forget_requests()
    page("CIFR")
    assert loaded_tickers().fetches() == []  # whose end would run the page again
    assert yahoo.requests() == []


def test_a_viewer_sees_what_another_has_just_loaded(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    yahoo.lists(listed())
    first = page("CIFR")
    loads: list[str] = []
    monkeypatch.setattr(one_ticker, "fetch_stored", lambda *key: loads.append(key[0]))
    second = page("CIFR")
    assert loads == []
    assert second.session_state["shown"][1] is first.session_state["shown"][1]


def test_a_rate_limit_shows_stored_bars_with_their_age_and_the_time_of_the_next_request(yahoo: ReplayServer) -> None:
    known = listed()
    store_older_bars(get_store(), known)
    yahoo.lists(known)
    yahoo.fails("any", replay.RATE_LIMITED)
    at = run_when_fetched(page("CIFR"))
    assert re.search(r"fetched 3 days ago: .*\. Next try at \d\d:\d\d", only_alert(at))
    assert heading(at).startswith("CIFR") and "Retry now" in button_labels(at)
    yahoo.forget_requests()
    press(at, "Retry now")
    (toast,) = at.toast
    assert "Not tried yet: Yahoo Finance is limiting requests" in plain(toast.value)
    assert loaded_tickers().fetches() == []  # whose end would run the page again, without the toast
    assert heading(at).startswith("CIFR") and yahoo.requests() == []


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (replay.cut_off, "sent a response that cannot be read (it is cut off)"),
        (replay.hang, "cannot be reached (no response within 1 seconds)"),
        (replay.reset, "cannot be reached (the connection failed)"),
    ],
    ids=["cut off", "hang", "reset"],
)
def test_a_failure_keeps_the_stored_chart(yahoo: ReplayServer, fault: Fault, cause: str) -> None:
    known = listed()
    old = store_older_bars(get_store(), known)
    yahoo.lists(known)
    yahoo.fails("chart", fault)
    at = run_when_fetched(page("CIFR"))
    assert f"fetched 3 days ago: Yahoo Finance {cause}" in only_alert(at)
    assert last_close(old) in chart_text(at)
    yahoo.works()
    run_when_fetched(press(at, "Retry now"))
    assert last_close(known) in chart_text(at)
    assert alerts(at) == []


def test_a_delisted_ticker_keeps_its_chart_under_one_message(yahoo: ReplayServer) -> None:
    old = store_older_bars(get_store(), listed("GONE"))
    at = run_when_fetched(page("GONE"))
    assert only_alert(at).startswith(
        "Showing prices and analyst targets fetched 3 days ago: Yahoo Finance has no daily prices for this ticker,"
        " which may have been renamed or delisted"
    )
    assert last_close(old) in chart_text(at) and "Northgate" in chart_text(at)


def test_a_renamed_ticker_is_reported(yahoo: ReplayServer) -> None:
    known = listed("WAS")
    store_older_bars(get_store(), known)
    yahoo.lists(replace(known, answers_as="ISNOW"))
    at = run_when_fetched(page("WAS"))
    assert "Yahoo Finance returns the prices of ISNOW for WAS: the ticker may have been renamed" in only_alert(at)
    assert last_close(known) in chart_text(at)


# Without stored bars


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (replay.RATE_LIMITED, "Yahoo Finance is limiting requests, so try again in"),
        (replay.SERVER_ERROR, "Yahoo Finance is having trouble (status 500), so try again in a few minutes."),
        (replay.WEB_PAGE, "Yahoo Finance sent a response that cannot be read (it is a web page), so try"),
        (replay.hang, "Yahoo Finance cannot be reached (no response within 1 seconds), so check the network"),
    ],
    ids=["rate limit", "server error", "web page", "hang"],
)
def test_a_failure_without_stored_bars_offers_the_sample(yahoo: ReplayServer, fault: Fault, sentence: str) -> None:
    known = listed("NVDA")
    yahoo.lists(known)
    yahoo.fails("any", fault)
    at = page("NVDA")
    assert only_alert(at).startswith(f"NVDA: {sentence}")
    assert "Show the sample" in button_labels(at) and heading(at) == "NVDA"
    yahoo.works()
    end_backoff(get_store())
    press(at, "Try again")
    assert last_close(known) in chart_text(at)
    assert alerts(at) == []


def test_the_sample_offered_after_a_failure_is_shown_under_its_banner(yahoo: ReplayServer) -> None:
    yahoo.fails("any", replay.RATE_LIMITED)
    at = press(page("NVDA"), "Show the sample")
    assert heading(at).startswith("CIFR") and "Demo data" in only_alert(at)


def test_targets_that_cannot_be_fetched_are_not_reported_as_none(yahoo: ReplayServer) -> None:
    yahoo.lists(listed())
    yahoo.fails("summary", replay.RATE_LIMITED)
    at = page("CIFR")
    assert "Analyst targets could not be fetched: Yahoo Finance is limiting requests" in only_alert(at)
    assert "could not be" in chart_text(at)
    assert "Analyst targets could not be fetched." in messages(at).splitlines()
    assert "has no analyst targets" not in messages(at)
    assert heading(at).startswith("CIFR")


# Unusual responses


@dataclass(frozen=True)
class Unusual:
    """An unusual response, the one message about it (None: no message), how prices are written, and both clocks."""

    known: Listing
    message: str | None = None
    price: str = "${}"
    fault: Fault = lambda sound: sound
    now: datetime = WEDNESDAY
    yahoo_ahead: timedelta = timedelta()


UNUSUAL = {
    "listed 30 sessions ago": Unusual(
        listed("YOUNG", 30, TUESDAY), "50-day EMA: 30 of 50 sessions; 100-day EMA: 30 of 100 sessions; 200-day"
    ),
    "in pence": Unusual(
        listed(
            "PENCE.L",
            last=TUESDAY,
            currency="GBp",
            zone="Europe/London",
            opens=clock_time(8),
            closes=clock_time(16, 30),
        ),
        price="{}p",
    ),
    "where today is tomorrow": Unusual(
        listed("0700.HK", last=WEDNESDAY.date(), currency="HKD", zone="Asia/Hong_Kong"),
        price="HK${}",
        now=datetime(2025, 11, 26, 9, 0, tzinfo=UTC),  # 17:00 in Hong Kong, 22:00 of the day before here
    ),
    "a hundred times off": Unusual(
        listed(last=TUESDAY),
        "1 bar was repaired (another unit",
        fault=replay.times(100.0, -5),
    ),
    "cells without a figure": Unusual(
        listed(last=TUESDAY),
        "2 bars without a price were left out",
        fault=lambda sound: replay.cells(-9, close=float("nan"))(replay.cells(-5, close=None, open=None)(sound)),
    ),
    "a bar of tomorrow": Unusual(
        listed(last=TUESDAY), "was left out", fault=replay.one_more_bar(WEDNESDAY + timedelta(days=2), 50.0)
    ),
    "a clock two days behind": Unusual(
        listed(last=WEDNESDAY.date() + timedelta(days=1)),
        now=WEDNESDAY + timedelta(hours=5),  # after the close in New York
        yahoo_ahead=timedelta(days=2),
    ),
    "a clock two days ahead": Unusual(
        listed(last=WEDNESDAY.date() - timedelta(days=3)), yahoo_ahead=timedelta(days=-2)
    ),
}


@pytest.mark.parametrize("case", UNUSUAL.values(), ids=list(UNUSUAL))
def test_an_unusual_response_is_drawn_correctly(yahoo: ReplayServer, case: Unusual) -> None:
    yahoo.now = case.now + case.yahoo_ahead
    yahoo.lists(case.known)
    yahoo.fails("chart", case.fault)
    with time_machine.travel(case.now.astimezone(FAR_WEST)):
        at = page(case.known.symbol)
    assert last_close(case.known, case.price) in chart_text(at)
    assert f"As of {case.known.bars.index[-1]:%A %-d %b %Y}" in messages(at)
    assert axis_top(at) < 2.5 * float(case.known.bars["high"].iloc[-260:].max())
    assert alerts(at) == [] if case.message is None else case.message in only_alert(at)
