"""The browser's entry: page settings, sidebar, navigation. Run with `streamlit run app.py`."""

from __future__ import annotations

import streamlit as st

from pages import sidebar

st.set_page_config(page_title="Levelboard", page_icon=":material/candlestick_chart:", layout="wide")
page = st.navigation(
    [
        st.Page("pages/levels.py", title="Levels", icon=":material/candlestick_chart:", default=True),
    ]
)
sidebar.draw()
page.run()
