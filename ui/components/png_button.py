"""The button that has the server draw a PNG; without a browser on the server, it explains what to do instead."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from exports import png
from text.escape import escape_markdown

# If drawing fails, Streamlit says "Failed to generate file for download" and gives no reason: this text replaces it
FAILED = "The picture could not be drawn. Try again, or use the camera button of the chart."
STYLE = f"""<style>
[data-testid="stDownloadButtonError"] {{ font-size: 0; }}
[data-testid="stDownloadButtonError"]::after {{ content: "{FAILED}"; font-size: 0.875rem; }}
</style>"""
RECHECK_SECONDS = 60.0  # a Chrome installed meanwhile is found without a restart


def draw_png_button(slot: DeltaGenerator, render: Callable[[], bytes], file_name: str, key: str, help: str) -> None:
    """Draw the button into `slot`; a click calls `render` and saves its bytes as `file_name`.

    Streamlit calls `render` outside the page run and reports no reason for a failure, so the browser that `render`
    needs is looked for beforehand.
    """
    label, icon = "Download PNG", ":material/download:"
    if can_draw():
        slot.html(STYLE)
        slot.download_button(
            label, render, file_name, "image/png", icon=icon, on_click="ignore", key=key, help=escape_markdown(help)
        )
    elif slot.button(label, icon=icon, key=f"{key}-missing"):
        st.info(escape_markdown(str(png.BrowserNotFound()), 400), icon=":material/photo_camera:")


@st.cache_data(ttl=RECHECK_SECONDS, show_spinner=False)
def can_draw() -> bool:
    """Return whether the server has the browser that draws pictures."""
    return png.can_draw()
