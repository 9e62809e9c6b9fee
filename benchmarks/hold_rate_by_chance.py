"""Whether lines that chance draws less often hold more often: hold rates by the `chance` known before the touch.

Not part of `make bench`, since it takes minutes: `python -m benchmarks.hold_rate_by_chance`.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import pandas as pd

from benchmarks.bench_trendlines_hold import REPORTED_ON, row
from benchmarks.daily_bars import daily_bars, symbols
from benchmarks.walk_forward import Touch, known, offered, touches
from indicators import find_trendlines
from indicators.trendlines.significance import chance_of_line

BOUNDS = (0.0, 0.2, 0.4, 0.6, 1.001)


def main() -> int:
    tickers = symbols(REPORTED_ON)
    print(f"Touches of the offered support by the chance of the line on the day before. {', '.join(tickers)}.")
    rated = [_rated(daily_bars(ticker)) for ticker in tickers]
    for low, high in pairwise(BOUNDS):
        groups = [[touch for touch, share in each if low <= share < high] for each in rated]
        row(f"chance from {low:.0%} to {min(high, 1.0):.0%}", groups)
    return 0


def _rated(bars: pd.DataFrame) -> list[tuple[Touch, float]]:
    return [(touch, _chance(known(bars, touch.at))) for touch in touches(bars, offered)]


def _chance(bars: pd.DataFrame) -> float:
    return chance_of_line(bars, find_trendlines(bars)[0])


if __name__ == "__main__":
    sys.exit(main())
