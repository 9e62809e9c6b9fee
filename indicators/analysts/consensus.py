"""The consensus of all firms, on one day and through time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.firms import MERGER_DAYS
from indicators.analysts.targets import STALE_AFTER_DAYS, CurrentTarget, target_steps
from indicators.analysts.upside import upside_pct
from market import PriceTarget

OLD_AFTER_DAYS = 183  # half a year


@dataclass(frozen=True)
class Consensus:
    """Statistics of the targets that count on one day (see `CurrentTarget.doubt`).

    `upside_pct` = 100 (mean / price - 1). `newest`: the day of the newest target, `age_days` days before the as-of day.
    """

    count: int
    mean: float
    median: float
    high: float
    low: float
    upside_pct: float
    newest: Date
    age_days: int

    @property
    def is_old(self) -> bool:
        """Whether no target is younger than half a year."""
        return self.age_days >= OLD_AFTER_DAYS


def consensus(current: Iterable[CurrentTarget], price: float) -> Consensus | None:
    """Return the consensus of the targets that count, None when there are none."""
    counted = [target for target in current if target.counted]
    if not counted:
        return None
    live = np.array([target.target for target in counted])
    newest = min(counted, key=lambda target: target.age_days)
    mean = float(live.mean())
    return Consensus(
        count=live.size,
        mean=mean,
        median=float(np.median(live)),
        high=float(live.max()),
        low=float(live.min()),
        upside_pct=upside_pct(mean, price),
        newest=newest.date,
        age_days=newest.age_days,
    )


def consensus_through_time(targets: Iterable[PriceTarget], sessions: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the consensus on each of `sessions`, to be drawn as a step line: columns count, mean, median.

    `targets`: rows in the bars' split basis (see `adjust_for_splits`), any order. Each day uses only rows up to it, and
    equals `consensus` of that day's `current_targets`; mean and median are NaN where no target is live.
    """
    rows = tuple(targets)
    merged = np.unique(np.searchsorted(sessions, pd.DatetimeIndex(MERGER_DAYS)))
    bounds = pairwise([0, *(at for at in merged.tolist() if 0 < at < len(sessions)), len(sessions)])
    return pd.concat([_through_time(rows, sessions[first:end]) for first, end in bounds])


def _through_time(targets: Iterable[PriceTarget], sessions: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the consensus on each of `sessions`, between which no firm became another."""
    days = sessions.to_numpy().astype("datetime64[D]")
    as_of = sessions[-1].date() if len(sessions) else Date.max
    live = _live_targets(target_steps(targets, as_of).values(), days)
    count = np.isfinite(live).sum(axis=1)
    has_targets = count > 0
    mean, median = np.full((2, len(days)), np.nan)
    mean[has_targets] = np.nanmean(live[has_targets], axis=1)
    median[has_targets] = np.nanmedian(live[has_targets], axis=1)
    return pd.DataFrame({"count": count, "mean": mean, "median": median}, index=sessions)


def _live_targets(firms: Iterable[dict[Date, float | None]], days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return one row a day, one column a firm: its current target, NaN where it has none or a stale one."""
    columns = [_live_target(steps, days) for steps in firms]
    return np.stack(columns, axis=1) if columns else np.empty((len(days), 0))


def _live_target(steps: dict[Date, float | None], days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    published = np.array(list(steps), dtype="datetime64[D]")
    newest = np.searchsorted(published, days, side="right") - 1
    live = (newest >= 0) & (days - published[newest] <= np.timedelta64(STALE_AFTER_DAYS, "D"))
    return np.where(live, np.array(list(steps.values()), dtype=float)[newest], np.nan)
