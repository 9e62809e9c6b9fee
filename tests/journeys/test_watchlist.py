"""The Watchlist and the Compare page in a real browser, on the built-in sample."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from market.store.store import Store, Watchlist
from tests.journeys.conftest import Stage
from tests.support.browser_page import chromium_at, shared_chromium
from tests.support.dashboard import Dashboard
from tests.support.replay_server import listing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("dashboard")]

HEADER_PX, ROW_PX = 35, 35  # of the table, which is drawn on a canvas


def click_row(page: Page, number: int) -> None:
    """Click the ticker in the row of that number, counted from 0."""
    box = page.locator(".st-key-watchlist-table canvas").first.bounding_box()
    assert box is not None
    at = box["x"] + 30, box["y"] + HEADER_PX + ROW_PX * number + ROW_PX / 2
    page.mouse.move(*at)
    page.wait_for_timeout(200)  # the canvas accepts a click only where it has seen the pointer
    page.mouse.click(*at)


def table_text(page: Page) -> str:
    """Return the table as a screen reader reads it."""
    return page.locator(".st-key-watchlist-table [role=grid]").first.inner_text()


def test_a_filter_keeps_matching_rows_and_a_click_opens_the_chart(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.shared_page("watchlist", source="Sample"))
    page.get_by_role("button", name="target raised this week (2)").click()
    expect(page.locator(".st-key-watchlist-table [role=grid]").first).not_to_contain_text("CLSK")
    assert "IREN" in table_text(page) and "48.16" in table_text(page)
    click_row(page, 1)
    expect(page.locator(".st-key-levels-chart .js-plotly-plot").first).to_contain_text("IREN")
    expect(page).to_have_url(re.compile("ticker=IREN"))
    assert "source=Sample" in page.url


@pytest.mark.long
def test_a_pasted_watchlist_is_saved_for_every_viewer(page: Page, dashboard: Dashboard, browser: Path) -> None:
    page.goto(dashboard.shared_page("watchlist", source="Sample"))
    page.get_by_role("button", name="New list").click()
    page.get_by_role("textbox", name="Name").fill("Two miners")
    page.get_by_role("textbox", name="Tickers").fill("$riot, CIFR\nnot a ticker!")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Two miners")).to_be_visible()
    expect(page.get_by_role("button", name="Create")).to_be_hidden()
    expect(page.get_by_text("cannot be a ticker").first).to_be_visible()
    expect(page.locator(".st-key-watchlist-table [role=grid]").first).to_contain_text("RIOT")
    shared_chromium(browser).clean_window()  # as it is for another viewer: nothing stored, and a new session
    page.goto(dashboard.shared_page("compare", source="Sample", watchlist="Two miners"))
    expect(page.get_by_test_id("stMultiSelect").first).to_contain_text("RIOT")
    expect(page.locator(".js-plotly-plot").first).to_contain_text("CIFR")


@pytest.mark.long
def test_what_was_typed_meets_what_another_saved_meanwhile(page: Page, shared_stage: Stage) -> None:
    store = Store(shared_stage.store)
    opened = store.save_watchlist(Watchlist("Edited by two", ("CIFR", "RIOT")))
    page.goto(shared_stage.dashboard.shared_page("watchlist", source="Sample", watchlist="Edited by two"))
    page.get_by_role("button", name="Edit list").click()
    tickers = page.get_by_role("textbox", name="Tickers")
    expect(tickers).to_have_value("CIFR\nRIOT")
    tickers.fill("CIFR RIOT MARA")
    saved = store.edit_watchlist(opened, "Edited by two", ("CLSK", "CIFR", "RIOT"), "ann@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("it has your changes and those of the others").first).to_be_visible()
    assert saved.id and store.watchlists()[-1].symbols == ("CLSK", "CIFR", "RIOT", "MARA")
    expect(page.get_by_role("textbox", name="Tickers")).to_have_value("CLSK\nCIFR\nRIOT\nMARA")

    page.get_by_role("textbox", name="Tickers").fill("MARA CIFR RIOT CLSK")
    store.edit_watchlist(store.watchlists()[-1], "Edited by two", ("RIOT", "MARA", "CIFR", "CLSK"), "ann@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was changed meanwhile by ann@example.com: here is both").first).to_be_visible()
    expect(page.get_by_text("RIOT MARA CIFR CLSK").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Tickers")).to_have_value("MARA CIFR RIOT CLSK")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("here is both")).to_have_count(0)
    assert store.watchlists()[-1].symbols == ("MARA", "CIFR", "RIOT", "CLSK")
    store.delete_watchlist(store.watchlists()[-1])
    store.close()


@pytest.mark.long
def test_an_export_can_be_stopped_and_a_whole_one_comes_in_a_zip_whose_page_opens_offline(
    page: Page, stage: Stage, browser: Path, tmp_path: Path
) -> None:
    symbols = [f"TEN{letter}" for letter in "ABCDEFGHIJ"]
    stage.yahoo.lists(*(listing(symbol, sessions=300, seed=seed) for seed, symbol in enumerate(symbols)))
    Store(stage.store).save_watchlist(Watchlist("Ten tickers", tuple(symbols)))
    page.goto(stage.dashboard.shared_page("watchlist", watchlist="Ten tickers"))
    page.get_by_role("button", name="Export all pictures").click()
    expect(page.get_by_text(re.compile(r"^[1-9] of 10 pictures"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name=re.compile(r"Download ZIP \(\d+ of 10 pictures, stopped\)"))).to_be_visible()

    page.get_by_role("button", name="Export all pictures").click()
    expect(page.get_by_role("button", name="Download ZIP (10 of 10 pictures)")).to_be_visible(timeout=60_000)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download ZIP").click()
    with ZipFile(started.value.path()) as packed:
        packed.extractall(tmp_path)
    pictures = sorted(tmp_path.glob("*.png"))
    assert [picture.name.split("_")[0] for picture in pictures] == symbols
    for picture in pictures:
        with Image.open(picture) as image:
            assert image.size == (3200, 1800)
    with chromium_at(browser, offline=True, viewport={"width": 390, "height": 844}) as phone:
        album = phone.new_page()
        album.goto((tmp_path / "index.html").as_uri())
        assert album.evaluate("[...document.images].filter(image => image.complete && image.naturalWidth).length") >= 2
        assert album.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(album.get_by_text("TENA Replayed Inc.").first).to_be_visible()
