"""What is wrong with the store, said on every page while it lasts."""

from __future__ import annotations

import streamlit as st

from market.store.store import get_store
from text.escape import escape_markdown


def draw() -> None:
    """The store's own sentence; nothing while everything is kept for good."""
    notice = get_store().notice
    if notice is not None:
        st.warning(escape_markdown(notice, 600), icon=":material/hard_drive:")
