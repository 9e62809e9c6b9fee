"""Changes as a table, from which a click leads to the ticker's chart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from alerts.changes import KIND_NAMES, Change
from charts.options import Highlight
from charts.palette import PALETTES
from text.escape import table_cell
from ui.browser import window
from ui.components import chart
from ui.sidebar import sidebar

SIDE_MARKS = {"bullish": "▲", "bearish": "▼", "neutral": ""}
ROWS_WITHOUT_SCROLLING = 14
HEIGHT = 540  # pixels
PHONE_COLUMNS = ("Ticker", "", "What changed", "Session", "Kind")  # what has no room for all begins with the sentence


def draw_changes(changes: Sequence[Change], key: str) -> None:
    """Draw a row for each change, in their order; a click on one opens its chart."""
    if (picked := st.session_state.pop(f"{key}-picked", None)) is not None:
        sidebar.open_levels(picked.symbol, highlight_of(picked))
    palette = PALETTES[chart.theme()]
    is_phone = window.current_window().is_phone
    frame = pd.DataFrame(
        {
            "Session": [change.session for change in changes],
            "Ticker": [change.symbol for change in changes],
            "": [SIDE_MARKS[change.side] for change in changes],
            "Kind": [KIND_NAMES[change.kind] for change in changes],
            "What changed": [table_cell(change.text) for change in changes],
        }
    )
    st.session_state[f"{key}-shown"] = tuple(changes)
    st.dataframe(
        frame.style.map(lambda _: f"color: {palette.consensus}; font-weight: 600", subset=["Ticker"]),
        hide_index=True,
        height="content" if len(changes) <= ROWS_WITHOUT_SCROLLING else HEIGHT,
        column_order=PHONE_COLUMNS if is_phone else None,
        column_config={
            "Session": st.column_config.DateColumn(format="D MMM YYYY", width=96),
            "Ticker": st.column_config.TextColumn(width=62),
            "": st.column_config.TextColumn(width=28, help="▲ speaks for a rising price, ▼ for a falling one"),
            "Kind": st.column_config.TextColumn(width=130),
            "What changed": st.column_config.TextColumn(width=400 if is_phone else 658),
        },
        on_select=lambda: _remember_click(key),
        selection_mode="single-cell",
        key=key,
        alt="What changed on the tickers of the watchlist",
    )


def highlight_of(change: Change) -> Highlight | None:
    """Return what a chart has to emphasize for a change: the level or target of which it speaks."""
    return None if change.level_key is None else Highlight(change.level_key, change.price)


def _remember_click(key: str) -> None:
    """Remember the change of the row clicked: the run that follows opens its chart."""
    cells, shown = st.session_state[key]["selection"]["cells"], st.session_state[f"{key}-shown"]
    if cells and cells[0][0] < len(shown):
        st.session_state[f"{key}-picked"] = shown[cells[0][0]]
