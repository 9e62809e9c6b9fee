"""Who changed which list or own targets, and when; what was deleted can be restored."""

from __future__ import annotations

import streamlit as st

from market.store.personal.edits import Edit
from market.store.store import StoreProblem, get_store
from text.escape import escape_markdown
from text.numbers import format_moment
from ui.sidebar.person import current_person

POPOVER_KEY, PROBLEM_KEY = "edit-history", "edit-history-problem"
MAX_SHOWN = 30


def draw_history() -> None:
    """Draw the popover, which reads the history only while it is open."""
    with st.popover("History", icon=":material/history:", key=POPOVER_KEY, on_change="rerun") as popover:
        if popover.open:
            _draw_edits()


def _draw_edits() -> None:
    if (problem := st.session_state.pop(PROBLEM_KEY, None)) is not None:
        st.error(escape_markdown(problem, 400))
    try:
        edits = get_store().edits(current_person())
    except StoreProblem as problem:
        st.caption(escape_markdown(str(problem), 400))
        return
    if not edits:
        st.caption("Nothing was changed yet. What is deleted can be restored here for 90 days.")
    for edit in edits[:MAX_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(edit_sentence(edit), width="stretch")
            if edit.is_restorable:
                key = f"edit-restore {edit.token}"
                st.button("Restore", icon=":material/restore:", key=key, on_click=_restore, args=(edit.token,))


def edit_sentence(edit: Edit) -> str:
    """Return what was done to what, when and by whom, as markdown."""
    by = f", {escape_markdown(edit.person, 60)}" if edit.person else ""
    what = f"**{escape_markdown(edit.subject, 80)}** {escape_markdown(edit.what, 200)}"
    return f"{what} :small[{format_moment(edit.at)}{by}]"


def _restore(token: str) -> None:
    try:
        get_store().restore(token, current_person())
    except StoreProblem as problem:
        st.session_state[PROBLEM_KEY] = str(problem)
    st.cache_data.clear()  # what pages cached is without the targets that are back
