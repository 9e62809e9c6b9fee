"""The table of targets, with what is to be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from indicators.analysis import Analysis
from indicators.analysts.targets import CurrentTarget
from market.sources import source_subject
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.components import feed_age, stance_column
from ui.components.signed_columns import style_signed

if TYPE_CHECKING:
    from market.market_data import ReportedConsensus

TALLEST = 16  # rows shown without scrolling within the table


def draw(analysis: Analysis, yahoo: ReportedConsensus | None, today: bool) -> None:
    """Each firm's standing target, the highest first; what they say together, and what Yahoo says they do."""
    rows = sorted(analysis.targets, key=lambda target: -target.target)
    if not rows:
        st.caption(_none(analysis))
        return
    st.dataframe(
        style_signed(_target_frame(rows), {"Upside": numbers.format_percent}),
        hide_index=True,
        height="content" if len(rows) <= TALLEST else 600,
        column_config={
            "Stance": stance_column.column(),
            "Prior": st.column_config.NumberColumn(format=_money_format(analysis)),
            "Target": st.column_config.NumberColumn(format=_money_format(analysis)),
            "Upside": st.column_config.NumberColumn(help="Target / price − 1"),
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        placeholder="",
        key="targets",
    )
    for words in (_consensus_words(analysis), _yahoo_words(analysis, yahoo) if today else "", _newest_words(analysis)):
        if words:
            st.caption(words)


def _none(analysis: Analysis) -> str:
    if not analysis.targets_known:
        return "Analyst targets could not be fetched."
    source = escape_markdown(source_subject(analysis.source))
    return f"{source} has no analyst targets for {escape_markdown(analysis.symbol)}."


def _target_frame(rows: Sequence[CurrentTarget]) -> pd.DataFrame:
    """A row a target; what is known of none of them has no column."""
    frame = pd.DataFrame(
        {
            "Firm": [table_cell(row.firm) for row in rows],
            "Rating": [table_cell(row.rating) for row in rows],
            "Stance": [stance_column.cell(row.stance) for row in rows],
            "Change": [_what_changed(row) for row in rows],
            "Prior": [row.prior_target for row in rows],
            "Target": [row.target for row in rows],
            "Upside": [row.upside_pct for row in rows],
            "Day": [row.date for row in rows],
            "Analyst": [table_cell(row.analyst) for row in rows],
            "Note": [table_cell("; ".join(filter(None, (row.horizon, row.note)))) for row in rows],
            "Whose": ["own" if row.source == "own" else None for row in rows],
        }
    ).dropna(axis="columns", how="all")
    return frame.loc[:, (frame != "").any()]


def _money_format(analysis: Analysis) -> str:
    return f"%.{numbers.price_decimals(analysis.price)}f"


def _what_changed(target: CurrentTarget) -> str:
    moved = None if target.action == "reiterated" else target.action
    return ", ".join(filter(None, (moved, f"target {target.change}", "stale" if target.stale else None)))


def _money(value: float | None, analysis: Analysis) -> str:
    return "unknown" if value is None else escape_markdown(numbers.format_target(value, analysis.currency))


def _consensus_words(analysis: Analysis) -> str:
    mean = analysis.consensus
    if mean is None:
        return "No consensus: every target is older than 365 days."
    figures = [_money(each, analysis) for each in (mean.mean, mean.median, mean.low, mean.high)]
    firms = numbers.format_count(mean.count, "firm")
    return (
        f"**Consensus of {firms}:** mean {figures[0]}, median {figures[1]}, from {figures[2]} to {figures[3]}."
        " A target older than 365 days is stale and left out."
    )


def _yahoo_words(analysis: Analysis, yahoo: ReportedConsensus | None) -> str:
    """Yahoo's own summary beside ours; it is of today, so it is shown beside today's only."""
    if yahoo is None or yahoo.mean is None:
        return ""
    figures = [_money(each, analysis) for each in (yahoo.mean, yahoo.median, yahoo.low, yahoo.high)]
    source = escape_markdown(source_subject(analysis.source))
    firms = "" if yahoo.count is None else f" of {yahoo.count} analysts"
    return (
        f"**{source}'s own{firms}:** mean {figures[0]}, median {figures[1]}, from {figures[2]} to {figures[3]}."
        " It counts analysts whose rows are not published and names none; ours is of the rows above."
    )


def _newest_words(analysis: Analysis) -> str:
    days = [row.date for row in analysis.published if row.source != "own"]
    return f"The newest rating row is of {feed_age.dated_phrase(max(days), analysis.as_of)}." if days else ""
