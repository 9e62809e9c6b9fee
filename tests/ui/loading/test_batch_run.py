"""Loading a list of tickers: shared results, stop and resume, and the text beside the progress bar."""

from __future__ import annotations

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import at_page, switch_to_page
from tickers import request as requests
from ui.loading import batch_run
from ui.loading.batch_run import queue_phrase

__all__ = ["at_page"]

MINERS = ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]


@pytest.fixture
def fetched(monkeypatch) -> list[str]:
    """The symbols fetched so far, in their order."""
    symbols: list[str] = []
    fetch = requests.fetch
    monkeypatch.setattr(requests, "fetch", lambda *key: symbols.append(key[0]) or fetch(*key))
    return symbols


def wait_for_rows(at: AppTest) -> None:
    """Run the Watchlist page once all its tickers are loaded."""
    assert at.session_state["batch-run watchlist rows"].work.wait(20)
    at.run()


def tickers(at: AppTest) -> list[str]:
    return list(at.dataframe(key="coverage-table").value["Ticker"])


@pytest.mark.apptest
def test_pages_share_what_they_have_loaded(at_page, fetched):
    at = at_page("watchlist", source="Sample")
    wait_for_rows(at)
    assert sorted(fetched) == MINERS
    assert tickers(switch_to_page(at, "coverage")) == MINERS
    assert len(at.multiselect) == 3
    switch_to_page(at, "compare")
    assert sorted(fetched) == MINERS


@pytest.mark.apptest
def test_a_refresh_of_the_watchlist_renews_what_pages_share(at_page, fetched):
    at = at_page("watchlist", source="Sample")
    wait_for_rows(at)
    at.button(key="watchlist-refresh").click().run()
    wait_for_rows(at)
    assert sorted(fetched) == sorted(2 * MINERS)


@pytest.mark.apptest
def test_a_page_of_analyses_is_stopped_and_resumed(at_page, monkeypatch):
    gate, fetch = threading.Event(), requests.fetch

    def slow_after_two(symbol: str, *rest: str):
        if symbol not in MINERS[:2]:
            gate.wait(20)
        return fetch(symbol, *rest)

    monkeypatch.setattr(requests, "fetch", slow_after_two)
    monkeypatch.setattr(batch_run, "WAIT_BEFORE_PROGRESS_SECONDS", 0.1)
    at = at_page("coverage", source="Sample")
    run = at.session_state["batch-run analyses"]
    until = time.monotonic() + 20
    while len(run.results) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    at.run()
    assert not at.dataframe
    at.button(key="batch-stop").click().run()
    assert tickers(at) == MINERS[:2]
    gate.set()
    at.button(key="batch-resume").click().run()
    assert run.work.wait(20)
    assert tickers(at.run()) == MINERS
    assert not at.exception


@pytest.mark.apptest
def test_an_old_run_is_repeated(at_page, fetched, monkeypatch):
    at = at_page("coverage", source="Sample")
    first = at.session_state["batch-run analyses"]
    assert at.run().session_state["batch-run analyses"] is first
    monkeypatch.setattr(batch_run, "MAX_AGE_SECONDS", 0.0)
    assert at.run().session_state["batch-run analyses"] is not first


@pytest.mark.parametrize(
    ("requests", "phrase"),
    [
        (0, ""),
        (1, ", 1 request waiting for Yahoo's rate limit"),
        (3, ", 3 requests waiting for Yahoo's rate limit"),
    ],
)
def test_the_length_of_the_queue_is_given(requests: int, phrase: str) -> None:
    assert queue_phrase(requests) == phrase
