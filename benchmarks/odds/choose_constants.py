"""Vary the constants of the odds of touching one at a time, on the tickers that they are chosen on.

`python -m benchmarks.odds.choose_constants`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.daily_bars import CHOSEN_ON, available_symbols, daily_bars
from indicators.odds.reliability import OddsOf, TouchCases, all_cases, reliability, touch_cases
from indicators.odds.touch import (
    DRIFT_RATIO,
    MONTH,
    QUARTER,
    SPAN_WEIGHTS,
    VOLATILITY_SHARE,
    YEAR,
    SpanWeights,
    TouchOdds,
    volatility_of_moves,
)

OTHER_WEIGHTS = (
    (1.0, 0.0, 0.0),
    (0.5, 0.5, 0.0),
    (0.5, 0.0, 0.5),
    (0.3, 0.3, 0.4),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
)
OTHER_SHARES = (0.9, 1.0)
OTHER_DRIFTS = (0.0, 0.2, 0.6)


def main() -> int:
    tickers = available_symbols(CHOSEN_ON)
    bars = [daily_bars(ticker) for ticker in tickers]
    print(f"Brier score, and the largest miss in points of a bin above / below the price. {', '.join(tickers)}.")
    print(f"{'':<34}" + "".join(f"{f'{sessions} sessions':>20}" for sessions in (MONTH, QUARTER, YEAR)))
    for label, odds_of in estimates():
        cases = (touch_cases(bars, sessions, odds_of) for sessions in (MONTH, QUARTER, YEAR))
        print(f"{label:<34}" + "".join(f"{score(horizon):>20}" for horizon in cases), flush=True)
    return 0


def estimates() -> Iterator[tuple[str, OddsOf]]:
    """Yield the estimate as it is, then with one constant moved at a time."""
    yield "as they are", estimate()
    for weights in OTHER_WEIGHTS:
        spans = tuple((span, weight) for (span, _), weight in zip(SPAN_WEIGHTS, weights, strict=True))
        yield f"weights of 63, 252, all: {weights}", estimate(spans=spans)
    for share in OTHER_SHARES:
        yield f"share of the volatility {share}", estimate(share=share)
    for drift in OTHER_DRIFTS:
        yield f"drift {drift} of the volatility", estimate(drift=drift)


def estimate(spans: SpanWeights = SPAN_WEIGHTS, share: float = VOLATILITY_SHARE, drift: float = DRIFT_RATIO) -> OddsOf:
    """Return the estimate with these constants."""

    def odds_of(close: pd.Series) -> TouchOdds:
        moves = np.diff(np.log(close.to_numpy(float)))
        return TouchOdds(float(close.iloc[-1]), share * volatility_of_moves(moves, spans), drift)

    return odds_of


def score(cases: TouchCases) -> str:
    """Return the Brier score and the largest miss of either side."""
    above, below = (largest_miss(cases.of_side(upward)) for upward in (True, False))
    return f"{all_cases(reliability(cases)).brier:.4f} {above:>3.0f} /{below:>3.0f}"


def largest_miss(cases: TouchCases) -> float:
    """Return the largest miss in points of a bin with cases enough."""
    return max(abs(one.miss_points) for one in reliability(cases) if one.is_judged)


if __name__ == "__main__":
    sys.exit(main())
