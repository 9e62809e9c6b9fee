"""Split adjustment of targets: figures as published, restated in the shares that the prices are quoted in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysts.firms import firm_name
from indicators.analysts.split_basis import Days, Floats, RatingRows, SplitBasis, restate
from market import PriceTarget

EPOCH = Date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class AdjustedTarget(PriceTarget):
    """A row with both figures in the shares that the prices are quoted in.

    `close`: that of the day or of the session before it, None before the first bar. `basis_unsure`: whether the target
    may be in other shares than was taken (see `split_basis`), so that nothing should be made of it.
    """

    close: float | None = None
    basis_unsure: bool = False


def adjust_for_splits(
    targets: Iterable[PriceTarget], closes: pd.Series, splits: pd.Series
) -> tuple[AdjustedTarget, ...]:
    """Return the same rows in the same order, both figures in the shares that `closes` are quoted in.

    `split_basis.restate` says which shares a figure was published in. `closes`: split-adjusted, index of days, oldest
    first; `splits`: index of days, the shares that one share became. A target of 0.0 or less is missing and becomes
    None. Later rows change nothing in a row.
    """
    rows = tuple(targets)
    if not rows:
        return ()
    days = _as_days([row.date for row in rows])
    firms = _firm_numbers(rows)
    close = _close_on(days, closes)
    comparable = np.where([row.currency is None for row in rows], close, np.nan)
    order = np.lexsort((days, firms))
    published, prior = _positive([row.target for row in rows]), _positive([row.prior_target for row in rows])
    sorted_rows = RatingRows(firms[order], days[order], published[order], prior[order], comparable[order])
    restated = restate(sorted_rows, SplitBasis(splits))
    back = np.argsort(order)
    figures = (_nan_to_none(values[back]) for values in (restated.target, restated.prior))
    return tuple(map(_adjusted, rows, *figures, _nan_to_none(close), restated.unsure[back].tolist()))


def _close_on(days: Days, closes: pd.Series) -> Floats:
    """Return the close of each day or of the session before it, NaN before the first of `closes`."""
    if closes.empty:
        return np.full(len(days), np.nan)
    at = np.searchsorted(closes.index.to_numpy().astype("datetime64[D]"), days, side="right") - 1
    return np.where(at >= 0, closes.to_numpy(float)[at], np.nan)


def _firm_numbers(rows: Sequence[PriceTarget]) -> NDArray[np.int64]:
    """Number the firms by the names of each row's own day, so that a later merger changes no earlier row."""
    ids: dict[str, int] = {}
    return np.array([ids.setdefault(firm_name(row.firm, row.date), len(ids)) for row in rows])


def _as_days(days: Sequence[Date]) -> Days:
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)  # NumPy reads dates twenty times slower
    return (ordinals - EPOCH).astype("datetime64[D]")


def _positive(values: Sequence[float | None]) -> Floats:
    figures = np.array(values, dtype=float)
    return np.where(np.isfinite(figures) & (figures > 0.0), figures, np.nan)


def _nan_to_none(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _adjusted(
    row: PriceTarget, target: float | None, prior_target: float | None, close: float | None, basis_unsure: bool
) -> AdjustedTarget:
    adjusted = object.__new__(AdjustedTarget)  # a frozen dataclass's own __init__ takes four times as long
    figures = {"target": target, "prior_target": prior_target, "close": close, "basis_unsure": basis_unsure}
    vars(adjusted).update(vars(row) | figures)
    return adjusted
