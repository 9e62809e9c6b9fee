"""Time the whole Analysis of one ticker, TA-Lib's averages and bands on the same closes, and the chance of a line."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import numpy as np
import talib

from benchmarks.daily_bars import public_bars
from benchmarks.timing import fastest_seconds, report
from indicators import analyse, find_trendlines
from indicators.analysis import EMA_SPANS
from indicators.trendlines.significance import chance_of_line
from market import PriceHistory, PriceTarget

FIVE_YEARS = 1_260  # daily bars
GOAL_ANALYSIS_MS = 10.0
GOAL_CHANCE_SECONDS = 1.0
TARGET_DAYS = [date(2013, 2, 1) - timedelta(days=9 * count) for count in range(40)]


def main() -> int:
    bars = public_bars("AAPL").iloc[-FIVE_YEARS:]
    close = bars["close"].to_numpy()
    history = PriceHistory("AAPL", "Apple Inc.", "USD", bars)
    targets = [PriceTarget("AAPL", f"Firm {firm}", day, 400.0 + firm) for firm, day in enumerate(TARGET_DAYS)]
    line = find_trendlines(bars)[0]
    analysis_ms = 1e3 * fastest_seconds(lambda: analyse(history, targets), 50)
    talib_ms = 1e3 * fastest_seconds(lambda: compute_talib_averages(close), 200)
    chance_seconds = fastest_seconds(lambda: chance_of_line(bars, line), 5)
    verdicts = [
        report(
            "the whole Analysis, 1,260 daily bars, 40 targets (goal: 10 ms)",
            f"{analysis_ms:.1f} ms",
            analysis_ms <= GOAL_ANALYSIS_MS,
        ),
        report("TA-Lib's four EMAs and bands on the same closes", f"{talib_ms:.2f} ms"),
        report(
            "the chance of its support line, 200 shuffles (goal: 1 s)",
            f"{chance_seconds:.2f} s",
            chance_seconds <= GOAL_CHANCE_SECONDS,
        ),
    ]
    return 0 if all(verdicts) else 1


def compute_talib_averages(close: np.ndarray) -> None:
    """Compute the averages and bands of an Analysis with TA-Lib."""
    for span in EMA_SPANS:
        talib.EMA(close, span)
    talib.BBANDS(close, 20, 2.0, 2.0)


if __name__ == "__main__":
    sys.exit(main())
