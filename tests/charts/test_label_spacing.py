"""Tests of label spacing: labels keep their distance and order, and are as near to their prices as that allows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from charts.label_spacing import spread_labels

label_positions = st.lists(st.floats(0, 600), min_size=1, max_size=12)


@given(label_positions)
def test_labels_never_overlap(wanted):
    spread = np.sort(spread_labels(wanted, 15.0, 0.0, 600.0))
    assert np.all(np.diff(spread) >= 15.0 - 1e-9)
    assert spread[0] >= -1e-9 and spread[-1] <= 600.0 + 1e-9


@given(label_positions)
def test_labels_keep_their_order(wanted):
    spread = spread_labels(wanted, 15.0, 0.0, 600.0)
    order = np.argsort(wanted, kind="stable")
    assert np.all(np.diff(spread[order]) > 0)


@given(st.lists(st.floats(40, 560), min_size=2, max_size=6))
def test_no_other_arrangement_is_nearer(wanted):
    """A general-purpose optimizer finds nothing better."""
    spread = spread_labels(wanted, 15.0, 0.0, 600.0)
    order = np.argsort(wanted, kind="stable")
    target = np.asarray(wanted)[order]
    spacing = [
        {"type": "ineq", "fun": lambda y, index=index: y[index + 1] - y[index] - 15.0}
        for index in range(len(wanted) - 1)
    ]
    optimum = minimize(
        lambda y: np.sum((y - target) ** 2),
        np.linspace(10, 590, len(wanted)),
        jac=lambda y: 2 * (y - target),
        method="SLSQP",
        bounds=[(0, 600)] * len(wanted),
        constraints=spacing,
        options={"ftol": 1e-10, "maxiter": 300},
    )
    distance = float(np.sum((spread[order] - target) ** 2))
    assert distance <= optimum.fun + 1e-3


def test_labels_far_apart_stay_at_their_positions():
    assert list(spread_labels([10.0, 100.0, 400.0], 15.0, 0.0, 600.0)) == [10.0, 100.0, 400.0]


def test_too_many_labels_share_the_range_evenly():
    spread = np.sort(spread_labels(np.full(60, 300.0), 15.0, 0.0, 600.0))
    assert spread[0] == 0.0 and np.isclose(spread[-1], 600.0)
    assert np.allclose(np.diff(spread), 600.0 / 59)


def test_no_labels_give_an_empty_result():
    assert spread_labels([], 15.0, 0.0, 600.0).size == 0
