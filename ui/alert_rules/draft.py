"""An alert that is being made or edited: begun at a level, at a target, or from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

import streamlit as st

from alerts.changes import ChangeKind
from alerts.rules import MAX_NAME_LENGTH, AlertRule, RuleKind, Threshold, describe_rule, lasting_name
from indicators.analysis import Analysis
from indicators.analysts.targets import CurrentTarget
from indicators.levels import BandOrigin, EmaOrigin, ExtremeOrigin, Level, TargetOrigin, TrendlineOrigin
from ui import navigation
from ui.sidebar import sidebar

DRAFT_KEY, COUNT_KEY = "alert-draft", "alert-draft-count"
NEAR_ATR = 0.5  # a distance that the price covers within hours
OWN_TARGET_KINDS: tuple[ChangeKind, ...] = ("target_raised", "target_cut", "target_set", "target_withdrawn")
RATING_KINDS: tuple[ChangeKind, ...] = ("upgraded", "downgraded")


@dataclass(frozen=True)
class Draft:
    """The rule as it is so far; `choices`: the rules offered for the level or target at which it began."""

    rule: AlertRule
    choices: tuple[AlertRule, ...] = ()


def current_draft() -> Draft | None:
    """Return what the viewer is making or editing."""
    draft: Draft | None = st.session_state.get(DRAFT_KEY)
    return draft


def draft_count() -> int:
    """Return a number that is another one for each draft: the keys of its widgets carry it."""
    count: int = st.session_state.get(COUNT_KEY, 0)
    return count


def begin_draft(draft: Draft) -> None:
    """Show this draft from the next run on."""
    st.session_state[DRAFT_KEY] = draft
    st.session_state[COUNT_KEY] = draft_count() + 1


def end_draft() -> None:
    """Forget the draft."""
    st.session_state.pop(DRAFT_KEY, None)


def open_draft(draft: Draft) -> NoReturn:
    """Switch to the Alerts page with this draft."""
    begin_draft(draft)
    sidebar.open_page(navigation.ALERTS, {})


def level_draft(analysis: Analysis, level: Level) -> Draft:
    """Return the draft of an alert on a level: a close beyond it first, or its price where it shares its name.

    A rule names a level (see `lasting_name`): of two zones with one name it could not tell which one is meant.
    """
    symbol, label = analysis.symbol, lasting_name(level.origin)
    at_its_price, changes = (
        _price_rule(analysis, level.price),
        [_rule(symbol, kinds, label) for kinds in _kinds_of(level)],
    )
    if sum(lasting_name(other.origin) == label for other in analysis.levels) > 1:
        return _draft([at_its_price, *changes])
    beyond = _rule(symbol, ("closed_below",) if level.role == "support" else ("closed_above",), label)
    near = replace(_rule(symbol, ("near_level",), label), threshold=Threshold(NEAR_ATR, "atr"))
    return _draft([beyond, at_its_price, near, *changes])


def target_draft(analysis: Analysis, target: CurrentTarget) -> Draft:
    """Return the draft of an alert on a firm's target: its price, or that the firm changes it or its rating."""
    symbol, firm = analysis.symbol, target.firm
    return _draft(
        [
            _price_rule(analysis, target.target),
            _rule(symbol, OWN_TARGET_KINDS, firm),
            _rule(symbol, RATING_KINDS, firm),
            replace(_rule(symbol, ("near_level",), TargetOrigin(firm).label), threshold=Threshold(NEAR_ATR, "atr")),
        ]
    )


def named_after_itself(rule: AlertRule) -> AlertRule:
    """Return the rule with what it waits for as its name."""
    return replace(rule, name=describe_rule(rule)[:MAX_NAME_LENGTH].strip())


def _draft(choices: list[AlertRule]) -> Draft:
    named = tuple(map(named_after_itself, choices))
    return Draft(named[0], named)


def _kinds_of(level: Level) -> Iterator[tuple[RuleKind, ...]]:
    """Yield the changes that the Changes page would tell of the level."""
    match level.origin:
        case EmaOrigin():
            yield from (("ema_lost",), ("ema_reclaimed",))
        case TrendlineOrigin():
            yield from (("line_broken",), ("line_touched",), ("line_bounced",))
        case BandOrigin(band) if band != "middle":
            yield ("band_left",)
        case ExtremeOrigin(extreme):
            yield ("high_52w",) if extreme == "high" else ("low_52w",)


def _rule(symbol: str, kinds: tuple[RuleKind, ...], label: str) -> AlertRule:
    return AlertRule("", kinds, (symbol,), label=label)


def _price_rule(analysis: Analysis, price: float) -> AlertRule:
    at = Threshold(round(price, analysis.price_format.places), "price")
    return AlertRule("", ("price_reached",), (analysis.symbol,), threshold=at, basis_day=analysis.session)
