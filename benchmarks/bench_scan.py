"""How long a scan of thousands of stored tickers takes, by every core, and what it costs in memory."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.bench_export import memory
from benchmarks.generated_tickers import history, symbol, targets
from benchmarks.timing import report
from market.store.store import ADDRESS, Store
from market.symbols import Symbol
from tickers.scan import scan

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
        _, half, _ = scanned(TICKERS // 2)
        seconds, whole, sizes = scanned(TICKERS)
    early, late = max(sizes[len(sizes) // 5 : 2 * len(sizes) // 5]), max(sizes[-len(sizes) // 5 :])
    verdicts = [
        report(f"{TICKERS:,} tickers scanned (goal: {GOAL:.0f} s on two cores)", f"{seconds:.1f} s", seconds <= GOAL),
        report("processor time of a ticker", f"{1e3 * whole / TICKERS:.1f} ms"),
        report(
            f"times the processor time of half of them (goal: {TWICE})", f"{whole / half:.2f}", whole <= TWICE * half
        ),
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


def scanned(count: int) -> tuple[float, float, list[float]]:
    """Seconds for so many tickers, the processor's seconds, and the memory seen meanwhile."""
    sizes: list[float] = []
    began, worked, paused = perf_counter(), processor(), 0.0
    for done, each in enumerate(scan([Symbol(symbol(number)) for number in range(count)])):
        assert each.line is not None, each.reason
        if done % (count // 50) == 0:
            pause = perf_counter()
            sizes.append(memory())
            paused += perf_counter() - pause
    return perf_counter() - began - paused, processor() - worked, sizes


def processor() -> float:
    """Seconds that this process and the workers it has ended have kept a core busy."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    sys.exit(main())
