"""After a page's run, Python's search for garbage leaves out what is loaded: Streamlit searches after each run."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import DASHBOARD


def searched_after_a_run() -> float:
    """The share of all objects that the search still looks at."""
    AppTest.from_file(DASHBOARD, default_timeout=60).run()
    searched = len(gc.get_objects())
    return searched / (searched + gc.get_freeze_count())


@pytest.fixture(autouse=True)
def searched_as_before() -> Iterator[None]:
    st.cache_resource.clear()
    gc.unfreeze()
    yield
    gc.freeze()


def test_what_is_loaded_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched_after_a_run() < 0.2
    gc.unfreeze()
    assert searched_after_a_run() > 0.8  # once only: what sessions leave behind must be found
    monkeypatch.setitem(sys.modules, "levelboard_loaded_later", types.ModuleType("levelboard_loaded_later"))
    assert searched_after_a_run() < 0.2
