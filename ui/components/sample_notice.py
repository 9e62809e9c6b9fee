"""The banner above figures that are made up, and the button that shows the sample when Yahoo cannot be reached."""

from __future__ import annotations

import streamlit as st

from market.sample.sample import SYMBOLS
from market.source import SourceKey
from market.sources import SOURCES, is_demo


def draw_demo_notice(source: SourceKey) -> None:
    """Draw the banner if the prices of `source` are made up."""
    if is_demo(source):
        st.warning(f"**{SOURCES[source].disclaimer}**", icon=":material/science:")


def draw_sample_button(key: str) -> None:
    """Draw the button that switches to the sample."""
    st.button("Show the sample", icon=":material/science:", key=key, on_click=_show_sample)


def _show_sample() -> None:
    st.session_state["source"] = "sample"
    if st.session_state.get("ticker") not in SYMBOLS:
        st.session_state["ticker"] = SYMBOLS[0]
