"""Changes as a table, from which a click leads to the ticker's chart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from alerts.changes import KIND_NAMES, Change
from text.escape import table_cell
from ui.sidebar import sidebar

SIDE_MARKS = {"bullish": "▲", "bearish": "▼", "neutral": ""}
ROWS_WITHOUT_SCROLLING = 14
HEIGHT = 540  # pixels


def draw_changes(changes: Sequence[Change], key: str) -> None:
    """Draw a row for each change, in their order; a click on one opens its chart."""
    if (ticker := st.session_state.pop(f"{key}-picked", None)) is not None:
        sidebar.open_levels(ticker)
    frame = pd.DataFrame(
        {
            "Session": [change.session for change in changes],
            "Ticker": [change.symbol for change in changes],
            "": [SIDE_MARKS[change.side] for change in changes],
            "Kind": [KIND_NAMES[change.kind] for change in changes],
            "What changed": [table_cell(change.text) for change in changes],
        }
    )
    st.session_state[f"{key}-shown"] = tuple(change.symbol for change in changes)
    st.dataframe(
        frame,
        hide_index=True,
        height="content" if len(changes) <= ROWS_WITHOUT_SCROLLING else HEIGHT,
        column_config={
            "Session": st.column_config.DateColumn(format="D MMM YYYY", width=96),
            "Ticker": st.column_config.TextColumn(width=80),
            "": st.column_config.TextColumn(width=30, help="▲ speaks for a rising price, ▼ for a falling one"),
            "Kind": st.column_config.TextColumn(width=130),
            "What changed": st.column_config.TextColumn(width="large"),
        },
        on_select=lambda: _remember_click(key),
        selection_mode="single-cell",
        key=key,
        alt="What changed on the tickers of the watchlist",
    )


def _remember_click(key: str) -> None:
    """Remember the ticker of the row clicked: the run that follows opens its page."""
    cells, shown = st.session_state[key]["selection"]["cells"], st.session_state[f"{key}-shown"]
    if cells and cells[0][0] < len(shown):
        st.session_state[f"{key}-picked"] = shown[cells[0][0]]
