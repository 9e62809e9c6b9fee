"""How long one ticker's whole Analysis takes, beside what TA-Lib needs for its averages and bands, and the chance."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import numpy as np
import talib

from benchmarks.daily_bars import public_bars
from benchmarks.timing import report, seconds
from indicators import analyse, find_trendlines
from indicators.analysis import EMA_SPANS
from indicators.trendlines.significance import chance_of_line
from market import PriceHistory, PriceTarget

FIVE_YEARS = 1_260
ANALYSIS_MS = 10.0
CHANCE_SECONDS = 1.0
TARGET_DAYS = [date(2013, 2, 1) - timedelta(days=9 * each) for each in range(40)]


def main() -> int:
    bars = public_bars("AAPL").iloc[-FIVE_YEARS:]
    close = bars["close"].to_numpy()
    history = PriceHistory("AAPL", "Apple Inc.", "USD", bars)
    targets = [PriceTarget("AAPL", f"Firm {each}", day, 400.0 + each) for each, day in enumerate(TARGET_DAYS)]
    line = find_trendlines(bars)[0]
    analysis = 1e3 * seconds(lambda: analyse(history, targets), 50)
    averages = 1e3 * seconds(lambda: averages_and_bands(close), 200)
    measured = seconds(lambda: chance_of_line(bars, line), 5)
    good = [
        report(
            "the whole Analysis, 1,260 daily bars, 40 targets (goal: 10 ms)",
            f"{analysis:.1f} ms",
            analysis <= ANALYSIS_MS,
        ),
        report("TA-Lib's four EMAs and bands on the same closes", f"{averages:.2f} ms"),
        report("the chance of its support, 200 shuffles (goal: 1 s)", f"{measured:.2f} s", measured <= CHANCE_SECONDS),
    ]
    return 0 if all(good) else 1


def averages_and_bands(close: np.ndarray) -> None:
    for span in EMA_SPANS:
        talib.EMA(close, span)
    talib.BBANDS(close, 20, 2.0, 2.0)


if __name__ == "__main__":
    sys.exit(main())
