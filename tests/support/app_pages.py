"""The whole dashboard under Streamlit's AppTest, with a store of its own, at one of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from market.store.store import Store, get_store
from tests.support.paths import ROOT

APP = str(ROOT / "app.py")


@contextmanager
def own_store(folder: Path) -> Iterator[None]:
    """A store of these tests' own: making one costs the disk some tenths of a second, emptying it hardly any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEVELS_STORE", str(folder / "levels.db"))
        yield


def emptied() -> Store:
    """The open store without own targets, and pages that remember nothing of another test's."""
    get_store().delete_own_targets()
    st.cache_data.clear()
    return get_store()


def page_opener(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens a page by its file's name: `at_page("coverage", source="Sample")`.

    AppTest forgets before each run that app.py calls st.navigation, and would run the page's file by itself.
    """
    start = PagesManager.__init__

    def started(self: PagesManager, *args: object, **options: object) -> None:
        start(self, *args, **options)  # type: ignore[arg-type]
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", started)

    def at_page(page: str, **query: str) -> AppTest:
        at = AppTest.from_file(APP, default_timeout=60)
        for name, value in query.items():
            at.query_params[name] = value
        at.session_state["picture-seen"] = True  # what follows the Levels page's picture comes when a browser asks
        at.run()
        at.switch_page(f"pages/{page}.py").run()
        assert not at.exception
        return at

    return at_page


@pytest.fixture(scope="module", autouse=True)
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tests of a module that imports it have a store of their own."""
    with own_store(tmp_path_factory.mktemp("store")):
        yield


@pytest.fixture
def at_page(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens a page of the emptied store, see `page_opener`."""
    emptied()
    return page_opener(monkeypatch)
