"""From a change to its level on the chart, and from a level to an alert, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser_page import levels_chart
from tests.support.dashboard import Dashboard

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("dashboard")]

HEADER_PX, ROW_PX = 35, 35  # of a table, which is drawn on a canvas


def click_cell(page: Page, table: str, row: int, from_right_px: int) -> None:
    """Click the cell of that row, counted from 0, so many pixels from the right edge of the table."""
    canvas: Locator = page.locator(f".st-key-{table} canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    at = box["x"] + box["width"] - from_right_px, box["y"] + HEADER_PX + ROW_PX * row + ROW_PX / 2
    page.mouse.move(*at)
    page.wait_for_timeout(200)  # the canvas accepts a click only where it has seen the pointer
    page.mouse.click(*at)


def test_a_change_opens_its_chart_with_the_level_marked(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.shared_page("changes", source="Sample", asof="2025-11-24"))
    table = page.locator(".st-key-changes-table [role=grid]").first
    expect(table).to_contain_text("Closed back above the 50-day EMA")
    click_cell(page, "changes-table", 0, 300)
    marked = levels_chart(page).locator(".annotation rect.bg[style*='rgb(255, 205, 0)']")
    expect(marked).to_have_count(1)
    expect(page).to_have_url(re.compile("level=ema.50"))
    page.get_by_role("combobox", name="Ticker").click()
    page.get_by_role("option", name="CLSK").click()
    expect(levels_chart(page)).to_contain_text("CleanSpark")
    expect(page).not_to_have_url(re.compile("level="))


def test_an_alert_takes_two_clicks_from_its_level_and_is_paused_and_deleted(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.shared_page(ticker="CIFR", source="Sample"))
    ladder = page.locator(".st-key-ladder [role=grid]").first
    expect(ladder).to_contain_text("EMA 50")
    labels = ladder.locator("tbody tr td:first-child").all_inner_texts()
    click_cell(page, "ladder", labels.index("EMA 50"), 30)
    expect(page.get_by_role("heading", name="New alert")).to_be_visible()
    expect(page.get_by_text("It would have fired on")).to_be_visible()
    page.get_by_role("button", name="Arm").click()
    expect(page.get_by_text('"CIFR: closes below EMA 50" is armed.')).to_be_visible()
    expect(page.get_by_text("Has not fired yet.")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("There are no alerts yet.")).to_be_visible()
