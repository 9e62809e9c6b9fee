"""The browser's entry: page settings, sidebar, navigation. Run with `streamlit run app.py`."""

from __future__ import annotations

import logging

import streamlit as st

from pages import sidebar

st.set_page_config(page_title="Levelboard", page_icon=":material/candlestick_chart:", layout="wide")
page = st.navigation(
    [
        st.Page("pages/levels.py", title="Levels", icon=":material/candlestick_chart:", default=True),
        st.Page("pages/coverage.py", title="Coverage", icon=":material/campaign:"),
        st.Page("pages/track_record.py", title="Track record", icon=":material/fact_check:"),
    ]
)
try:
    sidebar.draw()
    page.run()
except Exception:  # the one boundary: a fault of ours is a sentence on the page and a traceback in the log
    logging.getLogger("levelboard").exception("A page failed")
    st.error("Levelboard itself failed here; what happened is in its log. Pick another ticker or reload the page.")
