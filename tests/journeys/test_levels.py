"""The Levels page in a real browser: what a viewer sees, picks, types and saves; Yahoo on loopback."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Page, expect, sync_playwright

from market.price_history import PriceHistory
from market.store.store import Store
from tests.support.dashboard import CHROMIUM, Dashboard, serving
from tests.support.replay_server import ReplayServer, hang, listing, reset

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000  # milliseconds, while other tests share the machine
HOSTILE = ("<img src=x onerror=alert(1)>", "[x](javascript:alert(2))", r"$\LaTeX$", "A" * 100_000)
DARK, LIGHT = (14, 17, 23), (255, 255, 255)


@dataclass(frozen=True)
class Stage:
    """A dashboard, the Yahoo that it asks, and its store."""

    dashboard: Dashboard
    yahoo: ReplayServer
    store: str
    chromium: Browser


@pytest.fixture(scope="module")
def stage(browser: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    store = str(tmp_path_factory.mktemp("store") / "levels.db")
    with ReplayServer() as yahoo, sync_playwright() as driver:
        yahoo.lists(listing("CIFR"), listing("CLSK", name="CleanSpark Inc.", seed=8))
        chromium = driver.chromium.launch(executable_path=browser, args=list(CHROMIUM))
        with serving(yahoo.environment | {"LEVELS_STORE": store}) as dashboard:
            yield Stage(dashboard, yahoo, store, chromium)
        chromium.close()


@dataclass
class Viewer:
    """A window of its own, and what must not happen in it."""

    page: Page
    stage: Stage
    faults: list[str]

    def goes(self, **query: str) -> Viewer:
        self.page.goto(self.stage.dashboard.page(**query))
        return self

    def sees(self, *words: str) -> None:
        """A chart whose words have all of these."""
        expect(self.chart.locator(".trace").first).to_be_attached()
        for word in words:
            expect(self.chart, self.told()).to_contain_text(word)

    def told(self) -> str:
        """The page's messages, for whoever reads why a test failed."""
        return " | ".join(self.page.get_by_test_id("stAlert").all_inner_texts())

    def types(self, ticker: str) -> None:
        box = self.page.get_by_test_id("stSelectbox").filter(has_text="Ticker").locator("input")
        box.fill(ticker)
        box.press("Enter")

    @property
    def chart(self):  # type: ignore[no-untyped-def]
        """The newest: Streamlit keeps the last one after it until a run ends."""
        return self.page.locator(".st-key-levels-chart .js-plotly-plot").first


@pytest.fixture
def viewer(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Viewer]:
    """A viewer at 1280 x 900, or as the test's parameter says; errors in the console fail the test."""
    stage.yahoo.works()
    options = {"viewport": {"width": 1280, "height": 900}} | getattr(request, "param", {})
    context = stage.chromium.new_context(accept_downloads=True, **options)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page, faults = context.new_page(), []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda box: (faults.append(box.message), box.dismiss()))
    page.on("requestfailed", lambda each: faults.append(each.url) if "127.0.0.1" not in each.url else None)
    yield Viewer(page, stage, faults)
    context.close()
    assert faults == []
    assert "Traceback" not in stage.dashboard.said()


def picture(download: Download) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(Path(download.path()).read_bytes())).convert("RGBA"))


def check_picture(pixels: np.ndarray, ground: tuple[int, int, int]) -> None:
    """Opaque on its ground, ink in each quarter, none on the edge."""
    assert (pixels[..., 3] == 255).all()
    inked = (np.abs(pixels[..., :3].astype(int) - ground) > 24).any(axis=-1)
    assert not inked[:4].any() and not inked[-4:].any() and not inked[:, :4].any() and not inked[:, -4:].any()
    high, wide = inked.shape
    for rows in (slice(0, high // 2), slice(high // 2, high)):
        for columns in (slice(0, wide // 2), slice(wide // 2, wide)):
            assert inked[rows, columns].mean() > 0.002


def test_the_first_chart_is_the_links(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR", asof="2025-11-24")
    viewer.sees("CIFR", "$16.77", "+18.6%", "EMA 50 15.89", "JPMorgan", "DEMO DATA")
    expect(viewer.page.get_by_test_id("stMetricValue").first).to_have_text("$16.77")


def test_a_ticker_is_picked_and_the_address_says_so(viewer: Viewer) -> None:
    viewer.goes(source="Sample")
    viewer.sees("CIFR")
    viewer.page.get_by_test_id("stSelectbox").filter(has_text="Ticker").locator("input").click()
    viewer.page.get_by_role("option", name="CLSK", exact=True).click()
    viewer.sees("CLSK", "$11.15")
    expect(viewer.page).to_have_url(re.compile("ticker=CLSK"))
    viewer.page.reload()
    viewer.sees("CLSK", "$11.15")


def test_a_typed_symbol_that_is_none_keeps_the_chart_and_offers_what_comes_near(viewer: Viewer) -> None:
    viewer.goes(ticker="CIFR")
    viewer.sees("CIFR Replayed Inc.")
    viewer.types("CLSKK")
    expect(viewer.page.get_by_text("CLSKK: Yahoo Finance knows no such symbol")).to_be_visible()
    viewer.sees("CIFR Replayed Inc.")
    viewer.page.get_by_role("button", name="CLSK").click()
    viewer.sees("CLSK", "CleanSpark Inc.")


def test_an_as_of_day_is_typed_and_nothing_later_is_used(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="IREN")
    viewer.sees("24 Nov 2025", "JPMorgan")
    viewer.page.get_by_test_id("stDateInput").get_by_role("spinbutton").first.click()
    viewer.page.keyboard.type("20250603")
    viewer.page.keyboard.press("Escape")
    viewer.sees("as of 3 Jun 2025", "no", "analyst targets")
    expect(viewer.page).to_have_url(re.compile("asof=2025-06-03"))


def test_the_camera_saves_the_picture_at_twice_the_size(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR", asof="2025-11-24")
    viewer.sees("CIFR", "JPMorgan")
    box = viewer.chart.bounding_box()
    viewer.chart.hover(position={"x": 300, "y": 300})
    with viewer.page.expect_download() as saved:
        viewer.chart.locator(".modebar-btn[data-title^='Download plot']").click()
    assert saved.value.suggested_filename == "CIFR_levels_2025-11-24.png"
    pixels = picture(saved.value)
    assert pixels.shape[:2] == (round(2 * box["height"]), round(2 * box["width"]))
    check_picture(pixels, LIGHT)


def test_the_server_draws_the_picture_with_the_read_on_request(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR", asof="2025-11-24")
    viewer.sees("CIFR")
    button = viewer.page.get_by_role("button", name="Download PNG")
    with viewer.page.expect_download() as saved:
        button.click()
    assert saved.value.suggested_filename == "CIFR_levels_2025-11-24.png"
    pixels = picture(saved.value)
    assert pixels.shape[:2] == (1800, 3200)
    check_picture(pixels, LIGHT)
    viewer.page.get_by_text("Include commentary").click()
    viewer.page.wait_for_timeout(1000)
    with viewer.page.expect_download() as saved:
        button.click()
    assert picture(saved.value).shape[0] > 1800


def test_without_a_network_the_sample_stands_under_a_banner(viewer: Viewer) -> None:
    viewer.stage.yahoo.fails("any", reset)
    viewer.goes(ticker="MARA")
    viewer.sees("MARA", "DEMO DATA, NOT MARKET PRICES")
    expect(viewer.page.get_by_text("Showing the built-in sample instead.")).to_be_visible()
    expect(viewer.page.get_by_text("Demo data, not market prices.").first).to_be_visible()
    viewer.stage.yahoo.lists(listing("MARA"))
    viewer.stage.yahoo.works()
    viewer.page.get_by_role("button", name="Try again").click()
    viewer.sees("MARA Replayed Inc.")


def test_stored_bars_stand_at_once_and_the_newer_ones_come_by_themselves(viewer: Viewer) -> None:
    known = listing("RIOT", sessions=500)
    old = known.bars.iloc[:-3]
    then = datetime.now(UTC) - timedelta(days=3)
    Store(viewer.stage.store).save_history(PriceHistory("RIOT", "As It Was", "USD", old, fetched_at=then))
    viewer.stage.yahoo.lists(replace(known, name="As It Is"))
    viewer.stage.yahoo.fails("any", hang)
    viewer.goes(ticker="RIOT")
    viewer.sees("As It Was", f"{old['close'].iloc[-1]:,.2f}")
    viewer.stage.yahoo.works()
    viewer.sees("As It Is", f"{known.bars['close'].iloc[-1]:,.2f}")


def test_hostile_text_is_shown_to_the_letter(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR")
    viewer.sees("CIFR")
    for text in HOSTILE:
        viewer.types(text)
        expect(viewer.page.get_by_test_id("stAlert").first).to_contain_text(f"'{text[:20]}")
        assert viewer.page.get_by_test_id("stMain").locator("img, a[href^='javascript'], .katex").count() == 0
        viewer.sees("CIFR")


def test_the_line_is_held_against_chance_when_asked(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR", asof="2025-11-24")
    viewer.page.get_by_role("button", name="Could it be chance?").click()
    expect(viewer.page.get_by_text("Random data draws a line this good")).to_be_visible()


@pytest.mark.parametrize("viewer", [{"color_scheme": "dark"}], indirect=True, ids=["dark"])
def test_the_chart_is_dark_where_the_page_is(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR")
    viewer.sees("CIFR")
    shot = Image.open(io.BytesIO(viewer.chart.screenshot())).convert("RGB")
    assert shot.getpixel((3, 3)) == DARK


@pytest.mark.parametrize("viewer", [{"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["phone"])
def test_on_a_phone_the_page_stays_put_and_the_picture_is_swept(viewer: Viewer) -> None:
    viewer.goes(source="Sample", ticker="CIFR")
    viewer.sees("CIFR")
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = viewer.page.locator(".st-key-picture")
    assert frame.evaluate("each => each.scrollWidth") >= 900
    assert frame.evaluate("each => each.clientWidth") <= 390
