"""Measure whether the price turns in zones more often than in zones moved elsewhere.

Every 5 days the zones are drawn with the bars known by then. Of the swing highs and lows of the next 20 sessions, how
many lie in a zone, and how many in the same zones moved up or down together by 1.5 to 4.5 ATR? Moved zones lie further
from the price, where fewer turns are; so the ratio of the two means something only beside that of the same daily moves
in another order. Not part of `make bench`, since no goal hangs on it: `python -m benchmarks.odds.zones_turns`.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from benchmarks.daily_bars import CHOSEN_ON, REPORTED_ON, available_symbols, daily_bars
from benchmarks.trendlines.walk_forward import MIN_KNOWN_BARS, known_bars
from indicators import average_true_range, find_zones
from indicators.swings import swing_highs, swing_lows
from indicators.trendlines.significance import random_walks

EVERY_DAYS, AHEAD_SESSIONS = 5, 20
SHIFTS_ATR = np.array([0.0, -4.5, -3.0, -1.5, 1.5, 3.0, 4.5])  # the first is no shift
RESAMPLES = 2_000
SEED = 20251124


def main() -> int:
    tickers = available_symbols(CHOSEN_ON + REPORTED_ON)
    print(f"Turns within {AHEAD_SESSIONS} sessions that lie in a zone known before. {', '.join(tickers)}.")
    print(f"{'':<10}{'turns':>8}{'in zones':>10}{'in moved':>10}{'ratio':>8}   95% interval")
    real = {ticker: count_turns(daily_bars(ticker)) for ticker in tickers}
    for ticker, days in real.items():
        print_ratio(ticker, days)
    print_ratio("all", np.concatenate(list(real.values())))
    shuffled = [count_turns(walk) for ticker in tickers for walk in random_walks(daily_bars(ticker), 1)]
    print_ratio("shuffled", np.concatenate(shuffled))
    return 0


def count_turns(bars: pd.DataFrame) -> np.ndarray:
    """Return a row for each day drawn: the turns ahead, then those in the zones at each shift."""
    low, high = bars["low"].to_numpy(), bars["high"].to_numpy()
    lows, highs = swing_lows(low), swing_highs(high)
    at, price = np.concatenate([lows, highs]), np.concatenate([low[lows], high[highs]])
    atr = average_true_range(bars).to_numpy()
    rows = []
    for day in range(MIN_KNOWN_BARS, len(bars) - AHEAD_SESSIONS, EVERY_DAYS):
        zones = np.array([(zone.low, zone.high) for zone in find_zones(known_bars(bars, day))]).reshape(-1, 2)
        turns = price[(at > day) & (at <= day + AHEAD_SESSIONS)]
        moved = turns[:, None, None] - SHIFTS_ATR[None, :, None] * atr[day]
        inside = ((moved >= zones[:, 0]) & (moved <= zones[:, 1])).any(axis=2).sum(axis=0)
        rows.append([turns.size, *inside])
    return np.array(rows, dtype=float)


def print_ratio(label: str, days: np.ndarray) -> None:
    """Print the share of turns in zones, in moved ones, and their ratio with an interval over quarters of days."""
    blocks = np.array_split(days, max(len(days) // 12, 1))  # 12 drawings are a quarter: their turns overlap
    random = np.random.default_rng(SEED)
    picks = random.integers(len(blocks), size=(RESAMPLES, len(blocks)))
    sums = np.array([block.sum(axis=0) for block in blocks])
    ratios = [_ratio(sums[pick].sum(axis=0)) for pick in picks]
    total = days.sum(axis=0)
    inside, moved = total[1] / total[0], total[2:].mean() / total[0]
    low, high = np.percentile(ratios, [2.5, 97.5])
    print(f"{label:<10}{total[0]:>8.0f}{inside:>10.1%}{moved:>10.1%}{_ratio(total):>8.2f}   {low:.2f} to {high:.2f}")


def _ratio(total: np.ndarray) -> float:
    return float(total[1] / total[2:].mean())


if __name__ == "__main__":
    sys.exit(main())
