"""Take the README's pictures again, of the built-in sample: `make pictures`."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.support.dashboard import CHROMIUM, ROOT, Dashboard, serving
from tests.support.installed import browser_path

DOCS = Path(__file__).parent
WIDTH = 1440  # pixels
ALBUM_HEIGHT = 1000
DRAWING_MS = 1_500  # Plotly and the tables draw in frames of their own, after the page is loaded


@dataclass(frozen=True)
class Screenshot:
    """A picture of a page: the name of its file in `docs/`, the page's address, and the height in pixels."""

    name: str
    address: str
    height: int


SCREENSHOTS = (
    Screenshot("look", "", 1000),
    Screenshot("compare", "watchlist", 640),
    Screenshot("follow", "coverage", 1040),
)


def main() -> None:
    with serving() as dashboard, sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=str(browser_path()), args=CHROMIUM)
        for screenshot in SCREENSHOTS:
            take_screenshot(browser, dashboard, screenshot)
        take_album_pictures(browser, Path(folder))


def take_screenshot(browser: Browser, dashboard: Dashboard, screenshot: Screenshot) -> None:
    """Save a picture of a page once it is drawn."""
    page = browser.new_page(viewport={"width": WIDTH, "height": screenshot.height})
    page.goto(dashboard.page(screenshot.address, source="Sample", ticker="CIFR"))
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg, [data-testid=stDataFrame] canvas")
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    page.wait_for_timeout(DRAWING_MS)
    page.screenshot(path=DOCS / f"{screenshot.name}.png")


def take_album_pictures(browser: Browser, folder: Path) -> None:
    """Export a watchlist to `folder`; save the picture of one ticker and a picture of the album's page."""
    options = ("--watchlist", "Miners", "--source", "sample", "--out", str(folder))
    subprocess.run([sys.executable, "levelboard.py", "export", *options], cwd=ROOT, check=True)
    (DOCS / "levels.png").write_bytes((folder / "CIFR_levels_2025-11-24.png").read_bytes())
    page = browser.new_page(viewport={"width": WIDTH, "height": ALBUM_HEIGHT})
    page.goto((folder / "index.html").as_uri())
    page.screenshot(path=DOCS / "export.png")


if __name__ == "__main__":
    main()
