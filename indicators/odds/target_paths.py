"""How often earlier targets were met, by how many levels stood between the price and the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.track_record import target_outcomes
from indicators.odds.level_histories import BANDS, count_between
from indicators.odds.level_holds import Holds
from market import PriceTarget

Floats = NDArray[np.float64]

GROUPS = ((0, 0), (1, 2), (3, 5), (6, 99))  # least and most levels on the way


@dataclass(frozen=True)
class PathRecord:
    """Targets whose twelve months are over with so many levels on the way: how many were met.

    `shuffled`: targets as far away on the same days of the same moves in another order.
    """

    least: int
    most: int
    real: Holds
    shuffled: Holds

    def __add__(self, other: PathRecord) -> PathRecord:
        return PathRecord(self.least, self.most, self.real + other.real, self.shuffled + other.shuffled)

    @property
    def levels(self) -> str:
        """The levels on the way in words: "no level", "1 or 2 levels", "6 levels or more"."""
        if self.most == 0:
            return "no level"
        if self.most == GROUPS[-1][1]:
            return f"{self.least} levels or more"
        return f"{self.least} {'or' if self.most == self.least + 1 else 'to'} {self.most} levels"


def group_of(levels: int) -> tuple[int, int]:
    """Return the group that a path with so many levels belongs to."""
    return next(group for group in GROUPS if group[0] <= levels <= group[1])


def path_records(
    outcomes: pd.DataFrame,
    bars: pd.DataFrame,
    levels: Mapping[str, Floats],
    shuffled_bars: pd.DataFrame,
    shuffled_levels: Mapping[str, Floats],
) -> tuple[PathRecord, ...]:
    """Return a record for each of `GROUPS`.

    `outcomes`: of one symbol, see `target_outcomes`. `levels`: see `level_histories`; Bollinger Bands are left out, as
    on the path of a target.
    """
    real = _met_by_group(outcomes, bars, levels)
    shuffled = _met_by_group(_moved_outcomes(outcomes, bars, shuffled_bars), shuffled_bars, shuffled_levels)
    return tuple(PathRecord(*group, real[group], shuffled[group]) for group in GROUPS)


def _met_by_group(
    outcomes: pd.DataFrame, bars: pd.DataFrame, levels: Mapping[str, Floats]
) -> dict[tuple[int, int], Holds]:
    met = {group: Holds() for group in GROUPS}
    on_the_way = [history for kind, history in levels.items() if kind != BANDS]
    sessions = bars.index.searchsorted(outcomes["date"], side="right") - 1
    columns = zip(sessions.tolist(), outcomes["start_close"], outcomes["target"], outcomes["hit"], strict=True)
    for session, price, target, hit in columns:
        met[group_of(count_between(on_the_way, session, price, target))] += Holds(int(hit), 1)
    return met


def _moved_outcomes(outcomes: pd.DataFrame, bars: pd.DataFrame, shuffled: pd.DataFrame) -> pd.DataFrame:
    """Return the outcomes of targets as far from the price in the shuffled bars as in the real ones."""
    sessions = bars.index.searchsorted(outcomes["date"], side="right") - 1
    targets = outcomes["target"] / outcomes["start_close"] * shuffled["close"].to_numpy()[sessions]
    columns = zip(outcomes["symbol"], outcomes["firm"], outcomes["date"].dt.date, targets, strict=True)
    rows = [PriceTarget(symbol, firm, day, float(target)) for symbol, firm, day, target in columns]
    return target_outcomes(rows, shuffled, shuffled.index[-1].date())
