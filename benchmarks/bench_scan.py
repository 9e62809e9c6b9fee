"""How long a scan of thousands of stored tickers takes, by every core, and what it costs in memory."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.bench_export import memory
from benchmarks.made_up import history, symbol, targets
from benchmarks.timing import report
from market.store import ADDRESS, Store
from scan import scan

TICKERS = 5_000
GOAL = 60.0  # seconds, on two cores
TWICE = 2.2
FLAT = 1.15


def main() -> int:
    with TemporaryDirectory() as folder:
        os.environ[ADDRESS] = str(Path(folder) / "levels.db")
        began = perf_counter()
        fill(TICKERS)
        report(f"{TICKERS:,} tickers of 1,260 bars written to an empty store", f"{perf_counter() - began:.0f} s")
        half, _ = scanned(TICKERS // 2)
        whole, sizes = scanned(TICKERS)
    early, late = max(sizes[len(sizes) // 5 : 2 * len(sizes) // 5]), max(sizes[-len(sizes) // 5 :])
    verdicts = [
        report(f"{TICKERS:,} tickers scanned (goal: {GOAL:.0f} s on two cores)", f"{whole:.1f} s", whole <= GOAL),
        report(f"a ticker, by {os.cpu_count()} cores", f"{1e3 * whole / TICKERS:.1f} ms"),
        report(f"times what half of them took (goal: {TWICE})", f"{whole / half:.2f}", whole <= TWICE * half),
    ]
    if early:
        report("memory after a fifth, workers included", f"{early:.0f} MB")
        verdicts.append(report(f"times that at the end (goal: {FLAT})", f"{late / early:.2f}", late <= FLAT * early))
    return 0 if all(verdicts) else 1


def fill(count: int) -> None:
    store = Store(os.environ[ADDRESS])
    for number in range(count):
        made = history(number)
        store.keep_history(made)
        store.keep_targets(made.symbol, targets(made), seen_on=date.today())
    store.close()


def scanned(count: int) -> tuple[float, list[float]]:
    """Seconds for so many tickers, and the memory seen meanwhile."""
    sizes = []
    began, pauses = perf_counter(), 0.0
    for done, each in enumerate(scan([symbol(number) for number in range(count)])):
        assert each.line is not None, each.reason
        if done % (count // 50) == 0:
            paused = perf_counter()
            sizes.append(memory())
            pauses += perf_counter() - paused
    return perf_counter() - began - pauses, sizes


if __name__ == "__main__":
    sys.exit(main())
