"""Whether odds come true, on bars whose outcome is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators.odds.reliability import DISTANCES, MIN_KNOWN_CLOSES, TouchCases, all_cases, reliability, touch_cases
from indicators.odds.touch import TouchOdds

SESSIONS = 10


def quiet_bars(count: int) -> pd.DataFrame:
    """Return bars that stay at 100."""
    days = pd.bdate_range("2020-01-02", periods=count, name="date")
    return pd.DataFrame({"high": 100.0, "low": 100.0, "close": 100.0}, index=days)


def even_odds(close: pd.Series) -> TouchOdds:
    return TouchOdds(float(close.iloc[-1]), 0.02)


def test_high_reaches_levels_above_and_low_those_below() -> None:
    bars = quiet_bars(MIN_KNOWN_CLOSES + SESSIONS)
    bars.iloc[-1, bars.columns.get_loc("high")] = 121.0
    bars.iloc[-2, bars.columns.get_loc("low")] = 94.0
    cases = touch_cases([bars], SESSIONS, even_odds)
    assert len(cases.said) == 2 * len(DISTANCES)
    assert cases.of_side(True).touched.tolist() == [True] * 4 + [False] * 4
    assert cases.of_side(False).touched.tolist() == [True] + [False] * 7


def test_estimate_sees_no_close_of_the_sessions_it_is_judged_on() -> None:
    seen: list[int] = []

    def note_length(close: pd.Series) -> TouchOdds:
        seen.append(len(close))
        return even_odds(close)

    bars = quiet_bars(MIN_KNOWN_CLOSES + SESSIONS + 5)
    touch_cases([bars], SESSIONS, note_length)
    assert seen == [MIN_KNOWN_CLOSES, MIN_KNOWN_CLOSES + 5]


def test_bins_compare_what_was_said_with_what_came() -> None:
    said = np.array([0.25, 0.25, 0.25, 0.25, 1.0])
    touched = np.array([True, False, False, False, True])
    cases = TouchCases(np.ones(5, dtype=bool), said, said, said, touched)
    bins = reliability(cases)
    assert [bin_.count for bin_ in bins] == [0, 0, 4, 0, 0, 0, 0, 0, 0, 1]
    assert bins[2].miss_points == 0.0 and not bins[2].is_judged
    total = all_cases(bins)
    assert total.brier == pytest.approx(np.mean((said - touched) ** 2))
    assert total.base_rate_brier == pytest.approx(0.4 * 0.6)
    assert total.miss_points == 0.0
