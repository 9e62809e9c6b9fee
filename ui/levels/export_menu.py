"""The **Export** button of the Levels page: picture, figures and link, each made when it is asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from exports import png
from exports.album import PictureOptions, draw_png, draw_svg
from exports.ticker_files import csv_bytes, excel_bytes, json_bytes
from indicators.analysis import Analysis
from ui.browser.copy_button import draw_copy_button
from ui.components import chart, png_button
from ui.sidebar.sidebar import ViewOptions

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATA_FILES = (
    ("CSV", csv_bytes, "csv", "text/csv"),
    ("Excel", excel_bytes, "xlsx", EXCEL),
    ("JSON", json_bytes, "json", "application/json"),
)
SIZE = f"Drawn by the server at {png.WIDTH} x {png.HEIGHT} pixels, at double resolution"


@st.fragment
def draw_export_menu(analysis: Analysis, options: ViewOptions) -> None:
    """Draw the button, whose panel holds one more for each format."""
    with st.popover("Export", icon=":material/download:", key="export-menu"):
        commentary = st.checkbox("Include commentary", key="png-commentary", persist_state="session")
        picture = PictureOptions(options.period, options.overlays, chart.theme(), commentary)
        with st.container(horizontal=True, width=340):
            _draw_pictures(analysis, picture)
            for label, to_bytes, extension, mime in DATA_FILES:
                st.download_button(
                    label,
                    partial(to_bytes, analysis),
                    png.file_name(analysis, extension),
                    mime,
                    on_click="ignore",
                    key=f"export-{extension}",
                )
            draw_copy_button("Copy link", None, "export-link")


def _draw_pictures(analysis: Analysis, options: PictureOptions) -> None:
    slot, render_png = st.container(width="content"), partial(draw_png, analysis, options)
    png_button.draw_png_button(slot, render_png, png.file_name(analysis), "png", SIZE)
    if png_button.can_draw():
        render_svg = partial(draw_svg, analysis, options)
        st.download_button(
            "SVG", render_svg, png.file_name(analysis, "svg"), "image/svg+xml", on_click="ignore", key="export-svg"
        )
