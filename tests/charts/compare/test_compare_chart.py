"""Tests of the comparison chart: end labels, axis, line count, and colors that color-blind readers can tell apart."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from charts.compare.compare_chart import LINE_COLORS, LINE_DASHES, MARGIN, MAX_TICKERS, compare_figure
from indicators.rebase import Rebased, rebase
from market.sample import sample

HEIGHT = 620
MIN_COLOR_DISTANCE = 20.0  # CIELAB


def rebased_lines(count: int) -> list[Rebased]:
    symbols = sample.SYMBOLS
    closes = [sample.history(symbols[number % len(symbols)]).bars["close"] * (1 + number) for number in range(count)]
    return [rebase(f"T{number}", close, date(2025, 1, 2)) for number, close in enumerate(closes)]


@pytest.mark.parametrize("count", (1, 5, 8))
def test_end_labels_never_overlap(count):
    figure = compare_figure(rebased_lines(count), "sample", "split-adjusted", height=HEIGHT)
    plot_height = HEIGHT - MARGIN["t"] - MARGIN["b"]
    positions = sorted(annotation.y * plot_height for annotation in figure.layout.annotations if annotation.x == 1.0)
    assert len(positions) == count
    assert all(upper - lower >= 17.9 for lower, upper in pairwise(positions))


def test_zero_has_no_sign_on_the_axis():
    assert "+" not in compare_figure(rebased_lines(2), "sample", "split-adjusted").layout.yaxis.tickformat


def test_only_the_first_eight_lines_are_drawn():
    assert len(compare_figure(rebased_lines(11), "sample", "split-adjusted").data) == MAX_TICKERS


# Machado, Oliveira & Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# severity 1.0; on linear RGB
COLOR_VISION_DEFICIENCIES = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def cielab(colors: list[str], deficiency: str) -> np.ndarray:
    """Return the CIELAB coordinates of hex colors as seen with that deficiency, one row per color."""
    rgb = np.array([[int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)] for color in colors])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(COLOR_VISION_DEFICIENCIES[deficiency]).T, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    f = np.cbrt(np.maximum(seen @ to_xyz.T / [0.95047, 1.0, 1.08883], 0.008856))
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("deficiency", COLOR_VISION_DEFICIENCIES)
@pytest.mark.parametrize("theme", ("light", "dark"))
def test_lines_of_the_same_dash_differ_in_color_for_every_reader(theme, deficiency):
    for dash in set(LINE_DASHES):
        colors = [color for color, own_dash in zip(LINE_COLORS[theme], LINE_DASHES, strict=True) if own_dash == dash]
        lab = cielab(colors, deficiency)
        distances = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 1e3 * np.eye(len(lab))
        assert distances.min() >= MIN_COLOR_DISTANCE, (theme, deficiency, dash, distances.round().tolist())
