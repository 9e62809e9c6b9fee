"""The PNG of the server on a page: offered where there is a browser, and where there is none, what to do instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from exports import png
from tests.support.app_pages import DASHBOARD, switch_to_page
from tests.support.browser_page import chromium_at
from tests.support.dashboard import OFFLINE, serving
from ui.components import png_button

# The size of Streamlit's own words, and the words that stand over them
SHOWN = "each => [getComputedStyle(each).fontSize, getComputedStyle(each, '::after').content]"


@pytest.fixture(autouse=True)
def looked_for_anew() -> None:
    st.cache_data.clear()


@pytest.mark.parametrize("page", ["levels", "coverage"])
def test_without_a_browser_the_press_says_what_to_do(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    at = AppTest.from_file(DASHBOARD, default_timeout=60)
    at.query_params["source"] = "Sample"
    at.run()
    switch_to_page(at, page)
    assert not any("Chromium" in each.value for each in at.info)
    next(each for each in at.button if each.label == "Download PNG").click()
    at.run()
    assert not at.exception
    said = next(each.value.replace("\\", "") for each in at.info if "Chromium" in each.value)
    assert said == str(png.BrowserNotFound())


@pytest.mark.browser
def test_with_a_browser_it_is_offered(browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(browser))
    assert png.can_draw()
    at = AppTest.from_file(DASHBOARD, default_timeout=60)
    at.query_params["source"] = "Sample"
    at.run()
    assert [each.label for each in at.download_button if "PNG" in each.label] == ["Download PNG"]
    assert not [each for each in at.button if each.label == "Download PNG"]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the browser that dies is a script of the shell")
def test_a_browser_that_dies_while_it_draws_leaves_our_own_sentence(browser: Path, tmp_path: Path) -> None:
    dying = tmp_path / "chromium"
    dying.write_text("#!/bin/sh\nexit 1\n")
    dying.chmod(0o755)
    with chromium_at(browser) as viewer, serving(OFFLINE | {"BROWSER_PATH": str(dying)}) as dashboard:
        page = viewer.new_page()
        page.goto(dashboard.page(source="sample"))
        page.get_by_role("button", name="Download PNG").click()
        said = page.get_by_test_id("stDownloadButtonError")
        expect(said).to_be_visible()
        assert said.evaluate(SHOWN) == ["0px", f'"{png_button.FAILED}"']
