"""Takes the README's pictures anew, of the built-in sample: `make pictures`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.dashboard import CHROMIUM, ROOT, Dashboard, serving
from tests.support.installed import browser_path

HERE = Path(__file__).parent
WIDTH = 1440
PAGES = {"look": ("", 1000), "compare": ("watchlist", 640), "follow": ("coverage", 1040)}  # address, pixels high


def main() -> None:
    with serving() as dashboard, sync_playwright() as playwright, TemporaryDirectory() as folder:
        chromium = playwright.chromium.launch(executable_path=str(browser_path()), args=CHROMIUM)
        for name, (path, height) in PAGES.items():
            _page(chromium, dashboard, path, height).screenshot(path=HERE / f"{name}.png")
        _exported(Path(folder))
        album = chromium.new_page(viewport={"width": WIDTH, "height": 1000})
        album.goto((Path(folder) / "index.html").as_uri())
        album.screenshot(path=HERE / "export.png")


def _page(chromium: Browser, dashboard: Dashboard, path: str, height: int) -> Page:
    page = chromium.new_page(viewport={"width": WIDTH, "height": height})
    page.goto(dashboard.page(path, source="Sample", ticker="CIFR"))
    page.wait_for_selector("[data-testid=stPlotlyChart] .main-svg, [data-testid=stDataFrame] canvas")
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    page.wait_for_timeout(1_500)  # Plotly and the tables are drawn in frames of their own
    return page


def _exported(folder: Path) -> None:
    command = [sys.executable, "export.py", "--watchlist", "Miners", "--source", "sample", "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    (HERE / "levels.png").write_bytes((folder / "CIFR_levels_2025-11-24.png").read_bytes())


if __name__ == "__main__":
    main()
