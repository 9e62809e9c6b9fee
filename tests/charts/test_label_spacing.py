"""Labels stand apart, in order, as near to their prices as that allows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from charts.label_spacing import spread_labels

positions = st.lists(st.floats(0, 600), min_size=1, max_size=12)


@given(positions)
def test_labels_never_cover_one_another(wanted):
    placed = np.sort(spread_labels(wanted, 15.0, 0.0, 600.0))
    assert np.all(np.diff(placed) >= 15.0 - 1e-9)
    assert placed[0] >= -1e-9 and placed[-1] <= 600.0 + 1e-9


@given(positions)
def test_order_is_kept(wanted):
    placed = spread_labels(wanted, 15.0, 0.0, 600.0)
    order = np.argsort(wanted, kind="stable")
    assert np.all(np.diff(placed[order]) > 0)


@given(st.lists(st.floats(40, 560), min_size=2, max_size=6))
def test_no_other_arrangement_is_nearer(wanted):
    placed = spread_labels(wanted, 15.0, 0.0, 600.0)
    order = np.argsort(wanted, kind="stable")
    target = np.asarray(wanted)[order]
    apart = [{"type": "ineq", "fun": lambda y, i=i: y[i + 1] - y[i] - 15.0} for i in range(len(wanted) - 1)]
    start = np.linspace(10, 590, len(wanted))
    judge = minimize(
        lambda y: np.sum((y - target) ** 2),
        start,
        jac=lambda y: 2 * (y - target),
        method="SLSQP",
        bounds=[(0, 600)] * len(wanted),
        constraints=apart,
        options={"ftol": 1e-10, "maxiter": 300},
    )
    ours = float(np.sum((placed[order] - target) ** 2))
    assert ours <= judge.fun + 1e-3


def test_labels_far_apart_stay_where_they_belong():
    assert list(spread_labels([10.0, 100.0, 400.0], 15.0, 0.0, 600.0)) == [10.0, 100.0, 400.0]


def test_too_many_labels_share_the_room():
    placed = np.sort(spread_labels(np.full(60, 300.0), 15.0, 0.0, 600.0))
    assert placed[0] == 0.0 and np.isclose(placed[-1], 600.0)
    assert np.allclose(np.diff(placed), 600.0 / 59)


def test_nothing_to_place():
    assert spread_labels([], 15.0, 0.0, 600.0).size == 0
