"""RSI and MACD below the volume: computed over all bars, told in the hover box, and absent unless asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from charts.levels.chart import levels_figure
from charts.options import DEFAULT_OVERLAYS, PANE_NAMES, Overlay
from indicators import analyse
from indicators.momentum.macd import moving_average_convergence
from indicators.momentum.rsi import relative_strength_index
from market.sample import sample
from tests.support.drawn_cases import drawn_case

PANES: tuple[Overlay, ...] = tuple(PANE_NAMES)


def figure_with(*panes: Overlay, **options: Any) -> go.Figure:
    return levels_figure(drawn_case(5), "3m", DEFAULT_OVERLAYS | set(panes), **options)


def trace(figure: go.Figure, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name == name)


def texts(figure: go.Figure) -> str:
    return " ".join(annotation.text for annotation in figure.layout.annotations)


def test_without_being_asked_for_there_is_no_pane() -> None:
    figure = figure_with()
    assert {trace.yaxis for trace in figure.data} <= {None, "y", "y2"}
    assert "RSI" not in texts(figure) and "MACD" not in texts(figure)


def test_the_rsi_is_that_of_all_bars_and_its_value_is_named() -> None:
    figure, close = figure_with("rsi"), drawn_case(5).bars["close"]
    index = relative_strength_index(close)
    drawn = trace(figure, "RSI")
    np.testing.assert_allclose(drawn.y, index.iloc[-len(drawn.y) :])
    assert (drawn.yaxis, list(figure.layout.yaxis3.range)) == ("y3", [0.0, 100.0])
    assert f"RSI <b>{index.iloc[-1]:.1f}</b>" in texts(figure)
    assert "RSI 14 by Wilder's means" in texts(figure)


def test_the_macd_has_its_signal_and_its_histogram() -> None:
    figure, close = figure_with("macd"), drawn_case(5).bars["close"]
    macd = moving_average_convergence(close)
    for name, column in (("MACD", "macd"), ("Signal", "signal"), ("Histogram", "histogram")):
        drawn = trace(figure, name)
        np.testing.assert_allclose(drawn.y, macd[column].iloc[-len(drawn.y) :])
        low, high = figure.layout.yaxis3.range
        assert low < min(drawn.y) and max(drawn.y) < high
    assert "MACD 12, 26, 9" in texts(figure)


def test_panes_stand_below_the_volume_and_above_each_other() -> None:
    layout = figure_with(*PANES).layout
    domains = [layout[axis].domain for axis in ("yaxis4", "yaxis3", "yaxis2", "yaxis")]
    assert domains[0][0] == 0.0 and domains[-1][1] == 1.0
    assert all(lower[1] < upper[0] for lower, upper in pairwise(domains))
    assert layout.xaxis.anchor == "y4"


@pytest.mark.parametrize("pane", PANES)
def test_too_few_bars_are_counted_where_the_value_would_be(pane: Overlay) -> None:
    history = sample.history("CIFR")
    few = analyse(replace(history, bars=history.bars.iloc[-9:]))
    needed = {"rsi": 15, "macd": 34}[pane]
    assert f"{PANE_NAMES[pane]} <b>9 of {needed}</b>" in texts(levels_figure(few, "1y", DEFAULT_OVERLAYS | {pane}))
