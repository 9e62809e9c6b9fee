"""A Plotly figure on a page, in the viewer's light or dark theme, with a button that saves it as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from charts.palette import Theme

if TYPE_CHECKING:
    import plotly.graph_objects as go


def theme() -> Theme:
    """Return the theme of the viewer's browser or menu."""
    return "dark" if st.context.theme.type == "dark" else "light"


def draw_wide_chart(figure: go.Figure, png_stem: str, alt: str, key: str, min_width: int) -> None:
    """Draw `figure` as `draw_chart` does; on a phone it is `min_width` pixels wide at least, and scrolls sideways."""
    st.html(
        f"<style>.st-key-{key}-scroller {{ overflow-x: auto; }}"
        f" @media (max-width: 800px) {{ .st-key-{key}-scroller > div {{ min-width: {min_width}px; }} }}</style>"
    )
    with st.container(key=f"{key}-scroller"):
        draw_chart(figure, png_stem, alt, key)


def draw_chart(figure: go.Figure, png_stem: str, alt: str, key: str) -> None:
    """Draw `figure`. `png_stem` is the name of the saved PNG without its extension, `alt` describes the figure."""
    st.plotly_chart(
        figure,
        theme=None,  # Streamlit's own overrides colors and clips the exported axis labels
        config={
            "displaylogo": False,
            "toImageButtonOptions": {"format": "png", "filename": png_stem, "scale": 2},
            "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        },
        alt=alt,
        key=key,
    )
