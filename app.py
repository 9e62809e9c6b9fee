"""The browser's entry: page settings, sign-in, sidebar, navigation. Run with `streamlit run app.py`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import streamlit as st

from logs import start_logging
from ui.components import store_notice
from ui.loading import gc_freeze
from ui.sidebar import sidebar, sign_in

ICON = str(Path(__file__).parent / "ui" / "levelboard.svg")  # icons by name come from a server of Google's
PAGES = [
    st.Page("pages/levels.py", title="Levels", icon=":material/candlestick_chart:", default=True),
    st.Page("pages/watchlist.py", title="Watchlist", icon=":material/list_alt:"),
    st.Page("pages/compare.py", title="Compare", icon=":material/stacked_line_chart:"),
    st.Page("pages/coverage.py", title="Coverage", icon=":material/campaign:"),
    st.Page("pages/track_record.py", title="Track record", icon=":material/fact_check:"),
]


def main() -> None:
    if not sign_in.signed_in():
        st.navigation([st.Page(sign_in.ask, title="Levelboard")], position="hidden").run()
        return
    page = st.navigation(PAGES)
    sidebar.draw()
    sign_in.draw()
    store_notice.draw()
    page.run()
    gc_freeze.freeze_loaded_modules()


start_logging(verbose="--verbose" in sys.argv[1:])  # streamlit run app.py -- --verbose
st.set_page_config(page_title="Levelboard", page_icon=ICON, layout="wide")
try:
    main()
except Exception:  # the one boundary: a fault of ours is a sentence on the page and a traceback in the log
    logging.getLogger("levelboard").exception("A page failed")
    st.error("Levelboard itself failed here; what happened is in its log. Pick another ticker or reload the page.")
