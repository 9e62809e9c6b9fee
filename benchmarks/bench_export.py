"""Time the pictures of an album, and Plotly's `to_image` for each in turn; watch how much memory they take."""

from __future__ import annotations

import sys
from time import perf_counter

from benchmarks.generated_tickers import generate_history, generate_targets, generated_symbol
from benchmarks.memory import memory_mb
from benchmarks.timing import report
from charts.levels.chart import levels_picture
from exports import png
from exports.album import PictureOptions, draw_png
from indicators import analyse
from indicators.analysis import Analysis
from tests.support.installed import PROGRAMS
from tickers.batch import FailedTicker, run_in_order

PICTURES = 50
WARM_UP_PICTURES = 10  # until the browser and its tabs have grown to their size
TO_IMAGE_PICTURES = 5
GOAL_SECONDS = 0.6  # per picture, the analysis included
GOAL_TIMES_FASTER = 4.0
GOAL_MEMORY_GROWTH = 1.15  # times; the browser collects its garbage when it likes


def main() -> int:
    if not png.can_draw():
        sys.exit(f"Nothing measured: {PROGRAMS['browser'].missing}.")
    png.render_png(levels_picture(analyze_generated(0)))  # starts the browser
    ours, sizes = measure_album()
    theirs = measure_to_image()
    report(f"fig.to_image(), {TO_IMAGE_PICTURES} in turn, per picture", f"{theirs:.2f} s")
    verdicts = [
        report(
            f"{PICTURES} pictures of 3200x1800, per picture (goal: {GOAL_SECONDS} s)",
            f"{ours:.2f} s",
            ours <= GOAL_SECONDS,
        ),
        report(
            f"times faster than to_image (goal: {GOAL_TIMES_FASTER:.0f})",
            f"{theirs / ours:.1f}",
            theirs >= GOAL_TIMES_FASTER * ours,
        ),
    ]
    if sizes[0]:
        early, late = max(sizes[WARM_UP_PICTURES - 5 : WARM_UP_PICTURES]), max(sizes[-5:])
        label = f"times that after {PICTURES} (goal: {GOAL_MEMORY_GROWTH})"
        report(f"memory after {WARM_UP_PICTURES} pictures, browser included", f"{early:.0f} MB")
        verdicts.append(report(label, f"{late / early:.2f}", late <= GOAL_MEMORY_GROWTH * early))
    png.close()
    return 0 if all(verdicts) else 1


def measure_album() -> tuple[float, list[float]]:
    """Draw `PICTURES` as an album does; return the seconds per picture and the megabytes after each."""
    numbers: dict[str, int] = {generated_symbol(number): number for number in range(PICTURES)}
    sizes: list[float] = []
    paused = 0.0
    start = perf_counter()
    for result in run_in_order(
        lambda symbol: draw_png(analyze_generated(numbers[symbol]), PictureOptions()), list(numbers)
    ):
        assert not isinstance(result, FailedTicker), result.reason
        pause = perf_counter()
        sizes.append(memory_mb())
        paused += perf_counter() - pause
    return (perf_counter() - start - paused) / PICTURES, sizes


def measure_to_image() -> float:
    """Return the seconds per picture of Plotly's own export, the analysis not included."""
    figures = [levels_picture(analyze_generated(number)) for number in range(TO_IMAGE_PICTURES)]
    start = perf_counter()
    for figure in figures:
        figure.to_image("png", width=png.WIDTH, height=png.HEIGHT, scale=png.SCALE)
    return (perf_counter() - start) / TO_IMAGE_PICTURES


def analyze_generated(number: int) -> Analysis:
    """Return the analysis of the generated ticker of that number."""
    history = generate_history(number)
    return analyse(history, generate_targets(history))


if __name__ == "__main__":
    sys.exit(main())
