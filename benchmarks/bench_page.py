"""Time the first chart and a switch of tickers on the Levels page in a real browser, and on a bare page.

Both pages are served side by side and measured in turns, so that other load on the machine slows both alike. The first
chart is measured over loopback and over a line of 20 Mbit/s and 40 ms, which Chrome emulates for each request.
Goals (medians): at most 1.2 times the bare page over loopback, 0.6 times over the line, in 3.5 MB at most.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from charts.levels.chart import levels_figure
from indicators import analyse
from market.sample import sample
from tests.support.dashboard import CHROMIUM, OFFLINE, serving
from tests.support.installed import PROGRAMS, browser_path

ROUNDS = 9
GOAL_RATIOS = {"first": 1.2, "switch": 1.2, "over_line": 0.6}
GOAL_MEGABYTES = 3.5
LABELS = {"first": "first chart", "switch": "ticker switch", "over_line": "first, 20 Mbit/s"}
BYTES_PER_SECOND = 20e6 / 8
LINE = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": BYTES_PER_SECOND,
    "uploadThroughput": BYTES_PER_SECOND,
}
OTHER_TICKERS = ("CLSK", "IREN", "MARA", "RIOT")
CHART_TIMEOUT_MS = 60_000
BARE_PAGE = Path(__file__).with_name("peers") / "bare_page.py"

MS_TO_CHART = """symbol => {
    const chart = document.querySelector('.js-plotly-plot');
    return chart && chart.querySelector('.trace') && chart.textContent.includes(symbol)
        && performance.now() - (window.clicked || 0);
}"""
START_CLOCK_AT_CLICK = "document.addEventListener('click', () => { window.clicked = performance.now(); }, true)"


@dataclass
class Times:
    """Milliseconds to the first chart, to another ticker's, and to the first over a line: one of each per round.

    `megabytes`: what traveled over the line until the chart stood.
    """

    first: list[float] = field(default_factory=list)
    switch: list[float] = field(default_factory=list)
    over_line: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def main() -> int:
    chromium = browser_path()
    if chromium is None:
        sys.exit(f"Nothing measured: {PROGRAMS['browser'].missing}.")
    traces = len(levels_figure(analyse(sample.history("CIFR"), sample.targets("CIFR"))).data)
    with _serve_both(traces) as (ours, bare), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=list(CHROMIUM))
        times = {"Levels page": Times(), "bare page": Times()}
        for turn in range(ROUNDS + 1):
            for name, url in (("Levels page", ours), ("bare page", bare)):
                first, switch = _measure_round(browser, url, OTHER_TICKERS[turn % len(OTHER_TICKERS)])
                over_line, megabytes = _measure_line(browser, url)
                if turn:  # the first round warms up both servers
                    times[name].first.append(first)
                    times[name].switch.append(switch)
                    times[name].over_line.append(over_line)
                    times[name].megabytes.append(megabytes)
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


def _measure_line(browser: Browser, url: str) -> tuple[float, float]:
    """Return the milliseconds until the first chart of a viewer on a line, and the megabytes of all requests."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", LINE)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived", lambda event: sizes.append(_frame_bytes(event["response"])))
    page.goto(url, wait_until="commit")
    first = _ms_to_chart(page, "CIFR")
    megabytes = sum(sizes) / 1e6
    context.close()
    return first, megabytes


def _frame_bytes(frame: dict[str, Any]) -> float:
    """Return the size of a websocket message; binary ones are reported in Base64."""
    return len(frame["payloadData"]) * (0.75 if frame["opcode"] == 2 else 1.0)


def _ms_to_chart(page: Page, symbol: str) -> float:
    """Return the milliseconds from the navigation or the last click to the frame that shows the symbol's chart."""
    return float(page.wait_for_function(MS_TO_CHART, arg=symbol, timeout=CHART_TIMEOUT_MS).json_value())


def _report(times: dict[str, Times], traces: int) -> int:
    ours, bare = times["Levels page"], times["bare page"]
    print(f"{traces} traces each, medians of {ROUNDS} rounds, {sys.version.split()[0]}")
    kept = [_report_ratio(name, getattr(ours, name), getattr(bare, name)) for name in GOAL_RATIOS]
    megabytes, bare_megabytes = median(ours.megabytes), median(bare.megabytes)
    print(
        f"until then      Levels page {megabytes:6.2f} MB, bare page {bare_megabytes:6.2f} MB (goal {GOAL_MEGABYTES})"
    )
    return 0 if all(kept) and megabytes <= GOAL_MEGABYTES else 1


def _report_ratio(name: str, ours: Sequence[float], bare: Sequence[float]) -> bool:
    """Print the medians of one measure and return whether their ratio reaches its goal."""
    ratio = round(median(ours) / median(bare), 2)
    print(
        f"{LABELS[name]:16} Levels page {median(ours):6.0f} ms, bare page {median(bare):6.0f} ms, "
        f"ratio {ratio} (goal {GOAL_RATIOS[name]})"
    )
    return ratio <= GOAL_RATIOS[name]


if __name__ == "__main__":
    sys.exit(main())
