"""Loaded modules are excluded from the garbage collection that Streamlit makes after each run of a page."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.app_pages import DASHBOARD

pytestmark = pytest.mark.apptest


def collected_share_after_a_run() -> float:
    """Return the share of all objects that a garbage collection still looks at."""
    AppTest.from_file(DASHBOARD, default_timeout=60).run()
    collected = len(gc.get_objects())
    return collected / (collected + gc.get_freeze_count())


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    st.cache_resource.clear()
    gc.unfreeze()
    yield
    gc.freeze()


def test_loaded_modules_are_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    assert collected_share_after_a_run() < 0.2
    gc.unfreeze()
    assert collected_share_after_a_run() > 0.8  # only once: what sessions leave behind must be collected
    monkeypatch.setitem(sys.modules, "levelboard_loaded_later", types.ModuleType("levelboard_loaded_later"))
    assert collected_share_after_a_run() < 0.2
