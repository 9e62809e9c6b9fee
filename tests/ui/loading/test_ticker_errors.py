"""A page of many tickers while Yahoo fails: one message for all of them, the sample on offer, a retry."""

from __future__ import annotations

import pytest
import streamlit as st

from tests.support.app_pages import new_dashboard, no_traceback_logged, press, switch_to_page
from tests.support.page_texts import alerts, messages
from tests.support.replay_server import ReplayServer, listing, reset
from ui.loading import batch_run

__all__ = ["no_traceback_logged"]

pytestmark = pytest.mark.apptest

MINERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")  # the watchlist that Levelboard comes with
UNREACHABLE = f"{', '.join(MINERS)}: Yahoo Finance cannot be reached (the connection failed)"


@pytest.fixture(autouse=True)
def set_up_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages have cached nothing, and wait for all tickers instead of showing a progress bar."""
    st.cache_data.clear()
    monkeypatch.setattr(batch_run, "WAIT_BEFORE_PROGRESS_SECONDS", 60.0)


@pytest.fixture
def yahoo_fails(yahoo: ReplayServer) -> ReplayServer:
    yahoo.lists(*(listing(symbol, sessions=300, seed=seed) for seed, symbol in enumerate(MINERS)))
    yahoo.fails("any", reset)
    return yahoo


@pytest.mark.parametrize("name", ["compare", "track_record"])
def test_a_failure_is_reported_once(yahoo_fails: ReplayServer, name: str) -> None:
    at = switch_to_page(new_dashboard(), name)
    (message,) = alerts(at)
    assert message.startswith(UNREACHABLE)
    press(at, "Show the sample")
    assert "**Demo data, not market prices.**" in alerts(at)
    assert not any("cannot be reached" in text for text in alerts(at))


def test_a_retry_shows_the_page(yahoo_fails: ReplayServer) -> None:
    at = switch_to_page(new_dashboard(), "coverage")
    (message,) = alerts(at)
    assert message.startswith(UNREACHABLE)
    yahoo_fails.works()
    press(at, "Try again")
    assert "Newest rating:" in messages(at)
    assert alerts(at) == []
