"""What is offered as an alert for a level or a target."""

from __future__ import annotations

import pytest

from alerts.receipt import make_rule_receipt
from alerts.rules import Threshold, rule_problems
from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import Level
from market.sample import sample
from market.sources import fetch
from market.symbols import Symbol
from ui.alert_rules.draft import level_draft, target_draft


@pytest.fixture(scope="module")
def cifr() -> Analysis:
    return analyse(sample.history("CIFR"), sample.targets("CIFR"))


def level_at(analysis: Analysis, label: str) -> Level:
    return next(level for level in analysis.levels if level.label == label)


@pytest.mark.parametrize(
    ("label", "first"),
    [
        ("EMA 50", "CIFR: closes below EMA 50"),
        ("EMA 20", "CIFR: closes above EMA 20"),
        ("Trendline", "CIFR: closes below Support line"),
        ("Zone bottom", "CIFR: price reaches 23.80"),
        ("52-week high", "CIFR: closes above 52-week high"),
    ],
)
def test_the_first_choice_is_what_the_price_meets_next(cifr, label, first):
    draft = level_draft(cifr, level_at(cifr, label))
    assert draft.rule.name == first and draft.choices[0] is draft.rule


def test_every_choice_of_every_level_can_be_kept_and_replayed(cifr):
    drafts = [level_draft(cifr, level) for level in cifr.levels if level.is_technical]
    drafts += [target_draft(cifr, target) for target in cifr.targets]
    choices = {choice for draft in drafts for choice in draft.choices}
    assert len(choices) > 20
    assert [rule_problems(choice) for choice in choices if rule_problems(choice)] == []
    lost = next(choice for choice in choices if choice.kinds == ("ema_lost",) and choice.label == "EMA 50")
    assert make_rule_receipt(fetch(Symbol("CIFR"), "sample"), lost).days


def test_a_level_that_shares_its_label_is_offered_by_its_price_only(cifr):
    by_distance = [
        choice for choice in level_draft(cifr, level_at(cifr, "EMA 50")).choices if choice.kinds == ("near_level",)
    ]
    assert [choice.threshold for choice in by_distance] == [Threshold(0.5, "atr")]
    zone = level_draft(cifr, level_at(cifr, "Zone bottom"))
    assert all(choice.kinds != ("near_level",) for choice in zone.choices)


def test_a_target_is_offered_by_its_price_and_by_what_its_firm_does(cifr):
    names = [choice.name for choice in target_draft(cifr, cifr.targets[0]).choices]
    assert names[0] == "CIFR: price reaches 18.00"
    assert any("Target raised" in name and "JPMorgan" in name for name in names)
    assert any("Downgraded" in name and "JPMorgan" in name for name in names)
