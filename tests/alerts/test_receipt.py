"""When a change happened in two years, and what followed, compared with pandas."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from alerts.receipt import AHEAD_SESSIONS, TWO_YEARS_SESSIONS, make_receipt, make_rule_receipt
from alerts.recent_changes import recent_changes
from alerts.rules import AlertRule, Threshold
from indicators.analysis import TooEarly
from market import PriceHistory
from market.market_data import MarketData
from tests.support.generated_bars import walk

BARS = walk(640, seed=3)
KINDS = ("ema_lost", "ema_reclaimed")


def data_of(bars: pd.DataFrame) -> MarketData:
    return MarketData(PriceHistory("X", "X Inc.", "USD", bars), ())


@pytest.fixture(scope="module")
def receipt():
    return make_receipt(data_of(BARS), KINDS)


@pytest.mark.slow
def test_the_days_are_those_of_the_changes_of_the_last_two_years(receipt):
    found = recent_changes(data_of(BARS), since=TWO_YEARS_SESSIONS).changes
    expected = [change for change in reversed(found) if change.kind in KINDS]
    assert sorted(map(str, receipt.found)) == sorted(map(str, expected))
    assert list(receipt.days) == sorted({change.session for change in expected})
    assert (receipt.sessions, receipt.last) == (TWO_YEARS_SESSIONS, BARS.index[-1].date())


def test_outcomes_are_the_moves_of_the_next_21_sessions(receipt):
    close = BARS["close"].iloc[-TWO_YEARS_SESSIONS:]
    moves = (100.0 * (close.shift(-AHEAD_SESSIONS) / close - 1.0)).dropna()
    after = moves[[day.date() in receipt.days for day in moves.index]]
    for outcomes, expected in ((receipt.after, after), (receipt.any_day, moves)):
        assert outcomes.count == len(expected) > 0
        assert outcomes.median_pct == pytest.approx(expected.median())
        assert (outcomes.lowest_pct, outcomes.highest_pct) == pytest.approx((expected.min(), expected.max()))


@pytest.mark.long
def test_nothing_later_than_the_as_of_day_is_used():
    day = BARS.index[-40].date()
    then = make_receipt(data_of(BARS), KINDS, day)
    known = make_receipt(data_of(BARS.loc[: str(day)]), KINDS)
    assert str(then) == str(known)


@pytest.mark.parametrize("sessions", [1, 2, AHEAD_SESSIONS, AHEAD_SESSIONS + 1])
def test_few_bars_have_no_outcomes(sessions):
    made = make_receipt(data_of(BARS.iloc[:sessions]), KINDS)
    assert (made.days, made.after, made.any_day) == ((), None, None)


def test_no_bars_raise_too_early():
    with pytest.raises(TooEarly):
        make_receipt(data_of(BARS), KINDS, BARS.index[0].date() - timedelta(days=1))


def test_a_rule_for_changes_has_the_receipt_of_its_kinds(monkeypatch):
    monkeypatch.setattr("alerts.receipt.TWO_YEARS_SESSIONS", 80)
    receipt = make_receipt(data_of(BARS), KINDS)
    rule = AlertRule("c", KINDS, ("X",), armed_on=BARS.index[-1].date(), paused=True, frequency="once")
    made = make_rule_receipt(data_of(BARS), rule)
    assert replace(made, found=()) == replace(receipt, found=())
    assert [match.text for match in made.found] == [change.text for change in receipt.found]


def test_a_price_of_a_rule_is_compared_in_todays_shares():
    """30 before a split of 3:1 is 10 in the bars of today."""
    bars = BARS.iloc[-120:]
    split_on = bars.index[-5]
    history = PriceHistory("X", "X Inc.", "USD", bars, splits=pd.Series([3.0], index=[split_on]))
    at = float(bars["close"].median())
    basis_day = (split_on - timedelta(days=1)).date()
    rule = AlertRule("p", ("price_reached",), ("X",), threshold=Threshold(3.0 * at, "price"), basis_day=basis_day)
    made = make_rule_receipt(MarketData(history, ()), rule)
    before = bars["close"].shift(1)
    reached = (pd.concat([bars["low"], before], axis=1).min(axis=1) <= at) & (
        pd.concat([bars["high"], before], axis=1).max(axis=1) >= at
    )
    assert list(made.days) == [day.date() for day in bars.index[1:][reached.iloc[1:]]]
    assert made.after is not None
    assert made.after.count > 1
