"""How likely the price is to trade at a level: a walk with the stock's own volatility and a small drift."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MIN_CLOSES = 22  # a month of moves: fewer tell no volatility
MONTH, QUARTER, YEAR = 21, 63, 252  # sessions

# Chosen on AAPL, GOOG, CIFR and NVDA, judged on others: see benchmarks/odds
SpanWeights = tuple[tuple[int | None, float], ...]  # sessions (None: all known), and the weight in the logarithm
SPAN_WEIGHTS: SpanWeights = ((QUARTER, 0.6), (YEAR, 0.2), (None, 0.2))
VOLATILITY_SHARE = 0.95  # of that of the closes: a session begins with a gap, in which the price trades nowhere
DRIFT_RATIO = 0.4  # drift of the logarithm / volatility, both a year
DRIFT_RATIOS = (0.0, 0.8)  # no one knows the drift of the next year: the ends of a range
MAX_EXPONENT = 700.0  # exp overflows a little later, and what it multiplies is 0 long before
RANGE_FROM = 126  # sessions: from half a year on, the drift weighs more than the distance


@dataclass(frozen=True)
class TouchOdds:
    """The walk that a price takes from today.

    `volatility`: the deviation of its logarithm in one session. `drift_ratio`: what that logarithm gains in a year /
    its volatility of a year.
    """

    price: float
    volatility: float
    drift_ratio: float = DRIFT_RATIO

    def probability(self, level: float, sessions: int) -> float:
        """Return the probability from 0 to 1 that the price trades at `level` within so many sessions.

        It grows with the sessions, and falls with the distance of the level.
        """
        if level == self.price:
            return 1.0
        if level <= 0.0 or self.volatility == 0.0:
            return 0.0
        move = math.log(level / self.price)
        drift_toward = math.copysign(1.0, move) * self.drift_ratio / math.sqrt(YEAR)
        return _first_passage(abs(move) / self.volatility, drift_toward, sessions)

    def probability_range(self, level: float, sessions: int) -> tuple[float, float]:
        """Return the least and the greatest probability, for a drift from none to twice the usual one."""
        low, high = sorted(replace(self, drift_ratio=ratio).probability(level, sessions) for ratio in DRIFT_RATIOS)
        return low, high


def touch_probability(close: pd.Series, level: float, sessions: int) -> float:
    """Return the probability from 0 to 1 that the price trades at `level` within `sessions` sessions.

    A Brownian walk of the logarithm from the last close, with volatility s a session and drift m toward the level,
    reaches the distance d = |ln(level / close)| within n sessions with the probability
    N((m n - d) / (s sqrt n)) + exp(2 m d / s^2) N((-m n - d) / (s sqrt n)). s = 0.95 s63^0.6 s252^0.2 s_all^0.2, the
    population deviations of the last 63, of the last 252 and of all daily log returns (all there are, where there are
    fewer). m is 0.4 s / sqrt 252 for a level above, less that for one below. At m = 0 it is 2 (1 - N(d / (s sqrt n))).
    `benchmarks/README.md` has its reliability on tickers that nothing was chosen on.

    `close`: positive closes, oldest first. Raises ValueError for fewer than 22 of them, for one of zero or below, and
    for `sessions` below 1. Source: Borodin and Salminen, "Handbook of Brownian Motion" (2002), 2.1.1.4.
    """
    if sessions < 1:
        raise ValueError(f"sessions is {sessions}: give 1 or more")
    odds = touch_odds(close)
    if odds is None:
        found = f"there are {len(close)}" if len(close) < MIN_CLOSES else "one is zero or below"
        raise ValueError(f"touch_probability needs {MIN_CLOSES} closes, all positive: {found}")
    return odds.probability(level, sessions)


def touch_odds(close: pd.Series) -> TouchOdds | None:
    """Return the walk from the last of the closes known; None with fewer than 22, or one of zero or below."""
    prices = close.to_numpy(dtype=float)
    if len(prices) < MIN_CLOSES or not (prices > 0.0).all():
        return None
    return TouchOdds(float(prices[-1]), VOLATILITY_SHARE * volatility_of_moves(np.diff(np.log(prices))))


def volatility_of_moves(moves: NDArray[np.float64], spans: SpanWeights = SPAN_WEIGHTS) -> float:
    """Return the weighted geometric mean of the population deviations of `moves` over several spans."""
    return math.prod(float(moves[-(span or len(moves)) :].std()) ** weight for span, weight in spans)


def _first_passage(distance: float, drift: float, sessions: int) -> float:
    """Return how likely a walk of unit volatility and of `drift` a session is to reach `distance` above its start."""
    spread = math.sqrt(sessions)
    reached = _normal_cdf((drift * sessions - distance) / spread)
    reflected = _normal_cdf((-drift * sessions - distance) / spread)
    exponent = min(2.0 * drift * distance, MAX_EXPONENT)
    return min(reached + math.exp(exponent) * reflected, 1.0)


def _normal_cdf(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
