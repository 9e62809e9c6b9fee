"""The level that a link points to, marked on the chart."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from charts.levels.chart import levels_figure
from charts.options import Highlight
from charts.palette import LIGHT
from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import level_key
from market.sample import sample


@pytest.fixture(scope="module")
def cifr() -> Analysis:
    return analyse(sample.history("CIFR"), sample.targets("CIFR"))


def drawn(analysis: Analysis, highlight: Highlight | None) -> dict[str, Any]:
    figure: dict[str, Any] = levels_figure(analysis, highlight=highlight).to_plotly_json()
    return figure


def marked_texts(figure: dict[str, Any]) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"] if note.get("bgcolor") == LIGHT.highlight]


def strokes(figure: dict[str, Any]) -> list[dict[str, Any]]:
    lines = [trace for trace in figure["data"] if trace.get("line", {}).get("color") == LIGHT.highlight]
    return lines + [shape for shape in figure["layout"]["shapes"] if shape.get("fillcolor") == LIGHT.highlight]


def test_every_level_is_marked_once_at_its_price_and_by_its_name(cifr):
    for level in cifr.levels:
        figure = drawn(cifr, Highlight(level_key(level.origin)))
        (stroke,) = strokes(figure)
        if stroke["type"] == "rect":
            assert stroke["y0"] <= level.price <= stroke["y1"]
        else:
            last = np.frombuffer(b64decode(stroke["y"]["bdata"]), stroke["y"]["dtype"])[-1]
            assert last == pytest.approx(level.price)
        assert any(f"{level.price:.2f}" in text for text in marked_texts(figure))


def test_a_target_is_marked_in_the_rail_too(cifr):
    texts = marked_texts(drawn(cifr, Highlight("target JPMorgan", 18.0)))
    assert len(texts) == 2 and all("JPMorgan" in text for text in texts)


def test_a_level_that_is_there_no_more_is_marked_where_it_stood(cifr):
    figure = drawn(cifr, Highlight("zone 2020-01-02", 12.34))
    (stroke,) = strokes(figure)
    assert (stroke["y0"], stroke["y1"]) == (12.34, 12.34)
    assert marked_texts(figure) == ["Level <b>12.34</b>"]


def test_what_names_no_level_changes_nothing(cifr):
    assert drawn(cifr, Highlight("<script>")) == drawn(cifr, None)


def test_only_daily_bars_have_the_level_of_a_day():
    weekly = analyse(sample.history("CIFR"), interval="1wk")
    assert drawn(weekly, Highlight("ema 50", 15.0)) == drawn(weekly, None)
