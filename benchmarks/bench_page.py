"""Time the first chart and a switch of tickers on the Levels page in a real browser, and on a bare page.

Both pages are served side by side and measured in turns, so that other load on the machine slows both alike.
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
GOAL_RATIO = 1.5
OTHER_TICKERS = ("CLSK", "IREN", "MARA", "RIOT")
CHART_TIMEOUT_MS = 60_000
BARE_PAGE = Path(__file__).with_name("bare_page.py")

MS_TO_CHART = """symbol => {
    const chart = document.querySelector('.js-plotly-plot');
    return chart && chart.querySelector('.trace') && chart.textContent.includes(symbol)
        && performance.now() - (window.clicked || 0);
}"""
START_CLOCK_AT_CLICK = "document.addEventListener('click', () => { window.clicked = performance.now(); }, true)"


@dataclass
class Times:
    """Milliseconds to the first chart and to another ticker's, one of each per round."""

    first: list[float]
    switch: list[float]


def main() -> int:
    chromium = browser_path()
    if chromium is None:
        sys.exit(f"Nothing measured: {PROGRAMS['browser'].missing}.")
    traces = len(levels_figure(analyse(sample.history("CIFR"), sample.targets("CIFR"))).data)
    with _serve_both(traces) as (ours, bare), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=list(CHROMIUM))
        times = {"Levels page": Times([], []), "bare page": Times([], [])}
        for turn in range(ROUNDS + 1):
            for name, url in (("Levels page", ours), ("bare page", bare)):
                first, switch = _measure_round(browser, url, OTHER_TICKERS[turn % len(OTHER_TICKERS)])
                if turn:  # the first round warms up both servers
                    times[name].first.append(first)
                    times[name].switch.append(switch)
        browser.close()
    return _report(times, traces)


@contextmanager
def _serve_both(traces: int) -> Iterator[tuple[str, str]]:
    command = ("-m", "streamlit", "run", str(BARE_PAGE))
    with serving() as ours, serving(OFFLINE | {"BARE_TRACES": str(traces)}, command) as bare:
        yield ours.page(source="Sample"), bare.page()


def _measure_round(browser: Browser, url: str, other: str) -> tuple[float, float]:
    """Open the page, wait for the first chart, pick another ticker and wait for its chart; return both times."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url, wait_until="commit")
    first = _ms_to_chart(page, "CIFR")
    page.wait_for_timeout(500)
    page.evaluate(START_CLOCK_AT_CLICK)
    page.locator("[data-testid=stSelectbox]", has_text="Ticker").locator("input").click()
    page.get_by_role("option", name=other, exact=True).click()
    switch = _ms_to_chart(page, other)
    page.close()
    return first, switch


def _ms_to_chart(page: Page, symbol: str) -> float:
    """Return the milliseconds from the navigation or the last click to the frame that shows the symbol's chart."""
    return float(page.wait_for_function(MS_TO_CHART, arg=symbol, timeout=CHART_TIMEOUT_MS).json_value())


def _report(times: dict[str, Times], traces: int) -> int:
    ours, bare = times["Levels page"], times["bare page"]
    print(f"{traces} traces each, medians of {ROUNDS} rounds, {sys.version.split()[0]}")
    ratios = {}
    for field, label in (("first", "first chart"), ("switch", "ticker switch")):
        levels_ms, bare_ms = median(getattr(ours, field)), median(getattr(bare, field))
        ratios[field] = round(levels_ms / bare_ms, 2)
        print(
            f"{label:14} Levels page {levels_ms:6.0f} ms, bare page {bare_ms:6.0f} ms, "
            f"ratio {ratios[field]} (goal {GOAL_RATIO})"
        )
    return 0 if max(ratios.values()) <= GOAL_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
