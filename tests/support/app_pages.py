"""The whole dashboard under Streamlit's AppTest, opened at one of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import wait

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from market.store.store import Store, get_store
from tests.support.page_texts import plain
from tests.support.paths import ROOT
from ui.loading.loaded_tickers import loaded_tickers

DASHBOARD = str(ROOT / "ui" / "dashboard.py")
RUN_TIMEOUT_SECONDS = 60


def empty_store() -> Store:
    """Return the open store without own targets, and clear what pages cached in another test."""
    get_store().delete_own_targets()
    st.cache_data.clear()
    return get_store()


def new_dashboard(**query: str) -> AppTest:
    """Return the dashboard before its first run, at an address such as `new_dashboard(source="sample")`."""
    at = AppTest.from_file(DASHBOARD, default_timeout=RUN_TIMEOUT_SECONDS)
    for name, value in query.items():
        at.query_params[name] = value
    at.session_state["window-size"] = (
        1440,
        900,
    )  # the part below the Levels chart waits for a browser to fetch the chart
    return at


def run(at: AppTest) -> AppTest:
    """Run the page again."""
    for box in at.selectbox:  # AppTest forgets that a box may hold what it does not list
        if box.value is not None and box.value not in box.options:
            box.options.append(box.value)
    at.run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    """Click the first button whose label begins so."""
    next(button for button in at.button if plain(button.label).startswith(label)).click()
    return run(at)


def run_when_fetched(at: AppTest) -> AppTest:
    """Run the Levels page again once its fetch in the background has ended, as it does by itself in a browser."""
    wait(loaded_tickers().fetches(), RUN_TIMEOUT_SECONDS)
    return run(at)


def switch_to_page(at: AppTest, page: str) -> AppTest:
    """Run a page by the name of its file in `pages/`."""
    at.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    assert not at.exception
    return at


def open_page(page: str, **query: str) -> AppTest:
    """Open a page by the name of its file in `pages/`: `open_page("coverage", source="Sample")`."""
    return switch_to_page(new_dashboard(**query).run(), page)


@pytest.fixture
def at_page() -> Callable[..., AppTest]:
    """Opens a page on the emptied store, as `open_page` does."""
    empty_store()
    return open_page


@pytest.fixture(autouse=True)
def no_traceback_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """In a module that imports this fixture, no page may log a traceback, not even one that it does not show."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.exc_info] == []
