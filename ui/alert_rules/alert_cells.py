"""A column of a table whose cells lead to a new alert on the level or target of their row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from charts.palette import Palette
from ui.alert_rules.draft import Draft, open_draft

COLUMN, CELL = "Alert", "+ Set"
MakeDraft = Callable[[], Draft]


def alert_column() -> Any:
    """Return the column config of `COLUMN`."""
    return st.column_config.TextColumn(width=60, help="Be told when the price or the firm does something there")


def cell_style(palette: Palette) -> str:
    """Return the style of a cell: that of a link."""
    return f"color: {palette.consensus}; font-weight: 600"


def open_clicked(key: str) -> None:
    """Open the Alerts page if a cell of the table `key` was clicked since the last run."""
    if (make := st.session_state.pop(f"{key}-alert", None)) is not None:
        open_draft(make())


def remember_click(key: str, drafts: Sequence[MakeDraft | None]) -> None:
    """Remember the row whose alert cell was clicked, of the table `key`; `drafts`: what makes the draft of each row."""
    cells = st.session_state[key]["selection"]["cells"]
    if cells and cells[0][1] == COLUMN and cells[0][0] < len(drafts):
        st.session_state[f"{key}-alert"] = drafts[cells[0][0]]
