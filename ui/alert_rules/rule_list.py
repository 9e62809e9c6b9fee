"""The list of alert rules: what each waits for, its state, what it last told, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from alerts.destinations import Destination
from alerts.kept_rules import delete_rule, latest_deliveries, save_rule, share_rule
from alerts.messages import message_from_json
from alerts.rules import FREQUENCY_NAMES, AlertRule, describe_rule
from market.store.alerts.deliveries import Delivery
from market.store.personal.sharing import EVERYONE, SHARING_NAMES, may_edit
from text.escape import escape_markdown
from text.numbers import format_day, format_moment
from text.prose import join_words
from ui.alert_rules.draft import Draft, begin_draft
from ui.alert_rules.messages import change
from ui.sidebar.person import current_person

CONFIRM_KEY = "alert-confirm-delete"
OUTCOME_NAMES = {"waiting": "waits to be sent", "listed": "listed", "sent": "sent", "given up": "not sent"}


def draw_rules(rules: Sequence[AlertRule], destinations: Sequence[Destination]) -> None:
    """Draw a card for each rule. Raises `StoreAway`."""
    names = {destination.id: destination.name for destination in destinations}
    for rule in rules:
        _draw_rule(rule, names, next(iter(latest_deliveries([rule], 1)), None))


def _draw_rule(rule: AlertRule, names: Mapping[str, str], last: Delivery | None) -> None:
    with (
        st.container(border=True, key=f"alert-rule-{rule.id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container(width="stretch"):
            st.markdown(f"**{escape_markdown(rule.name, 100)}** {_state_badge(rule)}")
            st.caption(escape_markdown(_rule_sentence(rule, names), 600))
            st.caption(escape_markdown(last_sentence(last), 400))
        if may_edit(rule.owner, rule.sharing, current_person()):
            _draw_actions(rule)
        else:
            st.caption(escape_markdown(f"Shared by {rule.owner}", 120))


def _state_badge(rule: AlertRule) -> str:
    return ":gray-badge[paused]" if rule.paused else ":green-badge[armed]"


def _rule_sentence(rule: AlertRule, names: Mapping[str, str]) -> str:
    """Return "CIFR: closes below EMA 50. Once a session and ticker, to Mail, from 25 Nov 2025 on."."""
    described = describe_rule(rule)
    to = [names[known] for known in rule.destinations if known in names]
    since = f", from {format_day(rule.armed_on)} on" if rule.armed_on and not rule.paused else ""
    where = f"to {join_words(to)}" if to else "listed here only"
    what = "" if described == rule.name else f"{described}. "
    return f"{what}{FREQUENCY_NAMES[rule.frequency]}, {where}{since}."


def last_sentence(last: Delivery | None) -> str:
    """Return what the rule last told, when, and what became of it."""
    if last is None:
        return "Has not fired yet."
    message = message_from_json(last.body)
    what = message.text.splitlines()[0] if message.text else message.title
    problem = f" ({last.problem})" if last.problem else ""
    return f"Last: {what} {format_moment(last.noted_at)}, {OUTCOME_NAMES[last.outcome]}{problem}."


def _draw_actions(rule: AlertRule) -> None:
    label, icon = ("Resume", ":material/play_arrow:") if rule.paused else ("Pause", ":material/pause:")
    pause = partial(_save, replace(rule, paused=not rule.paused))
    st.button(label, icon=icon, key=f"alert-pause {rule.id}", on_click=change, args=(pause,))
    st.button("Edit", icon=":material/edit:", key=f"alert-edit {rule.id}", on_click=begin_draft, args=(Draft(rule),))
    if rule.owner == current_person() != EVERYONE:
        _draw_sharing(rule)
    if st.session_state.get(CONFIRM_KEY) == rule.id:
        delete = partial(change, partial(_delete, rule))
        st.button("Delete now", icon=":material/delete_forever:", key=f"alert-delete-now {rule.id}", on_click=delete)
    else:
        ask = partial(_ask_to_confirm, rule.id)
        st.button("Delete", icon=":material/delete:", key=f"alert-delete {rule.id}", on_click=ask)


def _draw_sharing(rule: AlertRule) -> None:
    key = f"alert-sharing {rule.id} {rule.sharing}"

    def share() -> None:
        share_rule(rule, st.session_state[key], current_person())

    with st.popover("Share", icon=":material/group:", key=f"alert-share {rule.id}"):
        st.segmented_control(
            "Others",
            list(SHARING_NAMES),
            default=rule.sharing,
            required=True,
            format_func=SHARING_NAMES.__getitem__,
            key=key,
            on_change=change,
            args=(share,),
        )


def _save(rule: AlertRule) -> None:
    save_rule(rule, current_person())


def _ask_to_confirm(rule_id: str) -> None:
    """Show the button that deletes: one accidental click must not cost a rule."""
    st.session_state[CONFIRM_KEY] = rule_id


def _delete(rule: AlertRule) -> None:
    st.session_state.pop(CONFIRM_KEY, None)
    delete_rule(rule, current_person())
