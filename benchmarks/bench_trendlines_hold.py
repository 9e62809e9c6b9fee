"""Does a line mean anything? How often the offered support holds on real bars, beside lines that mean nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import pandas as pd

from benchmarks.daily_bars import daily_bars, symbols
from benchmarks.trendln_lines import of_trendln
from benchmarks.walk_forward import Drawing, Touch, every, hold_rate, level, offered, touches
from indicators.trendlines.significance import random_walks

CHOSEN_ON = ("AAPL", "GOOG", "CIFR", "NVDA")  # the constants were looked at on these
REPORTED_ON = ("IBM", "MSFT", "CLSK", "GOOGL", "IREN")
SHUFFLES = 3
EVERY = 5  # days from one drawing to the next where trendln is asked


def main() -> int:
    tickers = symbols(REPORTED_ON)
    print(
        f"A touch holds when a close stands 1 ATR above the line before one stands 1 ATR below. {', '.join(tickers)}."
    )
    print(f"{'':<52}{'touches':>8}{'lines':>7}{'held':>8}   95 % interval")
    bars = {ticker: daily_bars(ticker) for ticker in tickers}
    real = [touches(bar, offered) for bar in bars.values()]
    row("the support offered", real)
    row("  of three touches and more", _with(real, lambda touch: touch.touches > 2))
    row("  tentative ones, of two", _with(real, lambda touch: touch.touches == 2))
    row("a horizontal line, as far away when first offered", [touches(bar, level) for bar in bars.values()])
    row(f"the support offered every {EVERY} days, kept in between", _touches(bars.values(), every(EVERY, offered)))
    row(f"trendln's every {EVERY} days, kept in between", _touches(bars.values(), every(EVERY, of_trendln)))
    walks = [walk for bar in bars.values() for walk in random_walks(bar, SHUFFLES)]
    shuffled = _touches(walks, offered)
    row(f"the support offered on {SHUFFLES} shuffles of each", shuffled)
    row("  of three touches and more", _with(shuffled, lambda touch: touch.touches > 2))
    row("a horizontal line on the first shuffle of each", _touches(walks[::SHUFFLES], level))
    row(
        f"trendln's every {EVERY} days on the first shuffle of each",
        _touches(walks[::SHUFFLES], every(EVERY, of_trendln)),
    )
    return 0


def row(what: str, groups: list[list[Touch]]) -> None:
    """Prints one line of the table."""
    seen = hold_rate(groups)
    print(
        f"{what:<52}{seen.touches:>8}{seen.lines:>7}{seen.rate:>8.1%}   {seen.low:.1%} to {seen.high:.1%}", flush=True
    )


def _touches(all_bars: Iterable[pd.DataFrame], drawing: Drawing) -> list[list[Touch]]:
    return [touches(bar, drawing) for bar in all_bars]


def _with(groups: list[list[Touch]], wanted: Callable[[Touch], bool]) -> list[list[Touch]]:
    return [[touch for touch in group if wanted(touch)] for group in groups]


if __name__ == "__main__":
    sys.exit(main())
