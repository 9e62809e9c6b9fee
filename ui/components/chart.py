"""A figure on a page, in the viewer's light or dark, with the button that saves it under its own name."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from charts.palette import Theme


def theme() -> Theme:
    """What the viewer's browser or menu says."""
    return "dark" if st.context.theme.type == "dark" else "light"


def draw(figure: go.Figure, stem: str, alt: str, key: str) -> None:
    """`stem`: the name of the PNG that the camera button saves, without its ending; `alt`: the figure in words."""
    st.plotly_chart(
        figure,
        theme=None,  # Streamlit's own overrides colours and clips the exported axis labels
        config={
            "displaylogo": False,
            "toImageButtonOptions": {"format": "png", "filename": stem, "scale": 2},
            "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        },
        alt=alt,
        key=key,
    )
