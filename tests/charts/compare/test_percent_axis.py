"""The axis of percent changes: which lines it fits, its two scales, its ticks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from charts.compare.compare_chart import compare_figure
from charts.compare.percent_axis import fit_percent_axis
from indicators.rebase import Rebased

DAY = date(2025, 1, 2)


def line(symbol: str, *ends: float) -> Rebased:
    """Return a line from 0% through `ends`."""
    days = pd.bdate_range(DAY, periods=len(ends) + 1, name="date")
    return Rebased(symbol, DAY, 100.0, pd.Series([0.0, *ends], index=days))


OTHERS = [line("A", 20.0, 30.0), line("B", -20.0, 10.0), line("C", 5.0, -10.0)]
OUTLIER = line("TEN", 400.0, 900.0)


def beyond(lines, scale="linear"):
    return [left_out.symbol for left_out in fit_percent_axis(lines, scale).beyond]


def test_a_line_that_would_flatten_the_others_runs_off_the_axis():
    axis = fit_percent_axis([*OTHERS, OUTLIER], "linear")
    assert [left_out.symbol for left_out in axis.beyond] == ["TEN"]
    assert (axis.low, axis.high) == pytest.approx((-22.5, 32.5))
    assert beyond([*OTHERS, line("TWO", 150.0)]) == []  # they still fill more than a quarter


def test_two_lines_and_half_of_them_always_fit():
    assert beyond([OTHERS[0], OUTLIER]) == []
    assert beyond([*OTHERS, OUTLIER, line("X", 9e3), line("Y", 9e4), line("Z", 9e5)]) == ["X", "Y", "Z"]


def test_the_end_of_a_line_beyond_is_labeled_and_the_footer_says_it():
    figure = compare_figure([*OTHERS, OUTLIER], "files", "split-adjusted")
    texts = [note.text for note in figure.layout.annotations]
    assert "<b>TEN</b> +900.0% ↑" in texts
    assert any("TEN runs off the axis, between 0.0% and +900.0%" in text for text in texts)


def test_on_a_log_axis_doubling_is_as_far_up_as_halving_is_down():
    axis = fit_percent_axis([line("A", 100.0, 300.0), line("B", -50.0)], "log")
    assert axis.share(100.0) - axis.share(0.0) == pytest.approx(axis.share(0.0) - axis.share(-50.0))
    np.testing.assert_allclose(axis.values(line("A", 100.0, -50.0).pct), [1.0, 2.0, 0.5])
    layout = axis.layout()
    assert layout["type"] == "log"
    assert dict(zip(layout["ticktext"], layout["tickvals"], strict=True))["100%"] == 2.0
    assert "0%" in layout["ticktext"]


@pytest.mark.parametrize("highest", [3.0, 30.0, 90.0, 300.0, 5000.0])
def test_ticks_of_a_log_axis_are_on_it_and_apart(highest):
    axis = fit_percent_axis([line("A", highest), line("B", -highest / 60.0)], "log")
    ticks = [100.0 * (value - 1.0) for value in axis.layout()["tickvals"]]
    assert len(ticks) >= 3 and all(axis.contains(tick) for tick in ticks)
    assert np.diff([axis.share(tick) for tick in ticks]).min() >= 0.05


def test_a_price_of_zero_has_no_log_axis():
    assert fit_percent_axis([line("A", -100.0), line("B", 20.0)], "log").scale == "linear"
