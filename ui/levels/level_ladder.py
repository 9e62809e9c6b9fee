"""The ladder on a page: every technical level from the highest to the lowest, with the price among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from charts.palette import PALETTES, Palette
from indicators.analysis import Analysis
from indicators.clusters import Cluster
from indicators.ladder import LadderRow, ladder
from indicators.odds.forecasts import day_after
from indicators.odds.touch import MONTH, QUARTER
from text import numbers
from text.escape import escape_markdown
from text.numbers import PriceFormat
from ui.alert_rules import alert_cells
from ui.alert_rules.draft import level_draft
from ui.components import chart

ROW_HEIGHT = 35  # pixels
KEY = "ladder"
MAX_VISIBLE_ROWS = 16  # further rows are reached by scrolling within the table


@st.fragment
def draw_ladder(analysis: Analysis) -> None:
    """Draw one row a level: the price on dark ground, the nearest levels in their color, clusters shaded."""
    alert_cells.open_clicked(KEY)
    rows = ladder(analysis)
    drafts = [_make_draft(analysis, row) for row in rows]
    written, bar = analysis.price_format, analysis.unit.bar
    odds = {_odds_column(sessions, analysis): sessions for sessions in (MONTH, QUARTER)}
    st.dataframe(
        _styled_table(rows, tuple(odds), written, PALETTES[chart.theme()]),
        hide_index=True,
        height=ROW_HEIGHT * (min(len(rows), MAX_VISIBLE_ROWS) + 1) + 3,
        column_config={
            "Level": st.column_config.TextColumn(width=140),
            "Price": st.column_config.NumberColumn(width=_price_width(rows, written)),
            "Role": st.column_config.TextColumn(width=116),
            "Distance": st.column_config.NumberColumn(
                width=70, help="From the price, in percent of it: positive for levels above"
            ),
            "ATRs": st.column_config.NumberColumn(
                width=48,
                help=f"Distance in average true ranges (ATR): 1 is how far the price moves in a usual {bar}",
            ),
            **{
                column: st.column_config.NumberColumn(
                    width=78, help=f"How likely the price is to trade there within {sessions} sessions; click to sort"
                )
                for column, sessions in odds.items()
            },
            alert_cells.COLUMN: alert_cells.alert_column() if any(drafts) else None,
        },
        on_select=partial(alert_cells.remember_click, KEY, drafts),
        selection_mode="single-cell",
        placeholder="",
        key=KEY,
    )
    if analysis.clusters:
        phrases = "; ".join(_cluster_phrase(cluster, written) for cluster in analysis.clusters)
        st.caption(f"Clusters: {phrases}.")


def _make_draft(analysis: Analysis, row: LadderRow) -> alert_cells.MakeDraft | None:
    """Return what makes the draft of an alert on the level of a row; None for the price, and for levels of weeks.

    Rules watch daily bars: their EMA 50 is another one.
    """
    there = [level for level in analysis.levels if level.price == row.price and level.is_technical]
    if row.role == "price" or not there or analysis.interval != "1d":
        return None
    level = next((level for level in there if level.label == row.label), there[0])  # a zone's row has another label
    return partial(level_draft, analysis, level)


def _odds_column(sessions: int, analysis: Analysis) -> str:
    return f"By {numbers.format_day_and_month(day_after(sessions, analysis))}"


def _price_width(rows: Sequence[LadderRow], written: PriceFormat) -> int:
    """Return pixels for the longest price: one that is cut off would read as another price."""
    longest = max(len(written.number(row.price)) for row in rows)
    return 14 + 8 * max(7, longest)


def _styled_table(
    rows: Sequence[LadderRow], odds_columns: tuple[str, ...], written: PriceFormat, palette: Palette
) -> Styler:
    """Return the table with figures as the chart writes them, each row in its own style."""
    frame = pd.DataFrame([_cells(row) | _odds_cells(row, odds_columns) for row in rows])
    frame[alert_cells.COLUMN] = ["" if row.role == "price" else alert_cells.CELL for row in rows]
    row_styles = [_row_style(row, palette) for row in rows]
    styles = pd.DataFrame(dict.fromkeys(frame, row_styles))
    styles[alert_cells.COLUMN] += alert_cells.cell_style(palette)
    figures: dict[str, Any] = {
        "Price": written.number,
        "Distance": numbers.format_percent,
        "ATRs": numbers.format_signed_number,
        **dict.fromkeys(odds_columns, numbers.format_share),
    }
    return frame.style.apply(lambda _: styles, axis=None).format(figures, na_rep="")


def _cells(row: LadderRow) -> dict[str, Any]:
    role = "" if row.role == "price" else row.role
    return {
        "Level": row.label,
        "Price": row.price,
        "Role": f"nearest {role}" if row.is_nearest else role,
        "Distance": row.distance_pct,
        "ATRs": row.distance_atr,
    }


def _odds_cells(row: LadderRow, columns: tuple[str, ...]) -> dict[str, float | None]:
    return dict(zip(columns, (row.touch_21, row.touch_63), strict=True))


def _row_style(row: LadderRow, palette: Palette) -> str:
    if row.role == "price":
        return f"background-color: {palette.ink}; color: {palette.ground}; font-weight: 600;"
    is_support = row.role == "support"
    style = ""
    if row.in_cluster:
        style += f"background-color: {palette.support_fill if is_support else palette.resistance_fill};"
    if row.is_nearest:
        style += f"color: {palette.rise if is_support else palette.fall}; font-weight: 600;"
    return style


def _cluster_phrase(cluster: Cluster, written: PriceFormat) -> str:
    figures = f"{written.number(cluster.low)} to {written.number(cluster.high)}"
    return f"{escape_markdown(cluster.label)} at {escape_markdown(figures)} ({cluster.role})"
