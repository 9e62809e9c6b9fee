"""The Streamlit pages: widgets and words, no arithmetic."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

# Streamlit runs the files of a folder of this name by themselves until app.py has been run once: the first link to
# a page after a start would pass by app.py, its sidebar and its sign-in. From here that run goes through app.py.
if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    st.rerun()
