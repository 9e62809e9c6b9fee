"""One's own targets in a real browser: uploaded, marked, exported unchanged, deleted."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from market.sample import sample
from market.targets_csv import read_targets_csv
from tests.support.browser_page import checked_page
from tests.support.dashboard import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) $\\\\LaTeX$"
MINE = (
    "firm,symbol,date,target,rating,note\n"
    f'"{HOSTILE}",CIFR,2025-11-21,25,Buy,=cmd()\n'
    "Desk,CIFR,yesterday,25,Buy,\n"
    f'Desk,"{HOSTILE}",2025-11-21,25,Buy,\n'
)
ROW_PX = 35  # of a table
TALL = {"width": 1400, "height": 1600}


def upload(window: Page, name: str, content: bytes) -> None:
    window.get_by_test_id("stSidebar").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def sidebar_shows(window: Page, text: str | re.Pattern[str]) -> None:
    expect(window.get_by_test_id("stSidebar").get_by_text(text).first).to_be_visible()


def cells(window: Page, key: str) -> list[str]:
    """Return the texts of a table, which the grid keeps beside its drawing for screen readers."""
    grid = window.locator(f".st-key-{key} [role=gridcell]")
    grid.first.wait_for(state="attached")
    return grid.all_text_contents()


def click_row(window: Page, grid: Locator, row: int, across: float) -> None:
    """Click a row of a table, counted from 1, that many pixels from its left edge."""
    at = grid.bounding_box()
    window.mouse.move(at["x"] + across, at["y"] + ROW_PX, steps=5)  # the grid ignores a click without a movement
    window.mouse.click(at["x"] + across, at["y"] + (row + 0.5) * ROW_PX)


def save_picture(window: Page, picture: Locator) -> None:
    """Save the chart with its camera button; the file is whole, opaque and twice the size."""
    picture.hover()
    with window.expect_download() as saved:
        picture.locator("[data-title*='png' i]").first.click()
    assert saved.value.suggested_filename == "JPMorgan_sector_2025-11-24.png"
    drawn = Image.open(io.BytesIO(Path(saved.value.path()).read_bytes())).convert("RGBA")
    assert drawn.width == pytest.approx(2 * picture.bounding_box()["width"], abs=4)
    assert drawn.getchannel("A").getextrema() == (255, 255)
    assert_nothing_is_cut(drawn.convert("L"))


def assert_nothing_is_cut(gray: Image.Image) -> None:
    """Check that there is ink and that none of it touches an edge, as text that is cut does."""
    ground = gray.getpixel((0, 0))
    ink = gray.point(lambda value: 255 if abs(value - ground) > 40 else 0).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    assert left > 4 and top > 4 and right < gray.width - 4 and bottom < gray.height - 4


@pytest.mark.long
def test_own_targets_are_marked_exported_and_kept_until_they_are_deleted(browser: Path) -> None:
    """That they outlive the server is a matter of the store: tests/market/store/test_store_killed.py."""
    example = sample.TARGETS_CSV.read_bytes()
    with serving() as dashboard, checked_page(browser, dashboard, viewport=TALL) as window:
        window.goto(dashboard.shared_page("coverage", source="Sample"))
        expect(window.get_by_role("heading", name="Coverage")).to_be_visible()
        upload(window, "targets.csv", example)
        sidebar_shows(window, "5 rows added for CIFR, CLSK, IREN, MARA, RIOT.")
        expect(window.locator(".st-key-coverage-table [role=gridcell]").get_by_text("own").first).to_be_attached()
        assert sum(cell.startswith("own") for cell in cells(window, "coverage-table")) == 5
        picture = window.locator(".st-key-sector-chart .js-plotly-plot")
        expect(picture.get_by_text("on 5 tickers")).to_be_visible()
        save_picture(window, picture)

        upload(window, "hostile.csv", MINE.encode())
        sidebar_shows(window, "1 row added for CIFR.")
        sidebar_shows(window, re.compile(r"'yesterday' is not a date"))
        sidebar_shows(window, re.compile(r"'<img src=x onerror"))
        expect(window.get_by_role("button", name="6 saved")).to_be_visible()
        grid = window.locator(".st-key-coverage-table").get_by_test_id("data-grid-canvas")
        expect(grid).to_have_css("height", f"{7 * ROW_PX + 1}px")
        click_row(window, grid, 6, across=150)
        expect(picture.get_by_text("on CIFR")).to_be_visible()

        window.goto(dashboard.shared_page("coverage", source="Sample"))
        window.get_by_role("button", name="6 saved").click()
        dialog = window.get_by_role("dialog")
        with window.expect_download() as saved:
            dialog.get_by_role("button", name="Download CSV").click()
        exported = Path(saved.value.path()).read_bytes()
        assert saved.value.suggested_filename == "own-targets.csv"
        assert read_targets_csv(exported).problems == ()
        wanted = (*read_targets_csv(example).rows, *read_targets_csv(MINE).rows)
        assert read_targets_csv(exported).rows == wanted
        assert b",'=cmd()," in exported

        click_row(window, dialog.get_by_test_id("data-grid-canvas"), 6, across=17)
        dialog.get_by_role("button", name="Delete 1 selected row").click()
        window.get_by_role("button", name="Delete 1 selected row now").click()
        window.get_by_role("button", name="5 saved").click()
        dialog.get_by_role("button", name="Delete all 5 rows").click()
        window.get_by_role("button", name="Delete all 5 rows now").click()
        expect(window.get_by_role("button", name="5 saved")).to_have_count(0)
        expect(window.locator(".st-key-coverage-table [role=gridcell]").get_by_text(re.compile("^own"))).to_have_count(
            0
        )
