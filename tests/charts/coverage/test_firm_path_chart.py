"""One firm's targets for one ticker over time."""

from __future__ import annotations

import html
from datetime import date

import numpy as np
import plotly.graph_objects as go
import pytest

from charts.coverage.firm_path_chart import firm_path_figure
from charts.coverage.firm_refresh_chart import Refresh
from indicators import analyse
from indicators.analysts.rating_changes import rating_changes
from market import PriceTarget
from market.sample import sample

HOSTILE = "<script>alert(1)</script> $x$ \u202e"


def drawn(*rows: tuple[date, float | None], firm: str = "Baird") -> go.Figure:
    targets = [
        PriceTarget("CIFR", firm, day, target, rating="Buy", prior_target=prior)
        for (day, target), prior in zip(rows, [None, *(target for _, target in rows)], strict=False)
    ]
    analysis = analyse(sample.history("CIFR"), targets)
    changes = rating_changes(analysis.published, analysis.as_of)
    return firm_path_figure([Refresh(change, analysis) for change in changes])


def texts(figure: go.Figure) -> str:
    return html.unescape("\n".join(note.text for note in figure.layout.annotations))


def test_a_single_target_reads_beside_a_year_of_closes():
    figure = drawn((date(2025, 11, 3), 20.0))
    close, target, marks = figure.data
    assert (close.x[-1] - close.x[0]) / np.timedelta64(1, "D") > 350
    assert list(target.y) == [20.0, 20.0] and list(marks.y) == [20.0]
    assert "<b>Baird</b>  on CIFR" in texts(figure)
    assert "Target <b>$20</b> +19.3%" in texts(figure) and "Price <b>$16.77</b>" in texts(figure)


def test_each_change_is_a_step_from_its_day_to_the_next():
    figure = drawn((date(2024, 3, 4), 5.0), (date(2025, 3, 4), 4.0), (date(2025, 10, 6), 20.0))
    _, target, marks = figure.data
    assert list(target.y) == [5.0, 4.0, 20.0, 20.0] and target.line.shape == "hv"
    assert list(marks.marker.symbol) == ["circle", "triangle-down", "triangle-up"]
    low, high = figure.layout.yaxis.range
    assert low < 4.0 and high > 20.0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_labels_at_one_price_stand_apart(theme):
    figure = drawn((date(2025, 11, 3), 16.78))
    ends = sorted(note.y for note in figure.layout.annotations if note.x == 1.0)
    assert (ends[1] - ends[0]) * (420 - 84 - 62) >= 15.9


def test_outside_text_is_never_run():
    assert "<script" not in drawn((date(2025, 11, 3), 20.0), firm=HOSTILE).to_json().replace("\\u003c", "<")
