"""Measure what each constant of the trendline search changes: hold rates with one constant moved at a time.

Uses the tickers kept for choosing. Not part of `make bench`, since it takes a quarter of an hour:
`python -m benchmarks.trendlines.choose_constants`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import numpy as np
import pandas as pd

from benchmarks.daily_bars import CHOSEN_ON, available_symbols, daily_bars
from benchmarks.trendlines.walk_forward import draw_offered_support, find_all_touches, hold_rate
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
    tickers = available_symbols(CHOSEN_ON)
    real = [daily_bars(ticker) for ticker in tickers]
    shuffled = [walk for bars in real for walk in random_walks(bars, SHUFFLES)]
    print(f"Hold rates with 95% intervals, {', '.join(tickers)}, and {SHUFFLES} shuffles of each.")
    print(f"{'':<18}{'touches':>8}{'real':>8}   interval{'':<9}{'shuffled':>9}   interval{'':<9}{'points':>7}")
    _print_row("as they are", real, shuffled)
    for name, (module, constant, values) in CONSTANTS.items():
        for value in values:
            with _constant_set_to(module, constant, value):
                _print_row(f"{name} {value}", real, shuffled)
    return 0


@contextmanager
def _constant_set_to(module: ModuleType, constant: str, value: float) -> Iterator[None]:
    """Change a module's constant for the block. Raises `AttributeError` if there is none of that name."""
    before = getattr(module, constant)
    setattr(module, constant, value)
    try:
        yield
    finally:
        setattr(module, constant, before)


def _print_row(label: str, real: list[pd.DataFrame], shuffled: list[pd.DataFrame]) -> None:
    """Print both hold rates and their difference in percentage points, with its 95% interval."""
    ours, chance = (hold_rate(find_all_touches(bars, draw_offered_support)) for bars in (real, shuffled))
    points = 100.0 * (ours.rate - chance.rate)
    error = 100.0 * np.hypot(ours.high - ours.low, chance.high - chance.low) / 2.0
    print(
        f"{label:<18}{ours.touches:>8}{ours.rate:>8.1%}   {ours.low:.1%} to {ours.high:.1%}"
        f"{chance.rate:>9.1%}   {chance.low:.1%} to {chance.high:.1%}{points:>+7.1f} ± {error:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
