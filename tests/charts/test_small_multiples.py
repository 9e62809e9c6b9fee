"""Tests of the grid of small charts: cells that do not overlap, and a log axis that covers every bar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from charts.small_multiples import small_multiples_figure
from indicators import analyse
from market.sample import sample


@pytest.mark.parametrize("columns", (1, 2, 4))
def test_charts_do_not_overlap(columns):
    analyses = [analyse(sample.history(symbol), sample.targets(symbol)) for symbol in sample.SYMBOLS]
    figure = small_multiples_figure(analyses, columns=columns)
    domains = [figure.layout[f"{name}axis{number}"].domain for number in ("", 2, 3, 4, 5) for name in "xy"]
    boxes = [(*x, *y) for x, y in zip(domains[::2], domains[1::2], strict=True)]
    for rank, (left, right, low, high) in enumerate(boxes):
        assert 0 <= left < right <= 1 and 0 <= low < high <= 1
        for other_left, other_right, other_low, other_high in boxes[rank + 1 :]:
            assert right <= other_left or other_right <= left or high <= other_low or other_high <= low


def test_a_log_axis_covers_every_bar():
    analysis = analyse(sample.history("CIFR"), scale="log")
    figure = small_multiples_figure([analysis])
    year = analysis.bars.loc[analysis.bars.index[-1] - pd.DateOffset(years=1) :]
    low, high = figure.layout.yaxis.range
    assert figure.layout.yaxis.type == "log" and figure.layout.shapes[0].y0 == analysis.price
    assert low < np.log10(year["low"].min()) and np.log10(year["high"].max()) < high
