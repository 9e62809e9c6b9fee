"""Time the search for trendlines on both sides, and trendln on the same bars in the same run."""

from __future__ import annotations

import sys

import pandas as pd
import trendln

from benchmarks.daily_bars import public_bars
from benchmarks.timing import fastest_seconds, report
from benchmarks.trendlines.trendln_lines import trendln_lines
from indicators import find_trendlines
from tests.support.generated_bars import walk

FIVE_YEARS = 1_260  # daily bars
GOAL_TIMES_FASTER = 100.0  # than trendln
GOAL_COST_OF_TENFOLD = 15.0  # at most this many times as long for ten times as many bars


def find_both_sides(bars: pd.DataFrame) -> None:
    find_trendlines(bars, "support")
    find_trendlines(bars, "resistance")


def main() -> int:
    bars = public_bars("AAPL").iloc[-FIVE_YEARS:]
    lists = bars["low"].tolist(), bars["high"].tolist()
    ours = fastest_seconds(lambda: find_both_sides(bars), 50)
    theirs = fastest_seconds(lambda: trendln_lines(bars), 5)
    from_lists = fastest_seconds(lambda: trendln.calc_support_resistance(lists), 5)
    report("lines of both sides, AAPL, 1,260 daily bars", f"{1e3 * ours:.2f} ms")
    report("trendln 0.1.18 on the same bars, as its README calls it", f"{1e3 * theirs:.0f} ms")
    report("trendln 0.1.18 on plain lists instead, its fastest", f"{1e3 * from_lists:.0f} ms")
    met = report("times faster than trendln (goal: 100)", f"{theirs / ours:.0f}", theirs >= GOAL_TIMES_FASTER * ours)
    report("times faster than trendln on plain lists", f"{from_lists / ours:.0f}")
    scales = [_report_tenfold(walk(10 * FIVE_YEARS, seed), seed) for seed in (1, 2, 3)]
    return 0 if met and all(scales) else 1


def _report_tenfold(long: pd.DataFrame, seed: int) -> bool:
    short = long.iloc[-FIVE_YEARS:]
    few, many = fastest_seconds(lambda: find_both_sides(short), 50), fastest_seconds(lambda: find_both_sides(long), 20)
    label = f"12,600 generated bars against 1,260, seed {seed} (goal: at most 15 times)"
    return report(label, f"{many / few:.1f}", many <= GOAL_COST_OF_TENFOLD * few)


if __name__ == "__main__":
    sys.exit(main())
