"""The Levels page in a real browser: time to its first chart and to another ticker's, beside a bare page.

Both pages are served side by side and measured in turns, so that what else the machine does falls on both alike.
Goal: at most 1.5 times the bare page (medians).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from charts.levels.chart import levels_figure
from indicators import analyse
from market.sample import sample
from tests.support.dashboard import CHROMIUM, OFFLINE, serving
from tests.support.installed import PROGRAMS, browser_path

ROUNDS = 9
GOAL = 1.5
SWITCHES = ("CLSK", "IREN", "MARA", "RIOT")
PATIENCE = 60_000  # milliseconds
BARE = Path(__file__).with_name("bare_page.py")

DRAWN = """symbol => {
    const chart = document.querySelector('.js-plotly-plot');
    return chart && chart.querySelector('.trace') && chart.textContent.includes(symbol)
        && performance.now() - (window.clicked || 0);
}"""
CLOCK = "document.addEventListener('click', () => { window.clicked = performance.now(); }, true)"


@dataclass
class Times:
    """Milliseconds of each round."""

    first: list[float]
    switch: list[float]


def main() -> int:
    chromium = browser_path()
    if chromium is None:
        sys.exit(f"No page was measured: {PROGRAMS['browser'].missing}.")
    traces = len(levels_figure(analyse(sample.history("CIFR"), sample.targets("CIFR"))).data)
    with _pages(traces) as (ours, bare), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=list(CHROMIUM))
        times = {"Levels page": Times([], []), "bare page": Times([], [])}
        for turn in range(ROUNDS + 1):
            for name, url in (("Levels page", ours), ("bare page", bare)):
                first, switch = _round(browser, url, SWITCHES[turn % len(SWITCHES)])
                if turn:  # the first of each loads what a running server has loaded
                    times[name].first.append(first)
                    times[name].switch.append(switch)
        browser.close()
    return _report(times, traces)


@contextmanager
def _pages(traces: int) -> Iterator[tuple[str, str]]:
    command = ("-m", "streamlit", "run", str(BARE))
    with serving() as ours, serving(OFFLINE | {"BARE_TRACES": str(traces)}, command) as bare:
        yield ours.page(source="Sample"), bare.page()


def _round(browser: Browser, url: str, to: str) -> tuple[float, float]:
    """A viewer who comes, sees the first chart, and picks another ticker."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url, wait_until="commit")
    first = _until_drawn(page, "CIFR")
    page.wait_for_timeout(500)
    page.evaluate(CLOCK)
    page.locator("[data-testid=stSelectbox]", has_text="Ticker").locator("input").click()
    page.get_by_role("option", name=to, exact=True).click()
    switch = _until_drawn(page, to)
    page.close()
    return first, switch


def _until_drawn(page: Page, symbol: str) -> float:
    """Milliseconds from the navigation, or from the last click, to the frame in which the symbol's chart stands."""
    return float(page.wait_for_function(DRAWN, arg=symbol, timeout=PATIENCE).json_value())


def _report(times: dict[str, Times], traces: int) -> int:
    ours, bare = times["Levels page"], times["bare page"]
    print(f"{traces} traces each, medians of {ROUNDS} rounds, {sys.version.split()[0]}")
    ratios = {}
    for what, name in (("first", "first chart"), ("switch", "ticker switch")):
        mine, theirs = median(getattr(ours, what)), median(getattr(bare, what))
        ratios[what] = round(mine / theirs, 2)
        print(f"{name:14} Levels page {mine:6.0f} ms, bare page {theirs:6.0f} ms, ratio {ratios[what]} (goal {GOAL})")
    return 0 if max(ratios.values()) <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
