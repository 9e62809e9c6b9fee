"""The name of the product, at the top of the sidebar."""

from __future__ import annotations

import streamlit as st

from charts.palette import PALETTES
from ui.components import chart

_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="172" height="32" viewBox="0 0 172 32">
<rect x="2" y="4" width="24" height="3" rx="1.5" fill="#d64550"/>
<rect x="2" y="15" width="24" height="3" rx="1.5" fill="#5ba8f5"/>
<rect x="2" y="26" width="24" height="3" rx="1.5" fill="#159a80"/>
<text x="36" y="24" font-family="'Source Sans', 'Source Sans Pro', Arial, sans-serif" font-size="23" font-weight="600"
 fill="{ink}">Levelboard</text></svg>"""


def draw_wordmark() -> None:
    """Draw it in the ink of the viewer's theme; a click leads to the Levels page."""
    st.logo(_SVG.format(ink=PALETTES[chart.theme()].ink), size="medium")
