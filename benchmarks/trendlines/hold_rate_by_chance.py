"""Measure whether lines that chance draws less often hold more often.

Groups the touches of the offered support by the `chance` of the line on the day before the touch. Not part of
`make bench`, since it takes minutes: `python -m benchmarks.trendlines.hold_rate_by_chance`.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import pandas as pd

from benchmarks.bench_trendlines_hold import print_hold_rate
from benchmarks.daily_bars import REPORTED_ON, available_symbols, daily_bars
from benchmarks.trendlines.walk_forward import Touch, draw_offered_support, find_touches, known_bars
from indicators import find_trendlines
from indicators.trendlines.significance import chance_of_line

CHANCE_BOUNDS = (0.0, 0.2, 0.4, 0.6, 1.001)


def main() -> int:
    tickers = available_symbols(REPORTED_ON)
    print(f"Touches of the offered support by the chance of the line on the day before. {', '.join(tickers)}.")
    rated = [_touches_with_chance(daily_bars(ticker)) for ticker in tickers]
    for low, high in pairwise(CHANCE_BOUNDS):
        touches = [[touch for touch, chance in ticker if low <= chance < high] for ticker in rated]
        print_hold_rate(f"chance from {low:.0%} to {min(high, 1.0):.0%}", touches)
    return 0


def _touches_with_chance(bars: pd.DataFrame) -> list[tuple[Touch, float]]:
    touches = find_touches(bars, draw_offered_support)
    return [(touch, _chance_of_support(known_bars(bars, touch.at))) for touch in touches]


def _chance_of_support(bars: pd.DataFrame) -> float:
    return chance_of_line(bars, find_trendlines(bars)[0])


if __name__ == "__main__":
    sys.exit(main())
