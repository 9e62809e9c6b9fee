"""Planted bars are valid bars that touch their line where they say, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.trendlines.planted_lines import plant_line
from indicators import average_true_range


@pytest.mark.parametrize("seed", range(8))
def test_planted_bars_touch_the_line_at_their_touches_only(seed: int) -> None:
    planted = plant_line(seed)
    bars = planted.bars
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    first, last = planted.touches[0], planted.touches[-1]
    line = planted.value + planted.slope * (np.arange(len(bars)) - len(bars) + 1)
    distance_atr = (bars["low"] - line).to_numpy() / average_true_range(bars).mean()
    others = np.setdiff1d(np.arange(len(bars)), planted.touches)
    assert np.abs(distance_atr[list(planted.touches)]).max() <= 4.0 * planted.noise
    assert distance_atr[others].min() >= -1e-9 and 3 <= len(planted.touches) <= 6 and last > first
