"""The banner above figures of the built-in sample, and the button that shows it when Yahoo cannot be reached."""

from __future__ import annotations

import streamlit as st

from market.sample.sample import DISCLAIMER, SYMBOLS


def draw_sample_notice() -> None:
    """Draw the banner, on every page that shows the sample."""
    st.warning(f"**{DISCLAIMER}**", icon=":material/science:")


def draw_sample_button(key: str) -> None:
    """Draw the button that switches to the sample."""
    st.button("Show the sample", icon=":material/science:", key=key, on_click=_show_sample)


def _show_sample() -> None:
    st.session_state["source"] = "sample"
    if st.session_state.get("ticker") not in SYMBOLS:
        st.session_state["ticker"] = SYMBOLS[0]
