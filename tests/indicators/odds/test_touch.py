"""The odds of touching a level: against SciPy's first-passage law, simulated walks, and what must hold of any odds."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import invgauss, norm

from indicators import touch_probability
from indicators.odds.touch import DRIFT_RATIO, YEAR, TouchOdds, touch_odds
from tests.support.generated_bars import cents, closes, series, walk

DAILY = 0.02
horizons = st.integers(min_value=1, max_value=1_000)


def first_passage(distance: float, drift: float, sessions: int) -> float:
    """Return the same from SciPy's inverse Gaussian, for a walk of unit volatility."""
    if drift < 0.0:
        return math.exp(2.0 * drift * distance) * first_passage(distance, -drift, sessions)
    return float(invgauss(1.0 / (distance * drift), scale=distance**2).cdf(sessions))


@pytest.mark.parametrize("sessions", [1, 21, 63, 252])
@pytest.mark.parametrize("level", [55.0, 90.0, 97.0, 104.0, 130.0, 180.0])
def test_odds_follow_the_law_of_first_passage(level: float, sessions: int) -> None:
    drift = math.copysign(DRIFT_RATIO / math.sqrt(YEAR), level - 100.0)
    expected = first_passage(abs(math.log(level / 100.0)) / DAILY, drift, sessions)
    assert TouchOdds(100.0, DAILY).probability(level, sessions) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_odds_without_drift_are_the_formula_of_one_line() -> None:
    expected = 2.0 * norm.sf(math.log(1.2) / (DAILY * math.sqrt(63)))
    assert TouchOdds(100.0, DAILY, drift_ratio=0.0).probability(120.0, 63) == pytest.approx(expected, rel=1e-12)


def test_volatility_weighs_a_quarter_a_year_and_all_that_is_known() -> None:
    close = walk(1_000)["close"]
    moves = np.log(close).diff().dropna()
    spans = [moves.tail(63), moves.tail(252), moves]
    deviations = [span.std(ddof=0) for span in spans]
    odds = touch_odds(close)
    assert odds is not None
    assert odds.price == close.iloc[-1]
    expected = 0.95 * math.exp(float(np.average(np.log(deviations), weights=[0.6, 0.2, 0.2])))
    assert odds.volatility == pytest.approx(expected, rel=1e-12)


def test_public_function_gives_the_odds_of_the_last_close() -> None:
    close = walk(300)["close"]
    odds = touch_odds(close)
    assert odds is not None
    level = 1.1 * close.iloc[-1]
    assert touch_probability(close, level, 21) == odds.probability(level, 21)
    assert 0.0 < touch_probability(close, level, 21) < 1.0


@given(closes(min_size=22), cents, cents, horizons, horizons)
def test_odds_grow_with_time_and_fall_with_distance(
    close: pd.Series, one: float, other: float, sooner: int, later: int
) -> None:
    odds = touch_odds(close)
    assert odds is not None
    sooner, later = sorted((sooner, later))
    near, far = sorted((one, other), key=lambda level: abs(level - odds.price))
    assert 0.0 <= odds.probability(one, sooner) <= odds.probability(one, later) + 1e-12 <= 1.0 + 1e-12
    if (near - odds.price) * (far - odds.price) >= 0.0:
        assert odds.probability(far, later) <= odds.probability(near, later) + 1e-12


@given(closes(min_size=22), cents, horizons)
def test_range_holds_the_odds(close: pd.Series, level: float, sessions: int) -> None:
    odds = touch_odds(close)
    assert odds is not None
    low, high = odds.probability_range(level, sessions)
    assert 0.0 <= low <= odds.probability(level, sessions) + 1e-12
    assert odds.probability(level, sessions) <= high + 1e-12 <= 1.0 + 1e-12


@pytest.mark.parametrize("factor", [0.001, 20.0])
def test_unit_of_the_price_does_not_matter(factor: float) -> None:
    close = walk(300)["close"]
    level = 1.2 * close.iloc[-1]
    assert touch_probability(close * factor, level * factor, 63) == pytest.approx(touch_probability(close, level, 63))


def test_earlier_closes_alone_decide() -> None:
    close = walk(600)["close"]
    shorter = close.iloc[:400]
    assert touch_odds(shorter) == touch_odds(close.loc[: shorter.index[-1]])
    assert touch_odds(shorter) != touch_odds(close)


def test_level_at_the_price_is_certain() -> None:
    close = walk(300)["close"]
    assert touch_probability(close, close.iloc[-1], 1) == 1.0


def test_price_that_never_moved_reaches_no_other_level() -> None:
    close = series([10.0] * 30)
    assert touch_probability(close, 10.0, 21) == 1.0
    assert touch_probability(close, 10.01, 21) == 0.0


def test_positive_price_does_not_reach_zero() -> None:
    assert touch_probability(walk(300)["close"], 0.0, 252) == 0.0


def test_far_level_of_a_calm_price_does_not_overflow() -> None:
    assert TouchOdds(100.0, 1e-6).probability(400.0, 100_000) == 0.0
    assert TouchOdds(100.0, 1e-6).probability(100.0 * math.exp(0.01), 10_000_000) == 1.0


@pytest.mark.parametrize(
    ("close", "sessions", "message"),
    [
        (series([10.0] * 21), 21, "touch_probability needs 22 closes, all positive: there are 21"),
        (series([10.0] * 29 + [-37.63]), 21, "touch_probability needs 22 closes, all positive: one is zero or below"),
        (series([10.0] * 30), 0, "sessions is 0: give 1 or more"),
    ],
)
def test_what_has_no_odds_is_refused(close: pd.Series, sessions: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        touch_probability(close, 11.0, sessions)
