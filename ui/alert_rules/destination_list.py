"""Where alerts go: the destinations, shown masked, and the form for another one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from alerts.destinations import Destination, check_destination
from alerts.kept_rules import delete_destination, save_destination
from alerts.rules import MAX_NAME_LENGTH
from alerts.sending import AppriseMissing, Message, check_address, send
from market.store.personal.sharing import may_edit
from text.escape import escape_markdown
from ui.alert_rules.messages import add_message, change
from ui.sidebar.person import current_person

COUNT_KEY = "alert-destination-count"
ADDRESS_HELP = (
    "An address as Apprise writes them: mailtos://user:password@example.com, ntfy://topic, slack://..., json://host/path."
    " It is shown masked from then on, since it holds a password."
)
TEST = Message("Levelboard: test", "This is a test. Alerts will arrive here.")


def draw_destinations(destinations: Sequence[Destination]) -> None:
    """Draw each destination with its test, and the form that adds one."""
    for destination in destinations:
        with st.container(horizontal=True, vertical_alignment="center", key=f"alert-destination-{destination.id}"):
            st.markdown(
                f"**{escape_markdown(destination.name, 100)}** {escape_markdown(destination.masked)}", width="stretch"
            )
            test = partial(change, partial(_send_test, destination))
            st.button(
                "Send a test",
                icon=":material/send:",
                key=f"alert-test {destination.id}",
                on_click=test,
                type="tertiary",
            )
            if may_edit(destination.owner, destination.sharing, current_person()):
                delete = partial(change, partial(delete_destination, destination, current_person()))
                st.button(
                    "Delete",
                    icon=":material/delete:",
                    key=f"alert-destination-delete {destination.id}",
                    on_click=delete,
                    type="tertiary",
                )
    _draw_new_form()


def _draw_new_form() -> None:
    """Draw an empty form; after a destination was added another one, so that a failure keeps what was typed."""
    count = st.session_state.get(COUNT_KEY, 0)
    with (
        st.form(f"alert-destination-new {count}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(
            "Name", placeholder="Mail", max_chars=MAX_NAME_LENGTH, width=200, key=f"alert-destination-name {count}"
        )
        address = st.text_input(
            "Address",
            type="password",
            placeholder="mailtos://user:password@example.com",
            help=ADDRESS_HELP,
            width=420,
            autocomplete="off",
            key=f"alert-destination-address {count}",
        )
        if st.form_submit_button("Add", icon=":material/add:"):
            change(partial(_add, Destination(name.strip(), address.strip())))
            st.rerun()


def _add(destination: Destination) -> None:
    check_destination(destination)
    try:
        check_address(destination)
    except AppriseMissing as missing:
        add_message("info", str(missing))
    save_destination(destination, current_person())
    st.session_state[COUNT_KEY] = st.session_state.get(COUNT_KEY, 0) + 1


def _send_test(destination: Destination) -> None:
    send(destination, TEST)
    add_message("success", f"Sent a test to {destination.name}.")
