"""Have Enter confirm a day that was typed: Streamlit takes it only when the calendar below it closes."""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
export default function() {
    const onKey = event => {
        if (event.key === "Enter" && event.target.closest?.('[data-testid="stDateInput"]')) {
            event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        }
    };
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
}
"""


def draw_date_entry() -> None:
    """Listen for the key on every page."""
    _listener()(key="date-entry")


@st.cache_resource(show_spinner=False)
def _listener() -> st.components.v2.types.ComponentRenderer:
    return st.components.v2.component("levelboard_date_entry", js=_SCRIPT)
