"""The Watchlist and the Compare page in a real browser, on the built-in sample and without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.support.dashboard import CHROMIUM, OFFLINE, Dashboard, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000  # milliseconds, while other tests share the machine
HEADER, ROW = 35, 35  # pixels of the table's lines, which are drawn on a canvas


@pytest.fixture(scope="module")
def dashboard(browser: Path) -> Iterator[Dashboard]:
    with serving(OFFLINE) as served:
        yield served


@pytest.fixture(scope="module")
def chromium(browser: Path) -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browser, args=list(CHROMIUM))
        yield started
        started.close()


def ours(said: ConsoleMessage) -> bool:
    """Streamlit looks for its server under the page's own path first, and finds none."""
    return "/_stcore/" not in said.location["url"]


@pytest.fixture
def page(chromium: Browser, dashboard: Dashboard) -> Iterator[Page]:
    """A viewer's own window; errors in its console fail the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    opened, faults = context.new_page(), []
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" and ours(said) else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []
    assert "Traceback" not in dashboard.said()


def click_row(page: Page, number: int) -> None:
    """Clicks the ticker in the row of that number, from 0."""
    box = page.locator(".st-key-watchlist-table canvas").first.bounding_box()
    assert box is not None
    at = box["x"] + 30, box["y"] + HEADER + ROW * number + ROW / 2
    page.mouse.move(*at)
    page.wait_for_timeout(200)  # the canvas takes a click where it has seen the pointer
    page.mouse.click(*at)


def shown(page: Page) -> str:
    """The table as a screen reader reads it."""
    return page.locator(".st-key-watchlist-table [role=grid]").first.inner_text()


def test_a_filter_leaves_its_rows_and_a_click_opens_the_chart(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.page("watchlist", source="Sample"))
    page.get_by_role("button", name="target raised this week (2)").click()
    expect(page.locator(".st-key-watchlist-table [role=grid]").first).not_to_contain_text("CLSK")
    assert "IREN" in shown(page) and "48.16" in shown(page)
    click_row(page, 1)
    expect(page.locator(".st-key-levels-chart .js-plotly-plot").first).to_contain_text("IREN")
    assert "ticker=IREN" in page.url and "source=Sample" in page.url


def test_a_pasted_list_is_kept_and_opened(page: Page, dashboard: Dashboard, chromium: Browser) -> None:
    page.goto(dashboard.page("watchlist", source="Sample"))
    page.get_by_role("button", name="New list").click()
    page.get_by_role("textbox", name="Name").fill("Two miners")
    page.get_by_role("textbox", name="Tickers").fill("$riot, CIFR\nnot a ticker!")
    page.get_by_role("button", name="Make").click()
    expect(page.get_by_role("heading", name="Two miners")).to_be_visible()
    expect(page.get_by_role("button", name="Make")).to_be_hidden()
    expect(page.get_by_text("cannot be a ticker").first).to_be_visible()
    expect(page.locator(".st-key-watchlist-table [role=grid]").first).to_contain_text("RIOT")
    with chromium.new_context() as another:
        later = another.new_page()
        later.goto(dashboard.page("compare", source="Sample", watchlist="Two miners"))
        expect(later.get_by_test_id("stMultiSelect").first).to_contain_text("RIOT")
        expect(later.locator(".js-plotly-plot").first).to_contain_text("CIFR")


def test_all_pictures_come_in_a_zip_whose_page_opens_without_a_network(
    page: Page, dashboard: Dashboard, chromium: Browser, tmp_path: Path
) -> None:
    page.goto(dashboard.page("watchlist", source="Sample"))
    page.get_by_role("button", name="Export all pictures").click()
    expect(page.get_by_role("button", name="Download ZIP (5 of 5 pictures)")).to_be_visible(timeout=60_000)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download ZIP").click()
    with ZipFile(started.value.path()) as packed:
        packed.extractall(tmp_path)
    pictures = sorted(tmp_path.glob("*.png"))
    assert [each.name.split("_")[0] for each in pictures] == ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
    for picture in pictures:
        with Image.open(picture) as image:
            assert image.size == (3200, 1800)
    with chromium.new_context(offline=True, viewport={"width": 390, "height": 844}) as phone:
        opened = phone.new_page()
        opened.goto((tmp_path / "index.html").as_uri())
        assert opened.evaluate("[...document.images].filter(each => each.complete && each.naturalWidth).length") >= 2
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(opened.get_by_text("Demo data, not market prices.")).to_be_visible()


def test_an_export_stops_when_told(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.page("watchlist", source="Sample"))
    page.get_by_role("button", name="Export all pictures").click()
    expect(page.get_by_text(re.compile(r"^[1-4] of 5 pictures"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(
        page.get_by_role("button", name=re.compile(r"Download ZIP \([1-5] of 5 pictures, stopped\)"))
    ).to_be_visible()
