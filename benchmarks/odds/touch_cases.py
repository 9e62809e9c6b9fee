"""Walk forward through daily bars: how likely a level was said to be touched, and whether it was.

Every few sessions, with the closes known by then, the odds are given for levels 5 to 50% above and below the close.
A level is touched if a high (for one above) or a low (for one below) of the next sessions reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.odds.touch import TouchOdds

DISTANCES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)  # of the close, up and down
MIN_KNOWN_CLOSES = 253  # a year of moves
EVERY_SESSIONS = 5
BINS = 10
MIN_CASES = 200  # of a bin that is judged

Floats = NDArray[np.float64]
OddsOf = Callable[[pd.Series], TouchOdds]


@dataclass(frozen=True)
class TouchCases:
    """Levels at which odds were given: `said`, from 0 to 1, its range `low` to `high`, and what came."""

    upward: NDArray[np.bool_]
    said: Floats
    low: Floats
    high: Floats
    touched: NDArray[np.bool_]

    def of_side(self, upward: bool) -> TouchCases:
        """Return the levels above the price, or those below it."""
        chosen = self.upward == upward
        return TouchCases(*(column[chosen] for column in vars(self).values()))

    @property
    def brier(self) -> float:
        """The mean of (said - came)^2: 0 is perfect."""
        return float(np.mean((self.said - self.touched) ** 2))

    @property
    def base_rate_brier(self) -> float:
        """The score of saying at each level how many of all were touched, which only hindsight knows."""
        share = float(self.touched.mean())
        return share * (1.0 - share)

    @property
    def miss_points(self) -> float:
        """By how many points the levels were touched more often than said."""
        return 100.0 * float(np.mean(self.touched - self.said))


@dataclass(frozen=True)
class Bin:
    """The levels of which nearly the same was said: their count, the mean said and the share touched, in percent."""

    count: int
    said_pct: float
    touched_pct: float

    @property
    def miss_points(self) -> float:
        return self.touched_pct - self.said_pct

    @property
    def is_judged(self) -> bool:
        """Whether there are levels enough for their share to mean something."""
        return self.count >= MIN_CASES


def touch_cases(all_bars: Iterable[pd.DataFrame], sessions: int, odds_of: OddsOf) -> TouchCases:
    """Return the levels of several tickers; `odds_of`: the estimate, from the closes known."""
    rows = [row for bars in all_bars for row in _ticker_rows(bars, sessions, odds_of)]
    upward, said, low, high, touched = np.array(rows, dtype=float).T
    return TouchCases(upward == 1.0, said, low, high, touched == 1.0)


def reliability(cases: TouchCases) -> list[Bin | None]:
    """Return ten bins by what was said, None for an empty one."""
    numbers = np.minimum((cases.said * BINS).astype(int), BINS - 1)
    return [_bin(cases, numbers == number) for number in range(BINS)]


def _bin(cases: TouchCases, inside: NDArray[np.bool_]) -> Bin | None:
    if not inside.any():
        return None
    return Bin(int(inside.sum()), 100.0 * float(cases.said[inside].mean()), 100.0 * float(cases.touched[inside].mean()))


def _ticker_rows(bars: pd.DataFrame, sessions: int, odds_of: OddsOf) -> Iterable[tuple[float, ...]]:
    close, high, low = (bars[column].to_numpy(float) for column in ("close", "high", "low"))
    for known in range(MIN_KNOWN_CLOSES, len(bars) - sessions + 1, EVERY_SESSIONS):
        price = close[known - 1]
        odds = odds_of(bars["close"].iloc[:known])
        top, bottom = high[known : known + sessions].max(), low[known : known + sessions].min()
        for distance in DISTANCES:
            above, below = price * (1.0 + distance), price * (1.0 - distance)
            yield 1.0, *_said(odds, above, sessions), top >= above
            yield 0.0, *_said(odds, below, sessions), bottom <= below


def _said(odds: TouchOdds, level: float, sessions: int) -> tuple[float, float, float]:
    return odds.probability(level, sessions), *odds.probability_range(level, sessions)
