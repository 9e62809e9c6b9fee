"""The PNG of the server on a page: offered where there is a browser, and where there is none, what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from charts import png
from tests.app_pages import APP


@pytest.fixture(autouse=True)
def looked_for_anew() -> None:
    st.cache_data.clear()


@pytest.mark.parametrize("page", ["pages/levels.py", "pages/coverage.py"])
def test_without_a_browser_the_press_says_what_to_do(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["source"] = "Sample"
    at.run()
    at.switch_page(page).run()
    assert not any("Chromium" in each.value for each in at.info)
    next(each for each in at.button if each.label == "Download PNG").click()
    at.run()
    assert not at.exception
    said = next(each.value.replace("\\", "") for each in at.info if "Chromium" in each.value)
    assert said == str(png.NoBrowser())


@pytest.mark.browser
def test_with_a_browser_it_is_offered(browser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(browser))
    assert png.can_draw()
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["source"] = "Sample"
    at.run()
    assert [each.label for each in at.download_button if "PNG" in each.label] == ["Download PNG"]
    assert not [each for each in at.button if each.label == "Download PNG"]
