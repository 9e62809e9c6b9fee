"""The Alerts page: rules and whom they tell, and a new rule with its receipt before it is armed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from alerts.destinations import Destination
from alerts.firings import watched_symbols
from alerts.kept_rules import destinations_of, rules_of, save_rule
from alerts.rules import AlertRule, arm, rule_problems
from market.store.failures import StoreAway
from text.escape import escape_markdown
from tickers.request import AnalysisRequest
from ui.alert_rules.destination_list import draw_destinations
from ui.alert_rules.draft import Draft, begin_draft, current_draft, end_draft
from ui.alert_rules.messages import add_message, change, draw_messages
from ui.alert_rules.rule_form import draw_form
from ui.alert_rules.rule_list import draw_rules
from ui.alert_rules.rule_receipt import Replayed, draw_receipt
from ui.components import sample_notice
from ui.sidebar import sidebar, watchlist_picker
from ui.sidebar.person import current_person
from ui.sidebar.sidebar import ViewOptions

EMPTY_RULE = AlertRule("", (), ())


def main() -> None:
    options = sidebar.view_options()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title("Alerts", anchor=False, width="stretch")
        st.button("New alert", icon=":material/add_alert:", key="alert-new", on_click=_begin_empty)
    draw_messages()
    try:
        rules, destinations = rules_of(current_person()), destinations_of(current_person())
        _draw_page(rules, destinations, options)
    except StoreAway as problem:
        st.error(escape_markdown(str(problem), 400), icon=":material/hard_drive:")


def _draw_page(rules: Sequence[AlertRule], destinations: Sequence[Destination], options: ViewOptions) -> None:
    if (draft := current_draft()) is not None:
        _draw_draft(draft, destinations, options)
    if rules:
        st.subheader("Rules", anchor=False)
        draw_rules(rules, destinations)
    elif draft is None:
        st.info(
            "There are no alerts yet. Click **+ Set** beside a level or a target on the Levels page, or **New alert**.",
            icon=":material/notifications:",
        )
    st.subheader("Destinations", anchor=False)
    draw_destinations(destinations)


def _begin_empty() -> None:
    begin_draft(Draft(EMPTY_RULE))


def _draw_draft(draft: Draft, destinations: Sequence[Destination], options: ViewOptions) -> None:
    """Draw the form, below it the receipt, and then the button that arms the rule."""
    with st.container(border=True, key="alert-draft-card"):
        st.subheader("Edit alert" if draft.rule.id else "New alert", anchor=False)
        rule = draw_form(draft, destinations)
        replayed = _draw_receipt(rule, options)
        with st.container(horizontal=True):
            label = "Save" if draft.rule.id else "Arm"
            keep = partial(change, partial(_keep, rule, draft.rule, replayed))
            st.button(
                label,
                icon=":material/notifications_active:",
                key="alert-arm",
                on_click=keep,
                disabled=not replayed,
            )
            st.button("Cancel", key="alert-cancel", on_click=end_draft)


def _draw_receipt(rule: AlertRule, options: ViewOptions) -> tuple[Replayed, ...] | None:
    """Draw what is wrong with the rule, or else its receipt; return what was replayed, None before that."""
    problems = rule_problems(replace(rule, basis_day=rule.basis_day or datetime.now(UTC).date()))
    symbols = watched_symbols(rule, watchlist_picker.visible_watchlists())
    if symbols is None:
        problems = (*problems, f'There is no watchlist "{rule.watchlist}". Choose another one.')
    for problem in problems:
        st.caption(escape_markdown(problem, 300))
    if problems or not symbols:
        return None
    sample_notice.draw_demo_notice(options.source)
    return draw_receipt(rule, symbols, AnalysisRequest(options.source, person=options.person))


def _keep(rule: AlertRule, before: AlertRule, replayed: Sequence[Replayed] | None) -> None:
    """Keep the rule; one that is new or waits for something else on one ticker is armed on the chart of now."""
    is_other = not rule.id or replace(rule, name="", destinations=()) != replace(before, name="", destinations=())
    if is_other and replayed and len(rule.tickers) == 1:
        rule = arm(rule, replayed[0].latest)
    saved = save_rule(replace(rule, basis_day=rule.basis_day or datetime.now(UTC).date()), current_person())
    end_draft()
    add_message("success", f'"{saved.name}" is armed.' if not saved.paused else f'"{saved.name}" is saved.')


main()
