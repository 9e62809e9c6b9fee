"""The four tiles above the chart: the next support and resistance, the consensus, and the range of 52 weeks."""

from __future__ import annotations

import streamlit as st

from indicators.analysis import Analysis
from indicators.analysts.target_notes import age_phrase
from indicators.levels import Level
from text import numbers
from text.escape import escape_markdown
from ui.components.metric import draw_metric_with_note


def draw_tiles(analysis: Analysis) -> None:
    """Draw all four, whatever is known, so that nothing below them moves from one ticker to the next."""
    with st.container(horizontal=True, key="tiles", gap="small"):
        _draw_level("Next support", analysis.nearest_support, analysis)
        _draw_level("Next resistance", analysis.nearest_resistance, analysis)
        _draw_consensus(analysis)
        _draw_range(analysis)


def _draw_level(name: str, level: Level | None, analysis: Analysis) -> None:
    if level is None:
        draw_metric_with_note(name, "none", "none within 25% and 10 ATR")
        return
    note = f"{level.label}, {numbers.format_percent(level.distance_pct)}"
    draw_metric_with_note(name, _price(analysis, level.price), escape_markdown(note))


def _draw_consensus(analysis: Analysis) -> None:
    consensus = analysis.consensus
    if consensus is None:
        draw_metric_with_note("Consensus target", "none", "no target that counts")
        return
    firms = numbers.format_count(consensus.count, "firm")
    upside = numbers.format_percent(consensus.upside_pct)
    figure = escape_markdown(analysis.price_format.target(consensus.mean))
    draw_metric_with_note("Consensus target", figure, f"{upside}, {firms}, {age_phrase(consensus)}")


def _draw_range(analysis: Analysis) -> None:
    """Draw the low and the high of 52 weeks as the ends of a bar, with a mark where the price is."""
    low, high = analysis.low_52w, analysis.high_52w
    share = (analysis.price - low) / (high - low) if high > low else 0.5
    with st.container(gap="xxsmall"):
        st.metric("52 weeks", f"{_price(analysis, low)} – {_price(analysis, high)}")
        st.progress(min(max(share, 0.0), 1.0))


def _price(analysis: Analysis, value: float) -> str:
    return escape_markdown(analysis.price_format.price(value))
