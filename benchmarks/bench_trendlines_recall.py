"""How many planted support lines are found, and how far from them the found ones lie today, beside trendln."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.planted_lines import Planted, planted
from benchmarks.timing import report
from benchmarks.trendln_lines import best_support, support_lines
from indicators import average_true_range, find_trendlines
from indicators.trendlines.search import REACH_ATR

SERIES = 1_000
NEAR = 0.5  # ATR: a found line this close to the planted one today is that line to the eye
WAYS = (
    "the line offered as the support",
    "any line listed and not broken",
    "trendln: best of the last window under the price",
    "trendln: nearest under the price",
    "trendln: any line",
)
NOISES = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.25))


@dataclass(frozen=True)
class Trial:
    """One series: how far from the planted line, in ATRs today, each way's lines lie, and the price."""

    noise: float
    price: float
    away: tuple[list[float], ...]


def trial(one: Planted) -> Trial:
    atr = float(average_true_range(one.bars).iloc[-1])
    ours = [line.value for line in find_trendlines(one.bars) if line.status != "broken"]
    theirs = [value for value, _ in support_lines(one.bars)]
    best, close = best_support(one.bars), float(one.bars["close"].iloc[-1])
    nearest = sorted(value for value in theirs if value <= close)[-1:]
    found = (ours[:1], ours, [best[0]] if best else [], nearest, theirs)
    away = tuple([abs(value - one.value) / atr for value in values] for values in found)
    return Trial(one.noise, abs(close - one.value) / atr, away)


def main() -> int:
    trials = [trial(planted(seed)) for seed in range(SERIES)]
    near = [each for each in trials if each.price <= REACH_ATR]
    far = [each for each in trials if each.price > REACH_ATR]
    print(f"Found: within {NEAR} ATR(14) of the planted line today. Distances in ATRs, where any line is offered.")
    _table("all series", trials)
    ours, _, *theirs, _ = _table(f"the price within {REACH_ATR:.0f} ATR of the planted line", near)
    _table("the price further away: by definition another line matters now", far)
    for low, high in NOISES:
        some = [each for each in near if low <= each.noise < high]
        _table(f"the price near, touches off by {low} to {high} ATR", some)
    good = report(
        "\nnear ones found by the offered line (trendln's: at most as many)", f"{ours:.1%}", ours >= max(theirs)
    )
    return 0 if good else 1


def _table(heading: str, trials: Sequence[Trial]) -> list[float]:
    """Prints a line for each way; returns the shares found."""
    print(f"\n{heading}: {len(trials)}")
    print(f"{'':<50}{'found':>8}{'median':>8}{'90 %':>8}{'no line':>9}{'lines':>7}")
    return [_row(what, [each.away[way] for each in trials]) for way, what in enumerate(WAYS)]


def _row(what: str, away: Sequence[list[float]]) -> float:
    nearest = [min(each) for each in away if each]
    share = sum(each <= NEAR for each in nearest) / len(away)
    none, lines = 1.0 - len(nearest) / len(away), sum(map(len, away)) / len(away)
    middle, most = np.quantile(nearest, [0.5, 0.9])
    print(f"{what:<50}{share:>8.1%}{middle:>8.2f}{most:>8.2f}{none:>9.1%}{lines:>7.1f}")
    return share


if __name__ == "__main__":
    sys.exit(main())
