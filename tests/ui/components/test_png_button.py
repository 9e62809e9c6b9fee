"""The PNG button: offered where the server has a browser; without one, it says what to do instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import expect

from exports import png
from tests.support.app_pages import new_dashboard, run, switch_to_page
from tests.support.browser_page import shared_window
from tests.support.dashboard import OFFLINE, serving
from ui.components import png_button

pytestmark = pytest.mark.apptest

# The size of Streamlit's own text, and the text that replaces it
SHOWN_TEXT = "text => [getComputedStyle(text).fontSize, getComputedStyle(text, '::after').content]"


@pytest.fixture(autouse=True)
def clear_browser_check() -> None:
    st.cache_data.clear()


@pytest.mark.parametrize("page", ["levels", "coverage"])
def test_without_a_browser_a_click_says_what_to_do(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    at = run(new_dashboard(source="Sample"))
    switch_to_page(at, page)
    assert not any("Chromium" in info.value for info in at.info)
    next(button for button in at.button if button.label == "Download PNG").click()
    at.run()
    assert not at.exception
    advice = next(info.value.replace("\\", "") for info in at.info if "Chromium" in info.value)
    assert advice == str(png.BrowserNotFound())


@pytest.mark.browser
def test_with_a_browser_the_download_is_offered(browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(browser))
    assert png.can_draw()
    at = run(new_dashboard(source="Sample"))
    assert [button.label for button in at.download_button if "PNG" in button.label] == ["Download PNG"]
    assert not [button for button in at.button if button.label == "Download PNG"]


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="the crashing browser is a shell script")
def test_a_browser_that_crashes_leaves_our_own_message(browser: Path, tmp_path: Path) -> None:
    crashing = tmp_path / "chromium"
    crashing.write_text("#!/bin/sh\nexit 1\n")
    crashing.chmod(0o755)
    with serving(OFFLINE | {"BROWSER_PATH": str(crashing)}) as dashboard, shared_window(browser, dashboard) as page:
        page.goto(dashboard.shared_page(source="sample"))
        page.get_by_role("button", name="Export").click()
        page.get_by_role("button", name="Download PNG").click()
        error = page.get_by_test_id("stDownloadButtonError")
        expect(error).to_be_visible()
        assert error.evaluate(SHOWN_TEXT) == ["0px", f'"{png_button.FAILED}"']
