"""A run of the page asks for no earnings: only a browser that has the chart does, see tests/journeys/test_levels.py."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import streamlit as st

from market.events.company_events import Earnings, EarningsDates
from market.store.store import get_store
from tests.support.app_pages import new_dashboard, run
from tests.support.page_texts import chart_text
from tests.support.replay_server import ReplayServer, listing

pytestmark = pytest.mark.apptest

MONDAY = date(2025, 11, 24)
DUE = datetime(2025, 12, 1, 21, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clear_page_caches() -> None:
    """No test sees what pages cached in another."""
    st.cache_data.clear()


def test_no_run_of_the_page_asks(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 300, MONDAY, calendar={"earningsDate": [int(DUE.timestamp())]}))
    at = run(run(run(new_dashboard(ticker="CIFR"))))
    assert "Earnings 1 Dec" not in chart_text(at)
    assert not any("calendarEvents" in request.params.get("modules", "") for request in yahoo.requests("summary"))
    assert not yahoo.requests("earnings") and get_store().earnings("CIFR") is None


def test_stored_earnings_are_on_the_first_chart(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 300, MONDAY))
    fetched = datetime(2025, 11, 26, 12, tzinfo=UTC)
    get_store().save_earnings("CIFR", EarningsDates((Earnings(DUE.date(), eps_estimate=0.1),), fetched))
    assert "Earnings 1 Dec" in chart_text(run(new_dashboard(ticker="CIFR")))
