"""A figure with words beneath it that are no change: in grey, without an arrow."""

from __future__ import annotations

import streamlit as st


def draw_plain_metric(name: str, figure: str, words: str, help: str | None = None) -> None:
    """`words` beneath `figure`; `help` when asked for."""
    st.metric(name, figure, words, delta_color="off", delta_arrow="off", help=help)
