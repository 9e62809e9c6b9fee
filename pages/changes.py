"""The Changes page: what is different on the tickers of the watchlist since the last session, five, or one's visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date
from datetime import datetime, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from alerts.changes import CHANGE_KINDS, KIND_NAMES, Change
from market.store.store import get_store
from text import numbers
from ui.components.change_table import draw_changes
from ui.loading.recent import load_recent
from ui.sidebar import sidebar
from ui.sidebar.person import current_person
from ui.sidebar.sidebar import ViewOptions

LAST_SESSION, FIVE_SESSIONS, LAST_VISIT = "Last session", "5 sessions", "Last visit"
BY_TIME, BY_TICKER = "By time", "By ticker"
SIDES = {"▲ Bullish": "bullish", "▼ Bearish": "bearish", "Neutral": "neutral"}


def main() -> None:
    options = sidebar.view_options()
    st.title("Changes", anchor=False)
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    with controls:
        since = _draw_since(options)
        order = st.segmented_control(
            "Order", [BY_TIME, BY_TICKER], default=BY_TIME, required=True, key="changes-order", persist_state="session"
        )
    recent = load_recent(options, since)
    if not recent:
        return
    changes = [change for ticker in recent for change in ticker.changes]
    span = numbers.format_date_range([ticker.latest.as_of for ticker in recent])
    count = numbers.format_count(len(changes), "change")
    st.caption(f"{count} on {numbers.format_count(len(recent), 'ticker')} up to {span}. Click a row to open its chart.")
    shown = _filter_changes(changes, controls)
    if order == BY_TIME:
        shown = sorted(shown, key=lambda change: -change.session.toordinal())
    if shown:
        draw_changes(shown, "changes-table")
    elif changes:
        st.info("No changes match. Remove a filter.", icon=":material/filter_alt_off:")
    else:
        st.info("Nothing changed since then. Choose more sessions.", icon=":material/check:")


def _draw_since(options: ViewOptions) -> Date | int:
    """Draw the choice of what to compare with, and return the day before the changes wanted, or how many sessions."""
    visit = None if options.as_of else get_store().last_visit(current_person())
    choices = [LAST_SESSION, FIVE_SESSIONS] + ([LAST_VISIT] if visit else [])
    if st.session_state.get("changes-since") not in choices:
        st.session_state["changes-since"] = LAST_SESSION
    chosen = st.segmented_control("Since", choices, required=True, key="changes-since", persist_state="session")
    if chosen == LAST_VISIT and visit is not None:
        return _day_before(visit)
    return 5 if chosen == FIVE_SESSIONS else 1


def _day_before(visit: datetime) -> Date:
    """Return the day before the visit: its own session may have gone on after it."""
    return visit.date() - timedelta(days=1)


def _filter_changes(changes: Sequence[Change], controls: DeltaGenerator) -> list[Change]:
    """Draw the filters beside the other controls and return the changes that match both, in their order."""
    found = {change.kind for change in changes}
    with controls:
        kinds = st.multiselect(
            "Kind",
            [kind for kind in CHANGE_KINDS if kind in found],
            format_func=lambda kind: KIND_NAMES[kind],
            placeholder="All",
            width=220,
            key="changes-kinds",
            persist_state="session",
        )
        sides = st.multiselect(
            "Side", list(SIDES), placeholder="All", width=180, key="changes-sides", persist_state="session"
        )
    wanted = {SIDES[side] for side in sides}
    return [
        change for change in changes if (not kinds or change.kind in kinds) and (not wanted or change.side in wanted)
    ]


main()
