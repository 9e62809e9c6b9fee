"""Whether odds come true: of the levels and targets said to be touched with 60%, how many were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.odds.touch import YEAR, TouchOdds, touch_odds

DISTANCES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)  # of the close, up and down
MIN_KNOWN_CLOSES = 253  # a year of moves
EVERY_SESSIONS = 5
BINS = 10
MIN_CASES = 200  # of a bin that is judged

Floats = NDArray[np.float64]
OddsOf = Callable[[pd.Series], TouchOdds | None]


@dataclass(frozen=True)
class TouchCases:
    """Levels for which odds were given: `said`, from 0 to 1, its range `low` to `high`, and whether it came.

    `upward`: the level lay above the price.
    """

    upward: NDArray[np.bool_]
    said: Floats
    low: Floats
    high: Floats
    touched: NDArray[np.bool_]

    def of_side(self, upward: bool) -> TouchCases:
        """Return the levels above the price, or those below it."""
        chosen = self.upward == upward
        return TouchCases(*(column[chosen] for column in vars(self).values()))


@dataclass(frozen=True)
class Bin:
    """The cases of which nearly the same was said.

    `said_sum` and `error_sum`: the sums of what was said, and of (said - came)^2.
    """

    count: int = 0
    touched: int = 0
    said_sum: float = 0.0
    error_sum: float = 0.0

    def __add__(self, other: Bin) -> Bin:
        return Bin(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def said_pct(self) -> float:
        return 100.0 * self.said_sum / self.count

    @property
    def touched_pct(self) -> float:
        return 100.0 * self.touched / self.count

    @property
    def miss_points(self) -> float:
        """By how many points more were touched than said."""
        return self.touched_pct - self.said_pct

    @property
    def is_judged(self) -> bool:
        """Whether there are cases enough for their share to mean something."""
        return self.count >= MIN_CASES

    @property
    def brier(self) -> float:
        """The mean of (said - came)^2: 0 is perfect."""
        return self.error_sum / self.count

    @property
    def base_rate_brier(self) -> float:
        """The score of saying each time how many of all came, which only hindsight knows."""
        share = self.touched / self.count
        return share * (1.0 - share)


def reliability(cases: TouchCases) -> tuple[Bin, ...]:
    """Return ten bins by what was said."""
    numbers = np.minimum((cases.said * BINS).astype(int), BINS - 1)
    error = (cases.said - cases.touched) ** 2
    columns = (None, cases.touched.astype(float), cases.said, error)
    counts, touched, said, errors = (np.bincount(numbers, column, minlength=BINS).tolist() for column in columns)
    return tuple(Bin(int(n), int(hit), *sums) for n, hit, *sums in zip(counts, touched, said, errors, strict=True))


def add_bins(one: Sequence[Bin], other: Sequence[Bin]) -> tuple[Bin, ...]:
    """Return the bins of the cases of both."""
    return tuple(mine + theirs for mine, theirs in zip(one, other, strict=True))


def all_cases(bins: Iterable[Bin]) -> Bin:
    """Return one bin of all cases."""
    return sum(bins, Bin())


def touch_cases(all_bars: Iterable[pd.DataFrame], sessions: int, odds_of: OddsOf = touch_odds) -> TouchCases:
    """Return levels 5 to 50% above and below the close, every 5 sessions, and whether the next `sessions` reach them.

    A level above is reached by a high, one below by a low. `odds_of`: the estimate, from the closes known by then,
    which are a year of them or more.
    """
    return _cases(row for bars in all_bars for row in _level_rows(bars, sessions, odds_of))


def target_cases(outcomes: pd.DataFrame, bars: pd.DataFrame) -> TouchCases:
    """Return the targets of one symbol, what was said on the day of each with the closes known, and what came.

    `outcomes`: those of `target_outcomes`, from the same `bars`.
    """
    return _cases(_target_rows(outcomes, bars["close"]))


def _cases(rows: Iterable[tuple[float, ...]]) -> TouchCases:
    upward, said, low, high, touched = np.array(list(rows), dtype=float).reshape(-1, 5).T
    return TouchCases(upward == 1.0, said, low, high, touched == 1.0)


def _level_rows(bars: pd.DataFrame, sessions: int, odds_of: OddsOf) -> Iterator[tuple[float, ...]]:
    close, high, low = (bars[column].to_numpy(float) for column in ("close", "high", "low"))
    for known in range(MIN_KNOWN_CLOSES, len(bars) - sessions + 1, EVERY_SESSIONS):
        odds = odds_of(bars["close"].iloc[:known])
        if odds is None:
            continue
        price = close[known - 1]
        top, bottom = high[known : known + sessions].max(), low[known : known + sessions].min()
        for distance in DISTANCES:
            above, below = price * (1.0 + distance), price * (1.0 - distance)
            yield 1.0, *_said(odds, above, sessions), top >= above
            yield 0.0, *_said(odds, below, sessions), bottom <= below


def _target_rows(outcomes: pd.DataFrame, close: pd.Series) -> Iterator[tuple[float, ...]]:
    known = close.index.searchsorted(outcomes["date"], side="right")
    columns = outcomes[["target", "start_close", "hit"]].itertuples(index=False)
    for count, (target, start_close, hit) in zip(known.tolist(), columns, strict=True):
        odds = touch_odds(close.iloc[:count])
        if odds is not None:
            yield target >= start_close, *_said(odds, target, YEAR), hit


def _said(odds: TouchOdds, level: float, sessions: int) -> tuple[float, float, float]:
    return odds.probability(level, sessions), *odds.probability_range(level, sessions)
