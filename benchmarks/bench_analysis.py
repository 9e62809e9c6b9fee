"""Time the Analysis of one ticker, its replay, TA-Lib's averages and bands on the same closes, and a line's chance."""

from __future__ import annotations

import sys
from collections import deque
from datetime import date, timedelta
from itertools import islice

import numpy as np
import talib

from benchmarks.daily_bars import public_bars
from benchmarks.memory import memory_mb
from benchmarks.timing import fastest_seconds, report
from indicators import analyse, find_trendlines
from indicators.analysis import EMA_SPANS
from indicators.trendlines.significance import chance_of_line
from market import PriceHistory, PriceTarget
from tickers.replay import replay

FIVE_YEARS = 1_260  # daily bars
GOAL_ANALYSIS_MS = 4.0
GOAL_REPLAY_SECONDS = 2.5
GOAL_REPLAY_MB = 20.0  # what other processes share makes it vary by some
GOAL_CHANCE_SECONDS = 1.0
TARGET_DAYS = [date(2013, 2, 1) - timedelta(days=9 * count) for count in range(40)]


def main() -> int:
    ten_years = PriceHistory("AAPL", "Apple Inc.", "USD", public_bars("AAPL").iloc[-2 * FIVE_YEARS :])
    bars = ten_years.bars.iloc[-FIVE_YEARS:]
    close = bars["close"].to_numpy()
    history = PriceHistory("AAPL", "Apple Inc.", "USD", bars)
    targets = [PriceTarget("AAPL", f"Firm {firm}", day, 400.0 + firm) for firm, day in enumerate(TARGET_DAYS)]
    line = find_trendlines(bars)[0]
    analysis_ms = 1e3 * fastest_seconds(lambda: analyse(history, targets), 50)
    days = [day.date() for day in bars.index]
    replay_seconds = fastest_seconds(lambda: deque(replay(ten_years, targets, days), maxlen=0), 3)
    replay_mb = measure_replay_memory(ten_years, targets, days)
    talib_ms = 1e3 * fastest_seconds(lambda: compute_talib_averages(close), 200)
    chance_seconds = fastest_seconds(lambda: chance_of_line(bars, line), 5)
    verdicts = [
        report(
            "the whole Analysis, 1,260 daily bars, 40 targets (goal: 4 ms)",
            f"{analysis_ms:.1f} ms",
            analysis_ms <= GOAL_ANALYSIS_MS,
        ),
        report(
            "1,260 days replayed, of 1,260 to 2,520 bars (goal: 2.5 s)",
            f"{replay_seconds:.2f} s",
            replay_seconds <= GOAL_REPLAY_SECONDS,
        ),
        report(
            "memory after those days beyond that after the first 100 (goal: 20 MB)",
            f"{replay_mb:.1f} MB",
            replay_mb <= GOAL_REPLAY_MB,
        ),
        report("TA-Lib's four EMAs and bands on the same closes", f"{talib_ms:.2f} ms"),
        report(
            "the chance of its support line, 200 shuffles (goal: 1 s)",
            f"{chance_seconds:.2f} s",
            chance_seconds <= GOAL_CHANCE_SECONDS,
        ),
    ]
    return 0 if all(verdicts) else 1


def measure_replay_memory(history: PriceHistory, targets: list[PriceTarget], days: list[date]) -> float:
    """Return the megabytes that the replay of `days` holds at its end beyond those after its first 100 days."""
    analyses = replay(history, targets, days)
    deque(islice(analyses, 100), maxlen=0)
    early = memory_mb()
    deque(islice(analyses, len(days) - 101), maxlen=0)
    return memory_mb() - early


def compute_talib_averages(close: np.ndarray) -> None:
    """Compute the averages and bands of an Analysis with TA-Lib."""
    for span in EMA_SPANS:
        talib.EMA(close, span)
    talib.BBANDS(close, 20, 2.0, 2.0)


if __name__ == "__main__":
    sys.exit(main())
