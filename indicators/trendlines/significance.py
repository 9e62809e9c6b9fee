"""How often chance alone draws as good a line: the same daily moves in another order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.random import PCG64

from indicators.trendlines.mirrored_bars import mirror_bars
from indicators.trendlines.search import has_any_line, has_relevant_line
from indicators.trendlines.trendlines import Trendline

SHUFFLES = 200
BLOCK = 10  # bars: two weeks stay together, so that calm and wild stretches and the turns between them do
SEED = 20251124  # any number does; always the same one, so that a line keeps its chance

MOVES = ["high", "low", "close"]


def chance_of_line(bars: pd.DataFrame, line: Trendline) -> float:
    """The share of 200 random walks with the daily moves of `bars` that show a line at least as good as `line`.

    At least as good: more touches, or as many over as long a span, on the same side and scale at the last bar. For a
    line that matters now (`line.offered`) the walk's has to matter too; for any other, every line counts that
    `find_trendlines` would look at, standing or broken lately.

    A walk: high[t], low[t] and close[t] as shares of close[t-1] are that day's move. Moves 1, 2, … of the bars are
    cut into blocks of 10 days, the blocks come in random order, and the prices follow from the first bar on. So the
    walk begins and ends at the same prices, goes as far each day, and remembers nothing for longer than two weeks: a
    line that it shows means nothing. A chance of 0.4 says that the line in the bars need not mean anything either.

    `bars`: those that `line` was found in; columns high, low, close, positive. The walks are the same on every machine.
    Source: the permutation test; blocks after Künsch, «The Jackknife and the Bootstrap for General Stationary
    Observations» (1989).
    """
    good = has_relevant_line if line.offered else has_any_line
    walks = random_walks(bars, SHUFFLES)
    return (
        sum(good(mirror_bars(walk, line.side, line.scale), len(line.touches), line.span) for walk in walks) / SHUFFLES
    )


def random_walks(bars: pd.DataFrame, count: int) -> Iterator[pd.DataFrame]:
    """`bars` (columns high, low, close) with their daily moves in `count` random orders, two weeks kept together."""
    prices = bars[MOVES].to_numpy(dtype=float)
    moves = prices[1:] / prices[:-1, -1:]
    block = np.arange(len(moves)) // BLOCK
    bits = PCG64(SEED)  # its bits are promised for good, what a Generator makes of them is not
    for _ in range(count):
        drawn = bits.random_raw(len(moves) // BLOCK + 1)
        moved = moves[np.argsort(drawn[block], kind="stable")]
        close = prices[0, -1] * np.cumprod(np.concatenate(([1.0], moved[:, -1])))
        walked = np.vstack((prices[:1], moved * close[:-1, None]))
        yield pd.DataFrame(walked, columns=MOVES, index=bars.index)


def chance_phrase(chance: float) -> str:
    """The chance as a reader says it: «1 in 3 random walks show as good a line»."""
    return f"{_share_words(chance)} random walks show as good a line"


def _share_words(chance: float) -> str:
    if chance < 1.0 / SHUFFLES:
        return f"fewer than 1 in {SHUFFLES}"
    if chance < 0.35:
        return f"1 in {round(1.0 / chance)}"
    if chance < 0.95:
        tenths = round(10.0 * chance)
        return "1 in 2" if tenths == 5 else f"{tenths} in 10"
    return "nearly all"
