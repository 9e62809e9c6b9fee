"""How good the levels of a ticker are: measured when a viewer opens it, then kept."""

from __future__ import annotations

import streamlit as st

from indicators.analysis import Analysis
from indicators.odds.evidence_sentence import levels_sentence
from text.escape import escape_markdown
from tickers.evidence import evidence_of
from ui.components.evidence_tables import draw_kinds


@st.fragment
def draw_level_evidence(analysis: Analysis) -> None:
    """Draw a popover with how often each kind of level held here, which is measured only when it is opened."""
    with st.popover("How good are these levels?", icon=":material/balance:", on_change="rerun", key="good") as popover:
        if popover.open:
            with st.spinner("Walking through the history of the ticker"):
                evidence = evidence_of(analysis)
            st.markdown(f"**{escape_markdown(levels_sentence(evidence), 400)}** Daily bars; more on the Evidence page.")
            draw_kinds(evidence.kinds, "good-kinds")
