"""The button that has the server draw a picture; where it cannot, what to do instead."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from exports import png
from text.escape import escape_markdown

# Where drawing fails, Streamlit says «Failed to generate file for download» and hands on no reason: ours stands over it
FAILED = "The picture could not be drawn: press again, or use the camera button of the chart"
STYLE = f"""<style>
[data-testid="stDownloadButtonError"] {{ font-size: 0; }}
[data-testid="stDownloadButtonError"]::after {{ content: "{FAILED}"; font-size: 0.875rem; }}
</style>"""
LOOK_AGAIN = 60.0  # seconds: a Chrome that was installed meanwhile is found without a restart


def draw(slot: DeltaGenerator, drawn: Callable[[], bytes], file_name: str, key: str, help: str) -> None:
    """`drawn` is called when the button is pressed. Without a browser to draw with, the press says so.

    Streamlit calls it beside the page, and of its failure says only that it failed: so the browser is looked for first.
    """
    label, icon = "Download PNG", ":material/download:"
    if _can_draw():
        slot.html(STYLE)
        slot.download_button(
            label, drawn, file_name, "image/png", icon=icon, on_click="ignore", key=key, help=escape_markdown(help)
        )
    elif slot.button(label, icon=icon, key=f"{key}-missing"):
        st.info(escape_markdown(str(png.BrowserNotFound()), 400), icon=":material/photo_camera:")


@st.cache_data(ttl=LOOK_AGAIN, show_spinner=False)
def _can_draw() -> bool:
    return png.can_draw()
