"""Measure how many planted support lines are found, and how exactly, by Levelboard and by trendln."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.timing import report
from benchmarks.trendlines.planted_lines import PlantedLine, plant_line
from benchmarks.trendlines.trendln_lines import best_support, support_lines
from indicators import average_true_range, find_trendlines
from indicators.trendlines.search import REACH_ATR

SERIES = 1_000
FOUND_ATR = 0.5  # a line this close to the planted one today looks like that line
METHODS = (
    "the line offered as the support",
    "any line listed and not broken",
    "trendln: best of the last window under the price",
    "trendln: nearest under the price",
    "trendln: any line",
)
NOISE_RANGES = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.25))  # ATR


@dataclass(frozen=True)
class Trial:
    """One series: distances from the planted line today, in ATRs, of the price and of each method's lines."""

    noise: float
    price: float
    lines: tuple[list[float], ...]


def run_trial(planted: PlantedLine) -> Trial:
    """Find the planted line by each of `METHODS`."""
    atr = float(average_true_range(planted.bars).iloc[-1])
    lines = [line for line in find_trendlines(planted.bars) if line.status != "broken"]
    ours, offered = [line.value for line in lines], [line.value for line in lines if line.offered][:1]
    theirs = [value for value, _ in support_lines(planted.bars)]
    best, close = best_support(planted.bars), float(planted.bars["close"].iloc[-1])
    nearest = sorted(value for value in theirs if value <= close)[-1:]
    found = (offered, ours, [best[0]] if best else [], nearest, theirs)
    distances = tuple([abs(value - planted.value) / atr for value in values] for values in found)
    return Trial(planted.noise, abs(close - planted.value) / atr, distances)


def main() -> int:
    trials = [run_trial(plant_line(seed)) for seed in range(SERIES)]
    near = [trial for trial in trials if trial.price <= REACH_ATR]
    far = [trial for trial in trials if trial.price > REACH_ATR]
    print(f"Found: within {FOUND_ATR} ATR(14) of the planted line today. Distances in ATRs, where there is a line.")
    _print_table("all series", trials)
    ours, _, *theirs, _ = _print_table(f"the price within {REACH_ATR:.0f} ATR of the planted line", near)
    _print_table("the price further away: by definition another line matters now", far)
    for low, high in NOISE_RANGES:
        similar = [trial for trial in near if low <= trial.noise < high]
        _print_table(f"the price near, touches off by {low} to {high} ATR", similar)
    met = report(
        "\nnear ones found by the offered line (trendln's: at most as many)", f"{ours:.1%}", ours >= max(theirs)
    )
    return 0 if met else 1


def _print_table(heading: str, trials: Sequence[Trial]) -> list[float]:
    """Print a line for each method and return the shares found, 0 to 1."""
    print(f"\n{heading}: {len(trials)}")
    print(f"{'':<50}{'found':>8}{'median':>8}{'90%':>8}{'no line':>9}{'lines':>7}")
    return [_print_row(name, [trial.lines[method] for trial in trials]) for method, name in enumerate(METHODS)]


def _print_row(label: str, distances: Sequence[list[float]]) -> float:
    nearest = [min(lines) for lines in distances if lines]
    found = sum(distance <= FOUND_ATR for distance in nearest) / len(distances)
    without, lines_each = 1.0 - len(nearest) / len(distances), sum(map(len, distances)) / len(distances)
    median, most = np.quantile(nearest, [0.5, 0.9])
    print(f"{label:<50}{found:>8.1%}{median:>8.2f}{most:>8.2f}{without:>9.1%}{lines_each:>7.1f}")
    return found


if __name__ == "__main__":
    sys.exit(main())
