"""The browser's entry: page settings, sign-in, sidebar, navigation. Run with `streamlit run app.py`."""

from __future__ import annotations

import logging

import streamlit as st

from pages import sidebar, sign_in

PAGES = [
    st.Page("pages/levels.py", title="Levels", icon=":material/candlestick_chart:", default=True),
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
    page.run()


st.set_page_config(page_title="Levelboard", page_icon=":material/candlestick_chart:", layout="wide")
try:
    main()
except Exception:  # the one boundary: a fault of ours is a sentence on the page and a traceback in the log
    logging.getLogger("levelboard").exception("A page failed")
    st.error("Levelboard itself failed here; what happened is in its log. Pick another ticker or reload the page.")
