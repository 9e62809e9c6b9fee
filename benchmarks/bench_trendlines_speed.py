"""How fast the lines of both sides are found, beside trendln on the same bars in the same run."""

from __future__ import annotations

import sys

import pandas as pd
import trendln

from benchmarks.daily_bars import public_bars
from benchmarks.timing import report, seconds
from benchmarks.trendln_lines import trendln_lines
from indicators import find_trendlines
from tests.support.generated_bars import walk

FIVE_YEARS = 1_260
FASTER = 100.0  # times trendln
TENFOLD = 15.0  # at most so many times the cost for ten times the bars


def both_sides(bars: pd.DataFrame) -> None:
    find_trendlines(bars, "support")
    find_trendlines(bars, "resistance")


def main() -> int:
    bars = public_bars("AAPL").iloc[-FIVE_YEARS:]
    lists = bars["low"].tolist(), bars["high"].tolist()
    ours = seconds(lambda: both_sides(bars), 50)
    theirs = seconds(lambda: trendln_lines(bars), 5)
    from_lists = seconds(lambda: trendln.calc_support_resistance(lists), 5)
    report("both sides, AAPL, 1,260 daily bars", f"{1e3 * ours:.2f} ms")
    report("trendln 0.1.18 on the same bars, as its README calls it", f"{1e3 * theirs:.0f} ms")
    report("trendln 0.1.18 on plain lists instead, its fastest", f"{1e3 * from_lists:.0f} ms")
    good = report("times faster than trendln (goal: 100)", f"{theirs / ours:.0f}", theirs >= FASTER * ours)
    report("times faster than trendln on plain lists", f"{from_lists / ours:.0f}")
    return 0 if _ten_times_the_bars() and good else 1


def _ten_times_the_bars() -> bool:
    good = [_ten_times(walk(10 * FIVE_YEARS, seed), seed) for seed in (1, 2, 3)]
    return all(good)


def _ten_times(long: pd.DataFrame, seed: int) -> bool:
    short = long.iloc[-FIVE_YEARS:]
    few, many = seconds(lambda: both_sides(short), 50), seconds(lambda: both_sides(long), 20)
    what = f"12,600 generated bars against 1,260, seed {seed} (goal: 15 times at most)"
    return report(what, f"{many / few:.1f}", many <= TENFOLD * few)


if __name__ == "__main__":
    sys.exit(main())
