"""The built-in sample: offered where Yahoo is out of reach, and called what it is where it is shown."""

from __future__ import annotations

import streamlit as st

from market.sample.sample import DISCLAIMER, SYMBOLS


def draw() -> None:
    """Above its figures, on every page."""
    st.warning(f"**{DISCLAIMER}** Nobody traded at them: they show what the page does.", icon=":material/science:")


def offer(key: str) -> None:
    """A click away."""
    st.button("Show the sample", icon=":material/science:", key=key, on_click=_show)


def _show() -> None:
    st.session_state["source"] = "sample"
    if st.session_state.get("ticker") not in SYMBOLS:
        st.session_state["ticker"] = SYMBOLS[0]
