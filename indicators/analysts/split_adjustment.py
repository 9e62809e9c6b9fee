"""Targets as published, brought to the shares that the prices are quoted in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.firms import firm_name
from market import PriceTarget

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

FAR_OFF = 3.0  # a target three times the close, or a third of it, near a split is one in the other shares
LATE = np.timedelta64(90, "D")  # a feed may repeat a target in the old shares until the firm's next quarter
EARLY = np.timedelta64(10, "D")  # or state it in the new ones between the announcement and the split
COVERAGE = np.timedelta64(365, "D")  # where a firm's row before is unknown, the one replaced is at most so old
EPOCH = Date(1970, 1, 1).toordinal()


def adjust_for_splits(targets: Iterable[PriceTarget], closes: pd.Series, splits: pd.Series) -> tuple[PriceTarget, ...]:
    """The same rows in the same order, both figures in the shares that `closes` are quoted in.

    figure / product of the splits after its day. A prior target may still stand in the shares of
    the firm's row before (3000 → 150), and near a split a target more than 3 times or less than a
    third of the close may stand in the shares on its other side: each figure takes the basis nearest,
    in log distance, to that day's close and to the firm's own row before.

    `closes`: split-adjusted, index of days, oldest first; `splits`: index of days, the shares that one
    share became. A target of 0.0 or less is missing: None.
    """
    rows = tuple(targets)
    if not rows:
        return rows
    firms, days = _firms_and_days(rows)
    published, replaced = _figures([row.target for row in rows]), _figures([row.prior_target for row in rows])
    basis = SplitBasis(splits)
    order = np.lexsort((days, firms))
    target, prior = np.empty(len(rows)), np.empty(len(rows))
    target[order], prior[order] = _adjusted(
        firms[order], days[order], published[order], replaced[order], _close_on(days[order], closes), basis
    )
    return tuple(map(_restated, rows, _optional(target), _optional(prior)))


def closes_on(days: Sequence[Date], closes: pd.Series) -> list[float | None]:
    """The close of each day, or of the session before it; None before the first of `closes`."""
    return _optional(_close_on(_as_days(days), closes))


class SplitBasis:
    """How many of today's shares one share of a past day became."""

    def __init__(self, splits: pd.Series) -> None:
        real = splits[np.isfinite(splits.to_numpy(float)) & (splits.to_numpy(float) > 0.0)].sort_index()
        self._days = _calendar_days(real.index)
        after = np.cumprod(real.to_numpy(float)[::-1])[::-1]
        self._shares = np.append(after, 1.0)

    def on(self, days: Days) -> Floats:
        """Product of the splits after each of `days`; a split's own day already trades in the new shares."""
        shares: Floats = self._shares[np.searchsorted(self._days, days, side="right")]
        return shares


def _adjusted(
    firms: NDArray[np.int64], days: Days, target: Floats, prior: Floats, close: Floats, basis: SplitBasis
) -> tuple[Floats, Floats]:
    """Both figures of rows sorted by firm and day, in the shares of `close`."""
    own = basis.on(days)
    other = np.stack([own, basis.on(days - LATE), basis.on(days + EARLY)])
    with np.errstate(invalid="ignore"):
        ratio = np.abs(np.log(target / own / close))
        doubtful = (ratio > np.log(FAR_OFF)) & (other != own).any(axis=0)
    trusted, _ = _row_before(firms, days, np.where(doubtful, np.nan, target / own))
    adjusted = np.where(doubtful, _nearest(target / other, close, trusted), target / own)
    before, day_before = _row_before(firms, days, adjusted)
    day_before = np.where(np.isnat(day_before), days - COVERAGE, day_before)
    anchor = np.where(np.isnan(before), adjusted, before)
    past = np.stack([own, basis.on(day_before), basis.on(days - LATE)])
    # The own row counts twice: as a rule it states the very figure that the prior target repeats
    return adjusted, _nearest(prior / past, close, anchor, anchor)


def _nearest(candidates: Floats, *anchors: Floats) -> Floats:
    """Of each column of `candidates` the one at the least summed log distance to `anchors`; the first wins a tie."""
    with np.errstate(invalid="ignore"):
        distances = sum(np.nan_to_num(np.abs(np.log(candidates / anchor))) for anchor in anchors)
    chosen: Floats = np.take_along_axis(candidates, np.argmin(distances, axis=0)[np.newaxis], axis=0)[0]
    return chosen


def _row_before(firms: NDArray[np.int64], days: Days, values: Floats) -> tuple[Floats, Days]:
    """Value and day of the firm's last row of an earlier day that has a value; rows sorted by firm and day."""
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
    numbers: dict[str, int] = {}
    firms = np.array([numbers.setdefault(firm_name(row.firm), len(numbers)) for row in rows])
    return firms, _as_days([row.date for row in rows])


def _as_days(days: Sequence[Date]) -> Days:
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)  # numpy reads dates twenty times slower
    return (ordinals - EPOCH).astype("datetime64[D]")


def _figures(values: Sequence[float | None]) -> Floats:
    figures = np.array(values, dtype=float)
    return np.where(np.isfinite(figures) & (figures > 0.0), figures, np.nan)


def _optional(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _calendar_days(index: pd.Index) -> Days:
    days: Days = index.to_numpy().astype("datetime64[D]")
    return days


def _restated(row: PriceTarget, target: float | None, prior_target: float | None) -> PriceTarget:
    if row.target == target and row.prior_target == prior_target:
        return row
    restated = object.__new__(PriceTarget)  # a frozen dataclass's own __init__ takes four times as long
    vars(restated).update(vars(row), target=target, prior_target=prior_target)
    return restated
