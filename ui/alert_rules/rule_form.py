"""The form of an alert: what it waits for, on which tickers, how often it tells, and whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from alerts.destinations import Destination
from alerts.rules import (
    CROSSING_KINDS,
    FREQUENCIES,
    FREQUENCY_NAMES,
    LEVEL_KINDS,
    MAX_NAME_LENGTH,
    RULE_KIND_NAMES,
    RULE_KINDS,
    THRESHOLD_UNITS,
    AlertRule,
    Threshold,
    ThresholdUnit,
)
from indicators.levels import Kind as LevelKind
from market.symbols import parse_symbols, split_symbols
from text.escape import escape_markdown
from ui.alert_rules.draft import Draft, begin_draft, draft_count
from ui.sidebar import watchlist_picker

UNIT_NAMES: dict[ThresholdUnit, str] = {"price": "price", "percent": "%", "atr": "ATR"}
TICKERS, WATCHLIST = "Tickers", "Watchlist"
MAX_TICKERS_TEXT = 5000
LABEL_HELP = (
    'The one level or firm meant, as the tables call it: "EMA 50", "52-week high", JPMorgan; "Support line" is the'
    " trendline, tentative or not. Empty: any of that kind."
)
THRESHOLD_HELP = (
    "The price to reach, the distance from a level, or the least size of a change: how far the close lies beyond the"
    " level, how wide the gap is, by how much the target moved. Empty: any size."
)


def draw_form(draft: Draft, destinations: Sequence[Destination]) -> AlertRule:
    """Draw the form of the draft and return the rule as it says now."""
    _draw_choices(draft)
    rule = _draw_details(draft)
    columns = st.columns([3, 3, 2], vertical_alignment="bottom")
    with columns[0]:
        name = st.text_input("Name", rule.name, max_chars=MAX_NAME_LENGTH, key=_key("name"))
    with columns[1]:
        names = {destination.id: destination.name for destination in destinations}
        to = st.multiselect(
            "Send to",
            list(names),
            default=[known for known in rule.destinations if known in names],
            format_func=lambda known: names.get(known, ""),
            placeholder="Nobody: it is only listed" if names else "Add a destination below",
            key=_key("destinations"),
        )
    with columns[2]:
        frequency = st.selectbox(
            "Tell", FREQUENCIES, FREQUENCIES.index(rule.frequency), FREQUENCY_NAMES.__getitem__, key=_key("frequency")
        )
    return replace(rule, name=name, destinations=tuple(to), frequency=frequency)


def _key(field: str) -> str:
    return f"alert-{field} {draft_count()}"


def _draw_choices(draft: Draft) -> None:
    """Draw the rules on offer for the level or target, of which another one replaces the draft."""
    if not draft.choices:
        return
    key = _key("choice")

    def choose() -> None:
        chosen = draft.choices[st.session_state[key]]
        begin_draft(Draft(chosen, draft.choices))

    known = [choice.name for choice in draft.choices]
    st.selectbox(
        "When",
        range(len(known)),
        known.index(draft.rule.name) if draft.rule.name in known else 0,
        known.__getitem__,
        key=key,
        on_change=choose,
    )


def _draw_details(draft: Draft) -> AlertRule:
    """Draw what the rule waits for; folded where it began at a level or target."""
    rule = draft.rule
    with st.expander("Details", expanded=not draft.choices, key=_key("details")):
        tickers, watchlist = _draw_watched(rule)
        columns = st.columns([3, 2, 2, 1], vertical_alignment="bottom")
        with columns[0]:
            kinds = st.multiselect(
                "Waits for", RULE_KINDS, rule.kinds, RULE_KIND_NAMES.__getitem__, placeholder="Pick", key=_key("kinds")
            )
        with columns[1]:
            label = st.text_input("Level or firm", rule.label, help=LABEL_HELP, max_chars=80, key=_key("label"))
        threshold = rule.threshold
        with columns[2]:
            amount = st.number_input(
                "Threshold",
                value=None if threshold is None else float(threshold.amount),
                step=None,
                format="%.6g",
                help=THRESHOLD_HELP,
                placeholder="any",
                key=_key("amount"),
            )
        with columns[3]:
            units = list(THRESHOLD_UNITS)
            unit = st.selectbox(
                "Unit",
                units,
                units.index("percent" if threshold is None else threshold.unit),
                UNIT_NAMES.__getitem__,
                key=_key("unit"),
            )
        level_kinds = _draw_level_kinds(rule) if set(kinds) & {"near_level", *CROSSING_KINDS} else ()
    return replace(
        rule,
        tickers=tickers,
        watchlist=watchlist,
        kinds=tuple(kinds),
        label=label.strip(),
        level_kinds=level_kinds,
        threshold=None if amount is None else Threshold(amount, unit),
    )


def _draw_level_kinds(rule: AlertRule) -> tuple[LevelKind, ...]:
    return tuple(
        st.multiselect(
            "Kinds of levels", LEVEL_KINDS, rule.level_kinds, placeholder="All technical ones", key=_key("level-kinds")
        )
    )


def _draw_watched(rule: AlertRule) -> tuple[tuple[str, ...], str]:
    """Draw the tickers or the watchlist, and return both, one of them empty."""
    names = list(dict.fromkeys([watchlist.name for watchlist in watchlist_picker.visible_watchlists()]))
    if rule.watchlist and rule.watchlist not in names:
        names.append(rule.watchlist)
    columns = st.columns([2, 5], vertical_alignment="bottom")
    with columns[0]:
        of = st.segmented_control(
            "Watches",
            [TICKERS, WATCHLIST],
            default=WATCHLIST if rule.watchlist else TICKERS,
            required=True,
            key=_key("of"),
        )
    with columns[1]:
        if of == WATCHLIST:
            place = names.index(rule.watchlist) if rule.watchlist else 0
            return (), st.selectbox("Watchlist", names, place, key=_key("watchlist")) or ""
        text = st.text_input("Tickers", " ".join(rule.tickers), max_chars=MAX_TICKERS_TEXT, key=_key("tickers"))
    symbols, errors = parse_symbols(split_symbols(text))
    for error in errors[:1]:
        st.warning(escape_markdown(str(error), 300), icon=":material/error:")
    return tuple(dict.fromkeys(symbols)), ""
