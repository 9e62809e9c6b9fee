"""Intervals of shares by resampling whole quarters, because outcomes that overlap in time are not independent."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 1000
SEED = 20251124  # the same interval each time
LOW, HIGH = 0.025, 0.975


def quarter_numbers(days: pd.Series) -> NDArray[np.int64]:
    """Return the calendar quarter of each of `days`, numbered from 0 in order of first appearance."""
    dates = pd.DatetimeIndex(days)
    return pd.factorize(4 * dates.year + dates.quarter)[0].astype(np.int64)


def sums_by_quarter(
    quarters: NDArray[np.int64], groups: NDArray[np.int64], weights: Floats, quarter_count: int, group_count: int
) -> Floats:
    """Return the sum of `weights` in each quarter (row) and group (column)."""
    cells = np.bincount(quarters * group_count + groups, weights, minlength=quarter_count * group_count)
    return cells.reshape(quarter_count, group_count).astype(float)


def resampled_bounds(numerators: Floats, denominators: Floats) -> tuple[Floats, Floats]:
    """Return the 95% interval of the ratio of sums of each column, in shares.

    `numerators`, `denominators`: one row a quarter. As many quarters as there are are drawn with replacement, 1,000
    times, and the 2.5 and 97.5% quantiles of the ratios taken; draws in which a column has nothing are left out
    (a block bootstrap: Künsch, Annals of Statistics 1989). NaN for a column of nothing.
    """
    draws = _draws(len(numerators))
    weight = np.einsum("qg,qd->gd", denominators, draws)  # a product by BLAS would wait for busy cores
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = np.where(weight > 0.0, np.einsum("qg,qd->gd", numerators, draws) / weight, np.inf)
    ratios.sort(axis=1)
    known = (weight > 0.0).sum(axis=1)
    columns = np.arange(len(ratios))
    low, high = (ratios[columns, np.rint(share * np.maximum(known - 1, 0)).astype(int)] for share in (LOW, HIGH))
    return np.where(known > 0, low, np.nan), np.where(known > 0, high, np.nan)


@lru_cache(maxsize=8)
def _draws(quarter_count: int) -> Floats:
    """Return how often each quarter is drawn, one column a draw."""
    shares = np.full(quarter_count, 1.0 / quarter_count)
    return np.random.default_rng(SEED).multinomial(quarter_count, shares, size=DRAWS).T.astype(float)
