"""What each constant of the search is worth: hold rates on the tickers kept for choosing, one constant moved at a time.

Not part of `make bench`, since it takes a quarter of an hour: `python -m benchmarks.choose_constants`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import numpy as np

from benchmarks.bench_trendlines_hold import CHOSEN_ON
from benchmarks.daily_bars import daily_bars, symbols
from benchmarks.walk_forward import hold_rate, offered, touches
from indicators import swings
from indicators.trendlines import mirrored_bars, search
from indicators.trendlines.significance import random_walks

SHUFFLES = 3
CONSTANTS = {
    "k": (swings, "SWING_BARS", (2, 5)),
    "tolerance": (mirrored_bars, "TOLERANCE_ATR", (0.15, 0.4)),
    "spacing": (search, "TOUCH_SPACING_BARS", (5, 20)),
    "recency": (search, "RECENT_BARS", (30, 120)),
}


def main() -> int:
    tickers = symbols(CHOSEN_ON)
    real = [daily_bars(ticker) for ticker in tickers]
    walks = list(chain.from_iterable(random_walks(each, SHUFFLES) for each in real))
    print(f"Hold rates with 95 % intervals, {', '.join(tickers)}, and {SHUFFLES} shuffles of each.")
    print(f"{'':<18}{'touches':>8}{'real':>8}   interval{'':<9}{'shuffled':>9}   interval{'':<9}{'more':>7}")
    _row("as they are", real, walks)
    for name, (module, constant, values) in CONSTANTS.items():
        for value in values:
            with _set(module, constant, value):
                _row(f"{name} {value}", real, walks)
    return 0


@contextmanager
def _set(module: object, constant: str, value: float) -> Iterator[None]:
    kept = getattr(module, constant)
    setattr(module, constant, value)
    try:
        yield
    finally:
        setattr(module, constant, kept)


def _row(what: str, real: list, walks: list) -> None:
    seen, chance = (hold_rate([touches(each, offered) for each in group]) for group in (real, walks))
    more = 100.0 * (seen.rate - chance.rate)
    error = 100.0 * np.hypot(seen.high - seen.low, chance.high - chance.low) / 2.0
    print(
        f"{what:<18}{seen.touches:>8}{seen.rate:>8.1%}   {seen.low:.1%} to {seen.high:.1%}"
        f"{chance.rate:>9.1%}   {chance.low:.1%} to {chance.high:.1%}{more:>+7.1f} ± {error:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
