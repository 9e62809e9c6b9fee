"""What makes a rule valid, how it is set on a chart, and how its price moves with a split."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from alerts.changes import CHANGE_KINDS
from alerts.rules import (
    RULE_KIND_NAMES,
    RULE_KINDS,
    AlertRule,
    InvalidRule,
    SeenBar,
    Threshold,
    arm,
    check_rule,
    describe_rule,
    in_shares_of,
    rule_problems,
)
from indicators.analysis import analyse
from market import PriceHistory
from tests.support.generated_bars import walk

DAY = date(2025, 11, 24)
LOST = AlertRule("EMA lost", ("ema_lost",), ("CIFR",))
REACHED = AlertRule("18", ("price_reached",), ("CIFR",), threshold=Threshold(18.0, "price"), basis_day=DAY)
NEAR = AlertRule("Zones", ("near_level",), ("CIFR",), level_kinds=("zone",), threshold=Threshold(0.5, "atr"))
UNDER = AlertRule("Under", ("closed_below",), ("CIFR",), level_kinds=("trendline",))
CUT = AlertRule("Cuts", ("target_cut",), watchlist="Miners", threshold=Threshold(10.0, "percent"))


def test_each_kind_of_rule_has_a_name_and_may_be_used():
    assert set(RULE_KIND_NAMES) == set(RULE_KINDS)
    for kind in CHANGE_KINDS:
        assert rule_problems(replace(LOST, kinds=(kind,))) == ()


@pytest.mark.parametrize(
    "rule", [LOST, REACHED, NEAR, UNDER, replace(UNDER, kinds=("closed_above", "closed_below")), CUT]
)
def test_sound_rules_are_returned_as_they_are(rule):
    assert check_rule(rule) is rule


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (replace(LOST, name=" "), "The rule has no name. Enter one."),
        (replace(LOST, name="x" * 81), "The name of a rule can have at most 80 characters. Shorten it."),
        (
            replace(LOST, name="a\u202eb"),
            "The name of a rule must be plain text, and this one has invisible characters. Type it again.",
        ),
        (
            replace(LOST, label="EMA\n50"),
            "The name of a level or firm must be plain text, and this one has invisible characters. Type it again.",
        ),
        (replace(LOST, tickers=()), "The rule watches no ticker. Name tickers or a watchlist."),
        (replace(LOST, watchlist="Miners"), "The rule names tickers and a watchlist. Keep one of the two."),
        (replace(LOST, kinds=()), "The rule waits for nothing. Choose what it waits for."),
        (replace(LOST, frequency="hourly"), 'There is no frequency "hourly". Use once, daily or each time.'),
        (
            replace(NEAR, kinds=("near_level", "ema_lost"), level_kinds=()),
            "A price cannot be combined with other kinds. Make a rule for each.",
        ),
        (replace(REACHED, threshold=None), "The rule has no price. Enter the one to wait for."),
        (
            replace(REACHED, basis_day=None),
            "It is not known in which shares the price is meant. Set the rule again from a chart.",
        ),
        (
            replace(REACHED, threshold=Threshold(5.0, "percent")),
            "A price to reach is a price, not a percentage or a number of ATR. Enter the price.",
        ),
        (
            replace(REACHED, tickers=("CIFR", "CLSK")),
            "A price is that of one ticker. Name one, and make a rule for each of the others.",
        ),
        (replace(NEAR, threshold=None), "The rule does not say how near. Enter a distance, such as 0.5 ATR."),
        (replace(NEAR, threshold=Threshold(float("nan"), "atr")), "The threshold is no number. Enter one."),
        (
            replace(CUT, threshold=Threshold(0.0, "percent")),
            "The threshold has to be above 0. Enter a larger one, or none.",
        ),
        (
            replace(CUT, kinds=("target_cut", "upgraded")),
            "Upgraded has no size to compare with a threshold. Leave the threshold out, or make another rule.",
        ),
        (
            replace(LOST, level_kinds=("zone",)),
            "Kinds of levels belong to rules that wait for a level. Leave them out.",
        ),
    ],
)
def test_each_fault_is_one_sentence(rule, sentence):
    assert rule_problems(rule) == (sentence,)
    with pytest.raises(InvalidRule) as error:
        check_rule(rule)
    assert str(error.value) == sentence


def test_an_unknown_kind_is_named():
    assert rule_problems(replace(LOST, kinds=("moon",)))[0].startswith('There is no kind "moon". Use price_reached, ')


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (LOST, "CIFR: EMA lost"),
        (replace(LOST, label="EMA 50", threshold=Threshold(1.0, "atr")), "CIFR: EMA lost (EMA 50), by 1 ATR or more"),
        (REACHED, "CIFR: price reaches 18.00"),
        (NEAR, "CIFR: within 0.5 ATR of any zone"),
        (replace(NEAR, level_kinds=(), label="EMA 50"), "CIFR: within 0.5 ATR of EMA 50"),
        (UNDER, "CIFR: closes below any trendline"),
        (
            replace(UNDER, kinds=("closed_above", "closed_below"), label="EMA 50", threshold=Threshold(1.0, "percent")),
            "CIFR: closes above or below EMA 50, by 1% or more",
        ),
        (CUT, "Miners: Target cut, by 10% or more"),
    ],
)
def test_a_rule_is_told_in_a_phrase(rule, text):
    assert describe_rule(rule) == text


def test_a_rule_set_after_the_close_waits_for_the_next_session():
    bars = walk(60)
    armed = arm(REACHED, analyse(PriceHistory("X", "X", "USD", bars)))
    last = bars.index[-1].date()
    assert (armed.basis_day, armed.armed_on, armed.seen) == (last, last + timedelta(days=1), None)


def test_a_rule_set_during_a_session_keeps_what_the_session_had_shown():
    bars = walk(60)
    armed = arm(REACHED, analyse(PriceHistory("X", "X", "USD", bars, in_progress=True)))
    last = bars.iloc[-1]
    assert armed.armed_on == bars.index[-1].date()
    assert armed.seen == SeenBar(last["low"], last["high"], last["close"])


def splits(**ratios: float) -> pd.Series:
    days = pd.DatetimeIndex([day.removeprefix("on_").replace("_", "-") for day in ratios], name="date")
    return pd.Series(list(ratios.values()), index=days, dtype=float)


def test_a_price_moves_with_the_splits_after_the_day_on_which_it_was_set():
    held = splits(on_2025_06_02=5.0, on_2025_11_24=2.0, on_2025_11_25=3.0, on_2025_12_01=0.5)
    moved = in_shares_of(REACHED, held)
    assert moved.threshold == Threshold(18.0 / 3.0 / 0.5, "price")
    assert moved.basis_day == date(2025, 12, 1)
    assert in_shares_of(moved, held) == moved


@pytest.mark.parametrize("rule", [LOST, NEAR, CUT])
def test_a_threshold_in_percent_or_atr_does_not_move(rule):
    set_before = replace(rule, basis_day=DAY)
    assert in_shares_of(set_before, splits(on_2025_12_01=2.0)) == set_before
