"""Measure how often the offered support holds on real bars, and how often lines without meaning do."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks.daily_bars import REPORTED_ON, available_symbols, daily_bars
from benchmarks.trendlines.trendln_lines import draw_trendln_support
from benchmarks.trendlines.walk_forward import (
    Touch,
    draw_horizontal,
    draw_offered_support,
    find_all_touches,
    hold_rate,
    redraw_every,
)
from indicators.trendlines.significance import random_walks

SHUFFLES = 3
REDRAW_DAYS = 5  # trendln is too slow to run for each day


def main() -> int:
    tickers = available_symbols(REPORTED_ON)
    print(f"A touch holds if a close is 1 ATR above the line before one is 1 ATR below. {', '.join(tickers)}.")
    print(f"{'':<52}{'touches':>8}{'lines':>7}{'held':>8}   95% interval")
    sparse_support, sparse_trendln = (
        redraw_every(REDRAW_DAYS, draw) for draw in (draw_offered_support, draw_trendln_support)
    )
    real = [daily_bars(ticker) for ticker in tickers]
    touches = find_all_touches(real, draw_offered_support)
    print_hold_rate("the support offered", touches)
    print_hold_rate("  of three touches or more", _select(touches, lambda touch: touch.touches > 2))
    print_hold_rate("  tentative, of two touches", _select(touches, lambda touch: touch.touches == 2))
    print_hold_rate("a horizontal line, as far away when first offered", find_all_touches(real, draw_horizontal))
    print_hold_rate(f"the support offered, drawn every {REDRAW_DAYS} days", find_all_touches(real, sparse_support))
    print_hold_rate(f"trendln's, drawn every {REDRAW_DAYS} days", find_all_touches(real, sparse_trendln))
    walks = [walk for bars in real for walk in random_walks(bars, SHUFFLES)]
    shuffled = find_all_touches(walks, draw_offered_support)
    print_hold_rate(f"the support offered, {SHUFFLES} shuffles of each", shuffled)
    print_hold_rate("  of three touches or more", _select(shuffled, lambda touch: touch.touches > 2))
    print_hold_rate("a horizontal line, 1 shuffle of each", find_all_touches(walks[::SHUFFLES], draw_horizontal))
    print_hold_rate(
        f"trendln's, every {REDRAW_DAYS} days, 1 shuffle of each", find_all_touches(walks[::SHUFFLES], sparse_trendln)
    )
    return 0


def print_hold_rate(label: str, touches_by_ticker: list[list[Touch]]) -> None:
    """Print one line of the table."""
    rate = hold_rate(touches_by_ticker)
    print(
        f"{label:<52}{rate.touches:>8}{rate.lines:>7}{rate.rate:>8.1%}   {rate.low:.1%} to {rate.high:.1%}",
        flush=True,
    )


def _select(touches_by_ticker: list[list[Touch]], wanted: Callable[[Touch], bool]) -> list[list[Touch]]:
    return [[touch for touch in touches if wanted(touch)] for touches in touches_by_ticker]


if __name__ == "__main__":
    sys.exit(main())
