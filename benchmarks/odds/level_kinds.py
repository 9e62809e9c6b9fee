"""Measure whether levels of any kind hold more often than levels that mean nothing.

`python -m benchmarks.odds.level_kinds`
"""

from __future__ import annotations

import sys
from functools import reduce
from operator import add

from benchmarks.daily_bars import CHOSEN_ON, REPORTED_ON, available_symbols, daily_bars
from benchmarks.timing import fastest_seconds
from indicators import analyse
from indicators.odds.evidence import measure_evidence
from indicators.odds.level_holds import Holds
from market import PriceHistory


def main() -> int:
    tickers = available_symbols(CHOSEN_ON + REPORTED_ON)
    histories = [PriceHistory(ticker, ticker, "USD", daily_bars(ticker)) for ticker in tickers]
    evidence = reduce(add, [measure_evidence(analyse(history)) for history in histories])
    print(f"Visits to levels of each kind, and the share that held with its 95% interval. {', '.join(tickers)}.")
    print(f"{'':<24}{'real':<28}{'shifted by 1 to 3 ATR':<28}{'shuffled moves':<28}")
    for kind in evidence.kinds:
        cells = "".join(f"{describe(holds):<28}" for holds in (kind.real, kind.shifted, kind.shuffled))
        print(f"{kind.kind:<24}{cells}{kind.verdict}")
    decade = histories[0].bars.iloc[-2_520:]
    analysis = analyse(PriceHistory("X", "X", "USD", decade))
    seconds = fastest_seconds(lambda: measure_evidence(analysis), 2)
    print(f"Ten years of {tickers[0]}, with odds and targets: {seconds:.1f} s")
    return 0


def describe(holds: Holds) -> str:
    """Return `1204: 57.1% (54.2 to 59.9)`."""
    if holds.share is None or holds.interval is None:
        return "0"
    low, high = holds.interval
    return f"{holds.count}: {100 * holds.share:.1f}% ({100 * low:.1f} to {100 * high:.1f})"


if __name__ == "__main__":
    sys.exit(main())
