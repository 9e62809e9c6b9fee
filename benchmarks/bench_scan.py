"""Time a scan of thousands of stored tickers on every core, and watch how much memory it takes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import talib

from alerts.many_tickers import FEW_TICKERS
from benchmarks.generated_tickers import generate_history, generate_targets, generated_symbol
from benchmarks.memory import cpu_seconds, memory_mb
from benchmarks.timing import fastest_seconds, report
from indicators.analysis import EMA_SPANS
from market.sources import fetch_stored
from market.store.engines import ADDRESS_VARIABLE
from market.store.store import Store
from market.symbols import Symbol
from tickers.scan import ScanResult, scan_stored

TICKERS = 5_000
MEMORY_SAMPLES = 50  # over a scan
GOAL_SECONDS = 60.0  # on two cores
GOAL_COST_OF_TWICE = 2.2  # at most this many times the CPU time for twice as many tickers
GOAL_MEMORY_GROWTH = 1.15  # times
CHANGES_TICKERS = 500
GOAL_CHANGES_SECONDS = 10.0
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class ScanCost:
    """Wall-clock and CPU seconds of one scan, and the megabytes in use at even steps through it."""

    seconds: float
    cpu: float
    memory: list[float]


def main() -> int:
    with TemporaryDirectory() as folder:
        os.environ[ADDRESS_VARIABLE] = str(Path(folder) / "levels.db")
        start = perf_counter()
        fill_store(TICKERS)
        report(f"writing {TICKERS:,} tickers of 1,260 bars to an empty store", f"{perf_counter() - start:.0f} s")
        changes_are_fast = compare_changes()
        half, whole = measure_scan(TICKERS // 2), measure_scan(TICKERS)
    fifth = len(whole.memory) // 5
    early, late = max(whole.memory[fifth : 2 * fifth]), max(whole.memory[-fifth:])
    ratio = whole.cpu / half.cpu
    verdicts = [
        changes_are_fast,
        report(
            f"scanning {TICKERS:,} tickers (goal: {GOAL_SECONDS:.0f} s on two cores)",
            f"{whole.seconds:.1f} s",
            whole.seconds <= GOAL_SECONDS,
        ),
        report("CPU time per ticker", f"{1e3 * whole.cpu / TICKERS:.1f} ms"),
        report(
            f"times the CPU time of half as many (goal: {GOAL_COST_OF_TWICE})",
            f"{ratio:.2f}",
            ratio <= GOAL_COST_OF_TWICE,
        ),
    ]
    if early:
        report("memory after a fifth, workers included", f"{early:.0f} MB")
        label = f"times that at the end (goal: {GOAL_MEMORY_GROWTH})"
        verdicts.append(report(label, f"{late / early:.2f}", late <= GOAL_MEMORY_GROWTH * early))
    return 0 if all(verdicts) else 1


def fill_store(count: int) -> None:
    """Write that many generated tickers to the store."""
    store = Store(os.environ[ADDRESS_VARIABLE])
    for number in range(count):
        history = generate_history(number)
        store.save_history(history)
        store.save_targets(history.symbol, generate_targets(history), seen_on=date.today())
    store.close()


def compare_changes() -> bool:
    """Print how long the last session's changes take, beside candlestick patterns of the same stored bars by TA-Lib."""
    seconds = measure_changes(CHANGES_TICKERS)
    label = (
        f"`changes` of {CHANGES_TICKERS} of them, CPU time of each of two cores (goal: {GOAL_CHANGES_SECONDS:.0f} s)"
    )
    met = report(label, f"{seconds:.1f} s", seconds <= GOAL_CHANGES_SECONDS)
    report("tickers a second", f"{CHANGES_TICKERS / seconds:.0f}")
    report("of it to start three processes", f"{measure_changes(FEW_TICKERS + 1):.1f} s")
    symbols = [Symbol(generated_symbol(number)) for number in range(CHANGES_TICKERS)]
    report("reading the same bars alone, CPU time of one core", f"{fastest_seconds(lambda: read(symbols), 1):.1f} s")
    patterns = fastest_seconds(lambda: find_patterns(symbols), 1)
    report("reading them for TA-Lib's EMAs, bands and 61 candle patterns", f"{patterns:.1f} s")
    return met


def measure_changes(tickers: int) -> float:
    """Print the last session's changes of so many tickers, in a process of its own, and return its time a core."""
    as_of = str(generate_history(0).bars.index[-1].date())
    command = (sys.executable, "levelboard.py", "changes", "--as-of", as_of, "--json", "--tickers-from", "-")
    symbols = " ".join(map(generated_symbol, range(tickers)))
    start = cpu_seconds()
    subprocess.run(command, input=symbols, text=True, stdout=subprocess.DEVNULL, cwd=ROOT, check=True)
    return (cpu_seconds() - start) / 2


def read(symbols: Sequence[Symbol]) -> None:
    for symbol in symbols:
        fetch_stored(symbol)


def find_patterns(symbols: Sequence[Symbol]) -> None:
    """Compute what TA-Lib knows of the last session of each ticker: averages, bands and every candlestick pattern."""
    for symbol in symbols:
        data = fetch_stored(symbol)
        assert data is not None
        columns = [data.history.bars[name].to_numpy(float) for name in ("open", "high", "low", "close")]
        for span in EMA_SPANS:
            talib.EMA(columns[-1], span)
        talib.BBANDS(columns[-1], 20, 2.0, 2.0)
        for name in talib.get_function_groups()["Pattern Recognition"]:
            getattr(talib, name)(*columns)


def measure_scan(count: int) -> ScanCost:
    """Scan that many tickers; measuring the memory does not count."""
    memory: list[float] = []
    start, cpu_start, paused = perf_counter(), cpu_seconds(), 0.0
    for done, result in enumerate(scan_stored([Symbol(generated_symbol(number)) for number in range(count)])):
        assert isinstance(result, ScanResult), result
        if done % max(count // MEMORY_SAMPLES, 1) == 0:
            pause = perf_counter()
            memory.append(memory_mb())
            paused += perf_counter() - pause
    return ScanCost(perf_counter() - start - paused, cpu_seconds() - cpu_start, memory)


if __name__ == "__main__":
    sys.exit(main())
