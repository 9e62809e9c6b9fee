"""What is wrong with the store, said on every page while it lasts."""

from __future__ import annotations

import streamlit as st

from market.store import opened
from pages.words import literal


def draw() -> None:
    """The store's own sentence; nothing while everything is kept for good."""
    notice = opened().notice
    if notice is not None:
        st.warning(literal(notice, 600), icon=":material/hard_drive:")
