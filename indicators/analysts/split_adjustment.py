"""Split adjustment of targets: figures as published, restated in the shares that the prices are quoted in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.firms import firm_name
from indicators.time_spans import TARGET_TERM
from market import PriceTarget

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

DOUBTFUL_RATIO = 3.0  # near a split, a target three times the close or a third of it is in the other shares
OLD_SHARES_SPAN = np.timedelta64(90, "D")  # a feed may repeat a target in the old shares for a quarter after a split
NEW_SHARES_SPAN = np.timedelta64(10, "D")  # or state it in the new ones between the announcement and the split
MAX_PRIOR_AGE = np.timedelta64(TARGET_TERM, "D")  # where a firm's row before is unknown, the one replaced is no older
EPOCH = Date(1970, 1, 1).toordinal()


def adjust_for_splits(targets: Iterable[PriceTarget], closes: pd.Series, splits: pd.Series) -> tuple[PriceTarget, ...]:
    """Return the same rows in the same order, both figures in the shares that `closes` are quoted in.

    Each figure is divided by the product of the splits after its day. But a prior target may still be in the shares of
    the firm's row before (3000 → 150), and near a split a target more than 3 times or less than a third of the close
    may be in the shares on its other side. Such a figure takes the basis nearest, in log distance, to that day's close
    and to the firm's own row before.

    `closes`: split-adjusted, index of days, oldest first; `splits`: index of days, the shares that one share became. A
    target of 0.0 or less is missing and becomes None.
    """
    rows = tuple(targets)
    if not rows:
        return rows
    firms, days = _firms_and_days(rows)
    published = _positive([row.target for row in rows])
    published_prior = _positive([row.prior_target for row in rows])
    basis = SplitBasis(splits)
    order = np.lexsort((days, firms))
    target, prior = np.empty(len(rows)), np.empty(len(rows))
    target[order], prior[order] = _adjust_sorted(
        firms[order], days[order], published[order], published_prior[order], _close_on(days[order], closes), basis
    )
    return tuple(map(_restate, rows, _nan_to_none(target), _nan_to_none(prior)))


def closes_on(days: Sequence[Date], closes: pd.Series) -> list[float | None]:
    """Return the close of each day or of the session before it, None before the first of `closes`."""
    return _nan_to_none(_close_on(_as_days(days), closes))


class SplitBasis:
    """How many of today's shares one share of a past day has become."""

    def __init__(self, splits: pd.Series) -> None:
        valid = splits[np.isfinite(splits.to_numpy(float)) & (splits.to_numpy(float) > 0.0)].sort_index()
        self._days = _calendar_days(valid.index)
        after = np.cumprod(valid.to_numpy(float)[::-1])[::-1]
        self._shares = np.append(after, 1.0)

    def on(self, days: Days) -> Floats:
        """Return the product of the splits after each of `days`; a split's own day trades in the new shares already."""
        shares: Floats = self._shares[np.searchsorted(self._days, days, side="right")]
        return shares


def _adjust_sorted(
    firms: NDArray[np.int64], days: Days, target: Floats, prior: Floats, close: Floats, basis: SplitBasis
) -> tuple[Floats, Floats]:
    """Return both figures of rows sorted by firm and day, in the shares of `close`."""
    own = basis.on(days)
    possible = np.stack([own, basis.on(days - OLD_SHARES_SPAN), basis.on(days + NEW_SHARES_SPAN)])
    with np.errstate(invalid="ignore"):
        ratio = np.abs(np.log(target / own / close))
        doubtful = (ratio > np.log(DOUBTFUL_RATIO)) & (possible != own).any(axis=0)
    trusted, _ = _row_before(firms, days, np.where(doubtful, np.nan, target / own))
    adjusted = np.where(doubtful, _nearest(target / possible, close, trusted), target / own)
    before, day_before = _row_before(firms, days, adjusted)
    day_before = np.where(np.isnat(day_before), days - MAX_PRIOR_AGE, day_before)
    anchor = np.where(np.isnan(before), adjusted, before)
    possible_prior = np.stack([own, basis.on(day_before), basis.on(days - OLD_SHARES_SPAN)])
    # The firm's own row counts twice: as a rule it states the very figure that the prior target repeats
    return adjusted, _nearest(prior / possible_prior, close, anchor, anchor)


def _nearest(candidates: Floats, *anchors: Floats) -> Floats:
    """Return, by column, the candidate at the least summed log distance to `anchors`, the first of ties."""
    with np.errstate(invalid="ignore"):
        distances = sum(np.nan_to_num(np.abs(np.log(candidates / anchor))) for anchor in anchors)
    chosen: Floats = np.take_along_axis(candidates, np.argmin(distances, axis=0)[np.newaxis], axis=0)[0]
    return chosen


def _row_before(firms: NDArray[np.int64], days: Days, values: Floats) -> tuple[Floats, Days]:
    """Return value and day of the firm's last row of an earlier day with a value; rows sorted by firm and day."""
    position = np.arange(len(values))
    known = np.maximum.accumulate(np.where(np.isnan(values), -1, position))
    day_starts = np.r_[True, (firms[1:] != firms[:-1]) | (days[1:] != days[:-1])]
    first_of_day = np.maximum.accumulate(np.where(day_starts, position, 0))
    before = np.where(first_of_day > 0, known[first_of_day - 1], -1)
    exists = (before >= 0) & (firms[before] == firms)
    return np.where(exists, values[before], np.nan), np.where(exists, days[before], np.array("NaT", days.dtype))


def _close_on(days: Days, closes: pd.Series) -> Floats:
    if closes.empty:
        return np.full(len(days), np.nan)
    at = np.searchsorted(_calendar_days(closes.index), days, side="right") - 1
    return np.where(at >= 0, closes.to_numpy(float)[at], np.nan)


def _firms_and_days(rows: Sequence[PriceTarget]) -> tuple[NDArray[np.int64], Days]:
    ids: dict[str, int] = {}
    firms = np.array([ids.setdefault(firm_name(row.firm), len(ids)) for row in rows])
    return firms, _as_days([row.date for row in rows])


def _as_days(days: Sequence[Date]) -> Days:
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)  # NumPy reads dates twenty times slower
    return (ordinals - EPOCH).astype("datetime64[D]")


def _positive(values: Sequence[float | None]) -> Floats:
    figures = np.array(values, dtype=float)
    return np.where(np.isfinite(figures) & (figures > 0.0), figures, np.nan)


def _nan_to_none(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _calendar_days(index: pd.Index) -> Days:
    days: Days = index.to_numpy().astype("datetime64[D]")
    return days


def _restate(row: PriceTarget, target: float | None, prior_target: float | None) -> PriceTarget:
    if row.target == target and row.prior_target == prior_target:
        return row
    restated = object.__new__(PriceTarget)  # a frozen dataclass's own __init__ takes four times as long
    vars(restated).update(vars(row), target=target, prior_target=prior_target)
    return restated
