"""The levels of past sessions are those that an analysis of each day lists, and need nothing later."""

from __future__ import annotations

import numpy as np
import pytest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import BandOrigin, Kind
from indicators.odds.level_histories import (
    BANDS,
    EXTREMES,
    FOUND_EVERY,
    GAPS,
    KINDS,
    LINES,
    MIN_SESSIONS,
    OLD_HIGHS,
    ZONES,
    count_between,
    level_histories,
)
from market import PriceHistory
from tests.support.generated_bars import walk

BARS = walk(420, seed=11)
HISTORIES = level_histories(BARS)
FOUND_AT = [MIN_SESSIONS - 1 + number * FOUND_EVERY for number in (0, 9, 20, 33)]


def prices(analysis: Analysis, kind: Kind) -> list[float]:
    """Return the levels of a kind that the price meets first, without the middle band."""
    return sorted(
        level.price
        for level in analysis.levels
        if level.kind == kind and not level.is_far_edge and level.origin != BandOrigin("middle")
    )


def listed(kind: str, session: int) -> list[float]:
    row = HISTORIES[kind][session]
    return sorted(row[np.isfinite(row)].tolist())


@pytest.mark.parametrize("session", FOUND_AT)
def test_levels_of_a_session_are_those_of_its_analysis(session: int) -> None:
    day = BARS.index[session].date()
    analysis = analyse(PriceHistory("X", "X", "USD", BARS), as_of=day)
    kinds: dict[str, Kind] = {
        BANDS: "band",
        LINES: "trendline",
        ZONES: "zone",
        OLD_HIGHS: "old high",
        EXTREMES: "52-week",
    }
    for name, kind in kinds.items():
        assert listed(name, session) == pytest.approx(prices(analysis, kind)), name
    for average in analysis.emas:
        assert listed(f"EMA {average.span}", session) == [pytest.approx(average.value)]
    assert set(prices(analysis, "gap edge")) <= set(listed(GAPS, session))


def test_later_sessions_change_no_earlier_level() -> None:
    shorter = level_histories(BARS.iloc[:350])
    for kind in KINDS:
        width = shorter[kind].shape[1]
        np.testing.assert_allclose(HISTORIES[kind][:350, :width], shorter[kind], rtol=1e-12)
        assert np.isnan(HISTORIES[kind][:350, width:]).all()


def test_between_two_searches_a_line_runs_on_and_an_edge_stands() -> None:
    start = next(at for at in range(MIN_SESSIONS - 1, 415, FOUND_EVERY) if listed(LINES, at) and listed(ZONES, at))
    lines, zones = HISTORIES[LINES][start : start + FOUND_EVERY], HISTORIES[ZONES][start : start + FOUND_EVERY]
    steps = np.diff(lines[:, np.isfinite(lines[0])], axis=0)
    assert np.allclose(steps, steps[0]) and (steps != 0.0).all()
    assert np.array_equal(zones, np.tile(zones[0], (FOUND_EVERY, 1)), equal_nan=True)


def test_young_bars_have_no_levels_that_take_a_search() -> None:
    young = level_histories(BARS.iloc[:60])
    assert young[ZONES].shape == (60, 0) and np.isfinite(young["EMA 20"][19:]).all()


def test_levels_on_the_way_are_counted_strictly_between() -> None:
    histories = [np.array([[10.0, 12.0, np.nan]]), np.array([[14.0]])]
    assert count_between(histories, 0, 10.0, 14.0) == 1
    assert count_between(histories, 0, 15.0, 9.0) == 3
