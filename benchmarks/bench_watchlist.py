"""Time the Watchlist page of 150 and of 300 stored tickers in a real browser, until its table and its files stand.

Both are served side by side, each from a server of its own that has drawn nothing before, and measured in turns.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from benchmarks.generated_tickers import generate_history, generate_targets, generated_symbol
from benchmarks.timing import report
from market.store.engines import ADDRESS_VARIABLE
from market.store.store import Store, Watchlist
from tests.support.dashboard import CHROMIUM, OFFLINE, serving
from tests.support.installed import PROGRAMS, browser_path

LIST = "Generated"
FEW, MANY = 150, 300
ROUNDS = 3
GOAL_SECONDS = 5.0
GOAL_COST_OF_TWICE = 2.2  # at most this many times as long for twice as many tickers
TIMEOUT_MS = 120_000

SECONDS_TO_TABLE = """() => {
    const drawn = document.querySelector('[data-testid=stDataFrame] canvas');
    const files = document.querySelector('.st-key-watchlist-csv button:not([disabled])');
    return drawn && files && performance.now() / 1000;
}"""


def main() -> int:
    chromium = browser_path()
    if chromium is None:
        sys.exit(f"Nothing measured: {PROGRAMS['browser'].missing}.")
    seconds: dict[int, list[float]] = {FEW: [], MANY: []}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=list(CHROMIUM))
        for _ in range(ROUNDS):
            for count in (FEW, MANY):
                seconds[count].append(_measure(browser, count))
        browser.close()
    few, many = median(seconds[FEW]), median(seconds[MANY])
    label = f"a watchlist of {MANY} stored tickers, first drawn by a new server (goal: {GOAL_SECONDS:.0f} s)"
    verdicts = [
        report(label, f"{many:.1f} s", many <= GOAL_SECONDS),
        report(
            f"times that of {FEW} (goal: {GOAL_COST_OF_TWICE})", f"{many / few:.2f}", many <= GOAL_COST_OF_TWICE * few
        ),
    ]
    return 0 if all(verdicts) else 1


def _measure(browser: Browser, count: int) -> float:
    """Return the seconds from the navigation to the table of a list that a new server has stored."""
    with TemporaryDirectory(prefix="levelboard-") as folder:
        address = str(Path(folder) / "levels.db")
        _fill(address, count)
        with serving(OFFLINE | {ADDRESS_VARIABLE: address}) as dashboard:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(dashboard.page("watchlist", watchlist=LIST), wait_until="commit")
            found = page.wait_for_function(SECONDS_TO_TABLE, timeout=TIMEOUT_MS)
            seconds = float(found.json_value())
            page.close()
            return seconds


def _fill(address: str, count: int) -> None:
    """Store that many tickers as fetched just now, and the list of them as the only one."""
    store = Store(address)
    for number in range(count):
        history = replace(generate_history(number), fetched_at=datetime.now(UTC))
        store.save_history(history)
        store.save_targets(history.symbol, generate_targets(history), seen_on=date.today())
    store.save_watchlist(Watchlist(LIST, tuple(map(generated_symbol, range(count)))))
    store.close()


if __name__ == "__main__":
    sys.exit(main())
