"""In the real browser: targets dropped, marked, kept over a restart, exported the same; the sector's picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from market.sample import sample
from market.targets_csv import read_targets_csv
from tests.support.dashboard import CHROMIUM, Dashboard, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) $\\\\LaTeX$"
MINE = (
    "firm,symbol,date,target,rating,note\n"
    f'"{HOSTILE}",CIFR,2025-11-21,25,Buy,=cmd()\n'
    "Desk,CIFR,yesterday,25,Buy,\n"
    f'Desk,"{HOSTILE}",2025-11-21,25,Buy,\n'
)
ROW = 35  # pixels of a table's row
PATIENCE = 30_000  # milliseconds, while other tests share the machine


@pytest.fixture(scope="module")
def chromium(browser: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=list(CHROMIUM))
        yield started
        started.close()


@contextmanager
def looking_at(chromium: Browser, dashboard: Dashboard, page: str) -> Iterator[Page]:
    """The page of the sample, in a window of its own that no script may open a box in."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1600}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    window = context.new_page()
    boxes: list[str] = []
    window.on("dialog", lambda box: (boxes.append(box.message), box.dismiss()))
    window.goto(dashboard.page(page, source="Sample"))
    yield window
    assert boxes == []
    context.close()


def drop(window: Page, name: str, content: bytes) -> None:
    window.get_by_test_id("stSidebar").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def sidebar_says(window: Page, text: str | re.Pattern[str]) -> None:
    expect(window.get_by_test_id("stSidebar").get_by_text(text).first).to_be_visible()


def cells(window: Page, key: str) -> list[str]:
    """The texts of a table, which the grid keeps beside its drawing for screen readers."""
    grid = window.locator(f".st-key-{key} [role=gridcell]")
    grid.first.wait_for(state="attached")
    return grid.all_text_contents()


def click_row(window: Page, grid: Locator, row: int, across: float) -> None:
    """A click into a table's row, counted from 1, so many pixels from its left edge."""
    at = grid.bounding_box()
    window.mouse.move(at["x"] + across, at["y"] + ROW, steps=5)  # the grid takes no click that came from nowhere
    window.mouse.click(at["x"] + across, at["y"] + (row + 0.5) * ROW)


def save_picture(window: Page, picture: Locator) -> None:
    """The camera's file is the whole picture, twice the size, on an opaque ground."""
    picture.hover()
    with window.expect_download() as saved:
        picture.locator("[data-title*='png' i]").first.click()
    assert saved.value.suggested_filename == "JPMorgan_sector_2025-11-24.png"
    drawn = Image.open(io.BytesIO(Path(saved.value.path()).read_bytes())).convert("RGBA")
    assert drawn.width == pytest.approx(2 * picture.bounding_box()["width"], abs=4)
    assert drawn.getchannel("A").getextrema() == (255, 255)
    assert_inside(drawn.convert("L"))


def assert_inside(grey: Image.Image) -> None:
    """Ink, and none that touches an edge: words that do are cut."""
    ground = grey.getpixel((0, 0))
    ink = grey.point(lambda value: 255 if abs(value - ground) > 40 else 0).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    assert left > 4 and top > 4 and right < grey.width - 4 and bottom < grey.height - 4


def test_own_targets_are_dropped_marked_kept_over_a_restart_exported_the_same_and_forgotten(chromium, tmp_path):
    example = sample.TARGETS_CSV.read_bytes()
    with serving(home=tmp_path) as dashboard, looking_at(chromium, dashboard, "coverage") as window:
        expect(window.get_by_role("heading", name="Coverage")).to_be_visible()
        drop(window, "targets.csv", example)
        sidebar_says(window, "5 rows added for CIFR, CLSK, IREN, MARA, RIOT.")
        expect(window.locator(".st-key-coverage-table [role=gridcell]").get_by_text("Own").first).to_be_attached()
        assert cells(window, "coverage-table").count("Own") == 5
        picture = window.locator(".st-key-sector .js-plotly-plot")
        expect(picture.get_by_text("on 5 tickers")).to_be_visible()
        save_picture(window, picture)

        drop(window, "hostile.csv", MINE.encode())
        sidebar_says(window, "1 row added for CIFR.")
        sidebar_says(window, re.compile(r"'yesterday' is not a date"))
        sidebar_says(window, re.compile(r"'<img src=x onerror"))
        expect(window.get_by_role("button", name="6 saved")).to_be_visible()
        grid = window.locator(".st-key-coverage-table").get_by_test_id("data-grid-canvas")
        expect(grid).to_have_css("height", f"{7 * ROW + 1}px")
        click_row(window, grid, 6, across=150)
        expect(picture.get_by_text("on 1 ticker")).to_be_visible()
        assert "Traceback" not in dashboard.said()

    with serving(home=tmp_path) as dashboard, looking_at(chromium, dashboard, "coverage") as window:
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
        expect(window.locator(".st-key-coverage-table [role=gridcell]").get_by_text("Own")).to_have_count(0)
        assert "Traceback" not in dashboard.said()
