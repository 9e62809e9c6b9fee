"""Intervals by resampling whole quarters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators.analysts.quarters import quarter_numbers, resampled_bounds, sums_by_quarter


def test_days_of_a_quarter_share_its_number():
    days = pd.Series(pd.to_datetime(["2024-01-02", "2024-03-31", "2024-04-01", "2025-01-02", "2024-02-01"]))
    assert quarter_numbers(days).tolist() == [0, 0, 1, 2, 0]


def test_sums_have_a_row_a_quarter_and_a_column_a_group():
    quarters, groups = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert sums_by_quarter(quarters, groups, np.array([1.0, 2.0, 3.0, 4.0]), 2, 3).tolist() == [[1, 2, 0], [0, 7, 0]]


def test_bounds_are_those_of_a_plain_bootstrap():
    generator = np.random.default_rng(7)
    counts = generator.integers(1, 9, (30, 1)).astype(float)
    hits = np.array(
        [[generator.binomial(int(count), share)] for (count,), share in zip(counts, np.linspace(0, 1, 30), strict=True)]
    )
    (low,), (high,) = resampled_bounds(hits.astype(float), counts)
    picks = generator.integers(0, 30, (20_000, 30))
    ratios = hits[picks, 0].sum(axis=1) / counts[picks, 0].sum(axis=1)
    assert (low, high) == (
        pytest.approx(np.quantile(ratios, 0.025), abs=0.02),
        pytest.approx(np.quantile(ratios, 0.975), abs=0.02),
    )


def test_a_column_of_nothing_has_no_interval_and_one_quarter_one_value():
    low, high = resampled_bounds(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 2.0], [0.0, 0.0]]))
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == (0.5, 0.5)
