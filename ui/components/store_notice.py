"""The warning about a store that cannot be used, on every page while it lasts."""

from __future__ import annotations

import streamlit as st

from market.store.store import get_store
from text.escape import escape_markdown


def draw_store_notice() -> None:
    """Draw the notice of the store; nothing while everything is stored permanently."""
    notice = get_store().notice
    if notice is not None:
        st.warning(escape_markdown(notice, 600), icon=":material/hard_drive:")
