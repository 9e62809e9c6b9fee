"""The pages of the dashboard, in the order of the sidebar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

PAGES_FOLDER = Path(__file__).resolve().parents[1] / "pages"
LEVELS = PAGES_FOLDER / "levels.py"
CHANGES = PAGES_FOLDER / "changes.py"
ALERTS = PAGES_FOLDER / "alerts.py"


def pages() -> list[st.Page]:
    """Return the pages anew: Streamlit marks the one that a run shows."""
    return [
        st.Page(LEVELS, title="Levels", icon=":material/candlestick_chart:", default=True),
        st.Page(PAGES_FOLDER / "watchlist.py", title="Watchlist", icon=":material/list_alt:"),
        st.Page(CHANGES, title="Changes", icon=":material/difference:"),
        st.Page(ALERTS, title="Alerts", icon=":material/notifications:"),
        st.Page(PAGES_FOLDER / "compare.py", title="Compare", icon=":material/stacked_line_chart:"),
        st.Page(PAGES_FOLDER / "coverage.py", title="Coverage", icon=":material/campaign:"),
        st.Page(PAGES_FOLDER / "track_record.py", title="Track record", icon=":material/fact_check:"),
        st.Page(PAGES_FOLDER / "evidence.py", title="Evidence", icon=":material/balance:"),
    ]


def in_place_of_pages(draw: Callable[[], None]) -> list[st.Page]:
    """Return pages that all draw the same, at every page's address, so that a link to one of them leads there."""
    paths = [page.url_path for page in pages()]
    return [st.Page(draw, title="Levelboard", url_path=path or "levels", default=not path) for path in paths]
