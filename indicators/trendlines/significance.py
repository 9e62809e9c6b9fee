"""How often random data draws as good a trendline: the same daily moves in another order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.random import PCG64

from indicators.trendlines.mirrored_bars import mirror_bars
from indicators.trendlines.search import has_any_line, has_offered_line
from indicators.trendlines.trendlines import Trendline

SHUFFLES = 200
BLOCK = 10  # bars: two weeks stay together, and with them calm and wild stretches and the turns between
SEED = 20251124  # any number will do, as long as it is always the same: a line keeps its chance

PRICE_COLUMNS = pd.Index(["high", "low", "close"])  # made once, not for each walk


def chance_of_line(bars: pd.DataFrame, line: Trendline) -> float:
    """Return the share of 200 random walks with the daily moves of `bars` that show a line at least as good as `line`.

    At least as good means more touches, or as many over as long a span, on the same side and scale at the last bar. For
    a line that is offered or eligible, the line of the walk must be so too; for any other line, every line counts that
    `find_trendlines` looks at, unbroken or recently broken.

    A walk: high[t], low[t] and close[t] as shares of close[t-1] are the move of day t. The moves are cut into blocks of
    10 days, the blocks are put in random order, and the prices follow from the first bar on. So the walk begins and
    ends at the same prices, moves as far each day, and remembers nothing for longer than two weeks: a line in it means
    nothing. A chance of 0.4 says that the line in the bars need not mean anything either.

    `bars`: those that `line` was found in; columns high, low, close, all positive. The walks are the same on every
    machine. Source: the permutation test; blocks after Künsch, "The Jackknife and the Bootstrap for General Stationary
    Observations" (1989).
    """
    is_good = has_offered_line if line.is_eligible else has_any_line
    walks = random_walks(bars, SHUFFLES)
    mirrored = (mirror_bars(walk, line.side, line.scale) for walk in walks)
    return sum(is_good(walk, len(line.touches), line.span) for walk in mirrored) / SHUFFLES


def random_walks(bars: pd.DataFrame, count: int) -> Iterator[pd.DataFrame]:
    """Yield `bars` (columns high, low, close) with their daily moves in `count` random orders, in blocks of 10 days."""
    prices = bars[PRICE_COLUMNS].to_numpy(dtype=float)
    moves = prices[1:] / prices[:-1, -1:]
    block = np.arange(len(moves)) // BLOCK
    generator = PCG64(SEED)  # NumPy promises that its bits never change; it does not promise that of a Generator
    for _ in range(count):
        rank = generator.random_raw(len(moves) // BLOCK + 1)
        shuffled = moves[np.argsort(rank[block], kind="stable")]
        close = prices[0, -1] * np.cumprod(np.concatenate(([1.0], shuffled[:, -1])))
        walk = np.vstack((prices[:1], shuffled * close[:-1, None]))
        yield pd.DataFrame(walk, columns=PRICE_COLUMNS, index=bars.index)


def chance_phrase(chance: float) -> str:
    """Return the chance as a sentence without its period: "Random data draws a line this good 6 times in 10"."""
    return f"Random data draws a line this good {_frequency(chance)}"


def _frequency(chance: float) -> str:
    if chance < 1.0 / SHUFFLES:
        return f"less than 1 time in {SHUFFLES}"
    if chance < 0.35:
        return f"1 time in {round(1.0 / chance)}"
    if chance < 0.95:
        tenths = round(10.0 * chance)
        return "1 time in 2" if tenths == 5 else f"{tenths} times in 10"
    return "nearly every time"
