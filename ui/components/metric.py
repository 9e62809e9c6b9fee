"""A metric whose second line is a note, not a change: gray, without an arrow."""

from __future__ import annotations

import streamlit as st


def draw_metric_with_note(label: str, figure: str, note: str, help: str | None = None) -> None:
    """Draw `figure` with `note` below it; `help` is shown on demand."""
    st.metric(label, figure, note, delta_color="off", delta_arrow="off", help=help)
