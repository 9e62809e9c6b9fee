"""How fast an album's pictures are drawn, beside Plotly's `to_image` for each in turn, and what they cost in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.generated_tickers import history, symbol, targets
from benchmarks.timing import report
from charts.levels.chart import levels_picture
from exports import png
from exports.album import PictureOptions, draw_png
from indicators import analyse
from indicators.analysis import Analysis
from tests.support.installed import PROGRAMS
from tickers.batch import FailedTicker, run_in_order

PICTURES = 50
SETTLED = 10  # pictures until the browser and its tabs have grown to their size
PEERS = 5
GOAL = 0.6  # seconds a picture, the analysis included
FASTER = 4.0
FLAT = 1.15  # the browser collects its garbage when it likes


def main() -> int:
    if not png.can_draw():
        sys.exit(f"No picture was measured: {PROGRAMS['browser'].missing}.")
    numbers = {symbol(each): each for each in range(PICTURES)}
    png.render_png(levels_picture(analysed(0)))
    began = perf_counter()
    sizes: list[float] = []
    pauses = 0.0
    for each in run_in_order(lambda name: draw_png(analysed(numbers[name]), PictureOptions()), list(numbers)):
        assert not isinstance(each, FailedTicker), each.reason
        paused = perf_counter()
        sizes.append(memory())
        pauses += perf_counter() - paused
    ours = (perf_counter() - began - pauses) / PICTURES
    figures = [levels_picture(analysed(each)) for each in range(PEERS)]
    began = perf_counter()
    for figure in figures:
        figure.to_image("png", width=png.WIDTH, height=png.HEIGHT, scale=png.SCALE)
    theirs = (perf_counter() - began) / PEERS
    report(f"fig.to_image(), {PEERS} in turn, a picture", f"{theirs:.2f} s")
    verdicts = [
        report(
            f"{PICTURES} pictures of 1600x900, twice the size, each (goal: {GOAL} s)", f"{ours:.2f} s", ours <= GOAL
        ),
        report(f"times faster than to_image (goal: {FASTER:.0f})", f"{theirs / ours:.1f}", theirs >= FASTER * ours),
    ]
    if sizes[0]:
        growth = max(sizes[-5:]) / max(sizes[SETTLED - 5 : SETTLED])
        report(f"memory at the {SETTLED}th, browser included", f"{max(sizes[SETTLED - 5 : SETTLED]):.0f} MB")
        verdicts.append(report(f"times that at the {PICTURES}th (goal: {FLAT})", f"{growth:.2f}", growth <= FLAT))
    png.close()
    return 0 if all(verdicts) else 1


def analysed(number: int) -> Analysis:
    made = history(number)
    return analyse(made, targets(made))


def memory() -> float:
    """Megabytes of this process and all it started, what they share counted once; 0 where there is no /proc."""
    me = Path("/proc/self")
    return sum(map(_proportional, _family(int(me.resolve().name)))) / 1024 if me.exists() else 0.0


def _family(process: int) -> Iterator[int]:
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _proportional(process: int) -> int:
    """Kilobytes, shared pages by their share."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # ended meanwhile
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
