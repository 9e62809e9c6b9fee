"""The Levels page in a real browser: what a viewer sees, picks, types and saves."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from market.price_history import PriceHistory
from market.store.store import Store
from tests.journeys.conftest import Stage
from tests.support.browser_page import levels_chart, rerun_finished
from tests.support.replay_server import hang, listing, report

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("dashboard")]

HOSTILE = ("<img src=x onerror=alert(1)>", "[x](javascript:alert(2))", r"$\LaTeX$", "A" * 100_000)
DARK, LIGHT = (14, 17, 23), (255, 255, 255)


@dataclass
class Viewer:
    """Someone who looks at the Levels page."""

    page: Page
    stage: Stage

    def opens(self, **query: str) -> None:
        self.page.goto(self.stage.dashboard.shared_page(**query))

    def sees(self, *texts: str) -> None:
        """Wait for a chart that contains all of these texts."""
        expect(self.chart.locator(".trace").first).to_be_attached()
        for text in texts:
            expect(self.chart, self.alert_texts()).to_contain_text(text)

    def alert_texts(self) -> str:
        """Return the messages on the page, which explain why a test failed."""
        return " | ".join(self.page.get_by_test_id("stAlert").all_inner_texts())

    def types_ticker(self, ticker: str) -> None:
        box = self.page.get_by_test_id("stSelectbox").filter(has_text="Ticker").locator("input")
        box.fill(ticker)
        box.press("Enter")

    def saves(self, button: Locator) -> np.ndarray:
        """Click the button and return the pixels of CIFR's picture that comes."""
        with self.page.expect_download() as saved:
            button.click()
        assert saved.value.suggested_filename == "CIFR_levels_2025-11-24.png"
        return np.asarray(Image.open(io.BytesIO(Path(saved.value.path()).read_bytes())).convert("RGBA"))

    @property
    def chart(self) -> Locator:
        return levels_chart(self.page)


@pytest.fixture
def viewer(page: Page, stage: Stage) -> Viewer:
    return Viewer(page, stage)


def assert_whole_picture(pixels: np.ndarray, ground: tuple[int, int, int]) -> None:
    """Check that the picture is opaque, with ink in each quarter and none on the edge."""
    assert (pixels[..., 3] == 255).all()
    has_ink = (np.abs(pixels[..., :3].astype(int) - ground) > 24).any(axis=-1)
    assert not has_ink[:4].any() and not has_ink[-4:].any() and not has_ink[:, :4].any() and not has_ink[:, -4:].any()
    height, width = has_ink.shape
    for rows in (slice(0, height // 2), slice(height // 2, height)):
        for columns in (slice(0, width // 2), slice(width // 2, width)):
            assert has_ink[rows, columns].mean() > 0.002


def test_a_link_opens_its_chart_which_is_saved_and_compared_with_random_data(viewer: Viewer) -> None:
    """The camera button draws it at twice its size on the page, the server at twice 1600 x 900 or more."""
    viewer.opens(source="Sample", ticker="CIFR", asof="2025-11-24")
    viewer.sees("CIFR", "$16.77", "+18.6%", "EMA 50 15.89", "JPMorgan", "DEMO DATA")
    expect(viewer.page.get_by_test_id("stMetricValue").first).to_have_text("$16.77")

    box = viewer.chart.bounding_box()
    viewer.chart.hover(position={"x": 300, "y": 300})
    by_camera = viewer.saves(viewer.chart.locator(".modebar-btn[data-title^='Download plot']"))
    assert by_camera.shape[:2] == (round(2 * box["height"]), round(2 * box["width"]))
    assert_whole_picture(by_camera, LIGHT)

    viewer.page.get_by_role("button", name="Export").click()
    button = viewer.page.get_by_role("button", name="Download PNG")
    by_server = viewer.saves(button)
    assert by_server.shape[:2] == (1800, 3200)
    assert_whole_picture(by_server, LIGHT)
    viewer.page.get_by_text("Include commentary").click()
    rerun_finished(viewer.page)
    viewer.page.wait_for_timeout(300)
    assert viewer.saves(button).shape[0] > 1800
    viewer.page.keyboard.press("Escape")

    viewer.page.get_by_role("button", name="Could it be chance?").click()
    expect(viewer.page.get_by_text("Random data draws a line this good")).to_be_visible()


def test_a_picked_ticker_and_a_typed_day_change_the_chart_and_the_address(viewer: Viewer) -> None:
    viewer.opens(source="Sample")
    viewer.sees("CIFR")
    viewer.page.get_by_test_id("stSelectbox").filter(has_text="Ticker").locator("input").click()
    viewer.page.get_by_role("option", name="CLSK", exact=True).click()
    viewer.sees("CLSK", "$11.15", "24 Nov 2025", "JPMorgan")
    expect(viewer.page).to_have_url(re.compile("ticker=CLSK"))
    viewer.page.reload()
    viewer.sees("CLSK", "$11.15")
    viewer.page.get_by_test_id("stDateInput").get_by_role("spinbutton").first.click()
    viewer.page.keyboard.type("20250601")
    viewer.page.keyboard.press("Enter")
    viewer.sees("as of 30 May 2025", "no", "analyst targets")
    expect(viewer.page).to_have_url(re.compile("asof=2025-05-30"))
    viewer.page.locator(".st-key-lead").click(position={"x": 5, "y": 5})
    viewer.page.keyboard.press("ArrowRight")
    viewer.sees("as of 2 Jun 2025")
    viewer.page.keyboard.press("ArrowLeft")
    viewer.sees("as of 30 May 2025")


@pytest.mark.long
def test_a_typed_ticker_that_is_none_keeps_the_chart_and_is_shown_verbatim(viewer: Viewer) -> None:
    viewer.opens(ticker="CIFR")
    viewer.sees("CIFR Replayed Inc.")
    for text in HOSTILE:
        viewer.types_ticker(text)
        expect(viewer.page.get_by_test_id("stAlert").first).to_contain_text(f"'{text[:20]}")
        assert viewer.page.get_by_test_id("stMain").locator("img, a[href^='javascript'], .katex").count() == 0
        viewer.sees("CIFR Replayed Inc.")
    viewer.types_ticker("CLSKK")
    expect(viewer.page.get_by_text("CLSKK: Yahoo Finance knows no such symbol")).to_be_visible()
    viewer.sees("CIFR Replayed Inc.")
    viewer.page.get_by_role("button", name="CLSK").click()
    viewer.sees("CLSK", "CleanSpark Inc.")


def test_stored_bars_are_shown_at_once_and_newer_ones_replace_them(viewer: Viewer) -> None:
    known = listing("RIOT", sessions=500)
    old = known.bars.iloc[:-3]
    then = datetime.now(UTC) - timedelta(days=3)
    Store(viewer.stage.store).save_history(PriceHistory("RIOT", "As It Was", "USD", old, fetched_at=then))
    viewer.stage.yahoo.lists(replace(known, name="As It Is"))
    viewer.stage.yahoo.fails("any", hang)
    viewer.opens(ticker="RIOT")
    viewer.sees("As It Was", f"{old['close'].iloc[-1]:,.2f}")
    viewer.stage.yahoo.works()
    viewer.sees("As It Is", f"{known.bars['close'].iloc[-1]:,.2f}")


@pytest.mark.long
def test_an_interval_is_picked_and_kept_in_the_address(viewer: Viewer) -> None:
    viewer.opens(source="Sample", ticker="MARA", interval="1wk")
    viewer.sees("Weekly levels", "week in progress", "on the week")
    expect(viewer.page).to_have_url(re.compile(r"[?&]interval=1wk(&|$)"))
    expect(viewer.page).to_have_url(re.compile(r"[?&]period=5y(&|$)"))
    viewer.page.get_by_text("1mo", exact=True).click()
    viewer.sees("Monthly levels", "on the month")
    expect(viewer.page).to_have_url(re.compile(r"[?&]interval=1mo(&|$)"))
    viewer.page.reload()
    viewer.sees("Monthly levels")
    expect(viewer.page).to_have_url(re.compile(r"[?&]period=max(&|$)"))


@pytest.mark.long
def test_earnings_are_drawn_once_they_have_come(viewer: Viewer) -> None:
    now = datetime.now(UTC)
    due = datetime.combine(now.date() + timedelta(days=4), datetime.min.time(), UTC)
    viewer.stage.yahoo.lists(
        listing(
            "EARN",
            sessions=300,
            calendar={"earningsDate": [int(due.timestamp())], "earningsAverage": 0.11},
            reports=(report(now - timedelta(days=60), 0.1, 0.12, 20.0),),
        )
    )
    viewer.opens(ticker="EARN")
    viewer.sees("EARN Replayed Inc.", f"Earnings {due.day} {due:%b}")
    expect(viewer.chart.locator(".textpoint text")).to_have_text(["E"])
    (asked,) = viewer.stage.yahoo.requests("earnings", "EARN")
    assert asked.path == "/calendar/earnings"


@pytest.mark.long
@pytest.mark.parametrize(
    "page", [{"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], indirect=True, ids=["dark phone"]
)
def test_a_dark_phone_gets_candles_first_and_a_sidebar_that_closes_once_a_ticker_is_picked(viewer: Viewer) -> None:
    viewer.opens(source="Sample", ticker="CIFR")
    viewer.sees("CIFR")
    targets = viewer.page.get_by_role("heading", name="Analyst targets")
    expect(targets).to_be_attached()
    assert viewer.chart.bounding_box()["y"] < 400 and viewer.chart.bounding_box()["width"] <= 390
    assert targets.bounding_box()["y"] < viewer.page.get_by_role("heading", name="Summary").bounding_box()["y"]
    shot = Image.open(io.BytesIO(viewer.chart.screenshot())).convert("RGB")
    assert shot.getpixel((3, 3)) == DARK
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 390
    rerun_finished(viewer.page)
    viewer.page.get_by_test_id("stExpandSidebarButton").click()
    expect(viewer.page.get_by_test_id("stSidebar")).to_be_in_viewport()
    viewer.types_ticker("IREN")
    viewer.sees("IREN")
    expect(viewer.page.get_by_test_id("stSidebar")).not_to_be_in_viewport()


@pytest.mark.parametrize("page", [{"viewport": {"width": 1440, "height": 900}}], indirect=True, ids=["1440x900"])
def test_header_tiles_and_the_whole_chart_are_on_the_first_screen(viewer: Viewer) -> None:
    viewer.opens(source="Sample", ticker="CIFR")
    viewer.sees("CIFR", "52-week low")
    expect(viewer.page.get_by_role("button", name="Export")).to_be_visible()
    header = viewer.page.locator(".st-key-header").bounding_box()
    assert header["y"] < 20 and header["height"] <= 64
    assert viewer.page.locator(".st-key-tiles").bounding_box()["y"] < viewer.chart.bounding_box()["y"]
    assert viewer.chart.bounding_box()["y"] + viewer.chart.bounding_box()["height"] <= 900
    assert viewer.page.get_by_role("heading", level=1).count() == 1
