"""The Coverage page: recent analyst actions across the watchlist, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date as Date
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from charts.coverage.firm_refresh_chart import Refresh, firm_refresh_figure, firm_refresh_file_stem, firm_refresh_height
from charts.palette import Theme
from exports import png
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.analysts.targets import is_comparable
from market.sources import source_title
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.components import chart, feed_age, png_button
from ui.components.number_columns import style_numbers, unstyled_format
from ui.components.stance_column import stance_cell, stance_column
from ui.loading.batch_run import load_analyses
from ui.sidebar import sidebar

WINDOW_DAYS = {"Week": 7, "Month": 31, "Quarter": 92, "Year": 366, "All": 36_600}
PNG_WIDTH = 1200  # pixels of a saved picture, before it is doubled
# The color repeats what the text says
ACTION_COLORS = {
    "▲ upgraded": "green",
    "▼ downgraded": "red",
    "initiated": "blue",
    "reiterated": "gray",
    "▲ target raised": "green",
    "▼ target cut": "red",
    "target kept": "gray",
    "target set": "blue",
    "target withdrawn": "red",
}
RATING_ACTIONS = {
    "upgraded": "▲ upgraded",
    "downgraded": "▼ downgraded",
    "initiated": "initiated",
    "reiterated": "reiterated",
}
TARGET_ACTIONS = {
    "raised": "▲ target raised",
    "cut": "▼ target cut",
    "kept": "target kept",
    "set": "target set",
    "withdrawn": "target withdrawn",
}
STYLE = """<style>
.st-key-sector { overflow-x: auto; }
@media (max-width: 800px) { .st-key-sector > div { min-width: 760px; } }
</style>"""

Rows = list[Refresh]  # each rating change with the analysis of its ticker


def main() -> None:
    st.html(STYLE)
    options = sidebar.view_options()
    st.title("Coverage", anchor=False)
    analyses = load_analyses(options)
    rows = _newest_first(analyses)
    if not rows:
        if analyses and all(analysis.targets_known for analysis in analyses):
            st.info("The source has no analyst ratings for these tickers.", icon=":material/campaign:")
        return
    as_of = options.as_of or max(row.analysis.as_of for row in rows)
    st.caption(f"Analyst actions across the watchlist, newest first.{_feed_sentence(rows, as_of)}")
    shown = _filter_rows(rows, as_of)
    if not shown:
        st.info("No actions match. Remove a filter or pick more days.", icon=":material/filter_alt_off:")
        return
    _draw_table(shown)
    _draw_firm(shown)


def _newest_first(analyses: Sequence[Analysis]) -> Rows:
    rows = [
        Refresh(change, analysis)
        for analysis in analyses
        for change in rating_changes(analysis.published, analysis.as_of)
    ]
    return sorted(rows, key=lambda row: (-row.news.date.toordinal(), row.news.firm, row.news.symbol))


def _feed_sentence(rows: Rows, as_of: Date) -> str:
    """Return the age of the feed's newest row; the user's own rows say nothing about the feed."""
    newest = next((row.news.date for row in rows if row.news.source != "own"), None)
    return "" if newest is None else f" Newest rating: {feed_age.newest_row_phrase(newest, as_of)}."


def _filter_rows(rows: Rows, as_of: Date) -> Rows:
    """Draw the filters and return the rows that match all of them."""
    with st.container(horizontal=True, key="coverage-filters"):
        window = st.segmented_control(
            "Days", list(WINDOW_DAYS), default="Quarter", required=True, key="coverage-days", persist_state="session"
        )
        firms = _draw_filter("Firm", {row.news.firm for row in rows})
        tickers = _draw_filter("Ticker", {row.news.symbol for row in rows})
        actions = _draw_filter("Action", {action for row in rows for action in _actions(row.news)})
    since = as_of - timedelta(days=WINDOW_DAYS[window or "Quarter"])
    return [
        row
        for row in rows
        if row.news.date > since
        and (not firms or row.news.firm in firms)
        and (not tickers or row.news.symbol in tickers)
        and (not actions or not actions.isdisjoint(_actions(row.news)))
    ]


def _draw_filter(label: str, options: set[str]) -> set[str]:
    ordered = [action for action in ACTION_COLORS if action in options] or sorted(options, key=str.casefold)
    return set(
        st.multiselect(
            label, ordered, key=f"coverage-{label.lower()}s", placeholder="All", width=165, persist_state="session"
        )
    )


def _actions(change: RatingChange) -> list[str]:
    """Return what happened to the rating and to the target; "reiterated" and "target set" only if nothing else did."""
    rating = RATING_ACTIONS.get(change.action or "")
    target = TARGET_ACTIONS.get(change.change or "")
    if target is None:
        return [rating] if rating else []
    if rating is None or change.action == "reiterated":
        return [target]
    return [rating] if change.action == "initiated" and change.change == "set" else [rating, target]


def _draw_table(shown: Rows) -> None:
    rows = [row.news for row in shown]
    frame = pd.DataFrame(
        {
            "Day": [row.date for row in rows],
            "Firm": [table_cell(row.firm) for row in rows],
            "Ticker": [row.symbol for row in rows],
            "Action": [_actions(row) for row in rows],
            "Rating": [_from_to(table_cell(row.prior_rating), table_cell(row.rating)) for row in rows],
            "Stance": [stance_cell(row.stance) for row in rows],
            "Target": [_from_to(*_targets(row)) for row in shown],
            "Upside then": [row.upside_pct for row in rows],
            "Upside now": [row.against_price(row.news.target) if is_comparable(row.news) else None for row in shown],
            "Source": ["Own" if row.source == "own" else source_title(row.source) for row in rows],
            "Analyst": [table_cell(row.analyst) for row in rows],
            "Note": [table_cell(row.note) for row in rows],
        }
    ).dropna(axis="columns", how="all")
    if frame["Source"].nunique() == 1 and rows[0].source != "own":
        frame = frame.drop(columns="Source")
    st.dataframe(
        style_numbers(frame, {"Upside then": numbers.format_percent, "Upside now": numbers.format_percent}),
        hide_index=True,
        height="content" if len(shown) <= 12 else 480,
        column_config=_column_config(unstyled_format(frame, "%+.1f%%")),
        on_select=_select_clicked_firm,
        selection_mode="single-cell",
        placeholder="",
        key="coverage-table",
        alt="Analyst actions across the watchlist, newest first",
    )
    st.session_state["coverage-rows"] = [row.firm for row in rows]


def _column_config(signed_format: str | None) -> dict[str, Any]:
    percent: Any = {"format": signed_format, "width": 91}
    return {
        "Day": st.column_config.DateColumn(format="D MMM YYYY", width=96),
        "Firm": st.column_config.TextColumn(width=94),
        "Ticker": st.column_config.TextColumn(width=64),
        "Action": st.column_config.MultiselectColumn(
            options=list(ACTION_COLORS), color=list(ACTION_COLORS.values()), width=200
        ),
        "Rating": st.column_config.TextColumn(width=146),
        "Stance": stance_column(),
        "Target": st.column_config.TextColumn(alignment="right"),
        "Upside then": st.column_config.NumberColumn(help="At that day's close: target / close − 1", **percent),
        "Upside now": st.column_config.NumberColumn(help="On the as-of day: target / price − 1", **percent),
        "Source": st.column_config.TextColumn(width=110),
        "Analyst": st.column_config.TextColumn(width=200),
        "Note": st.column_config.TextColumn(width="large"),
    }


def _select_clicked_firm() -> None:
    """Select the firm of the row that was clicked anywhere."""
    cells = st.session_state["coverage-table"]["selection"]["cells"]
    firms = st.session_state.get("coverage-rows", [])
    if cells and cells[0][0] < len(firms):
        st.session_state["coverage-firm"] = firms[cells[0][0]]


def _targets(row: Refresh) -> tuple[str | None, str | None]:
    written = row.analysis.price_format.in_currency(row.news.currency)
    prior, target = (
        None if value is None else written.target(value) for value in (row.news.prior_target, row.news.target)
    )
    return prior, target


def _from_to(prior: str | None, now: str | None) -> str | None:
    return f"{prior} → {now}" if prior and now and prior != now else now


def _draw_firm(shown: Rows) -> None:
    """Draw the newest target of one firm for each ticker in one picture."""
    standing = _standing_targets(shown)
    firms = [firm for firm, _ in Counter(row.news.firm for row in standing).most_common()]  # a whole sector first
    if not firms:
        return
    if st.session_state.get("coverage-firm") not in firms:
        st.session_state["coverage-firm"] = firms[0]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader("One firm across the watchlist", anchor=False)
        firm = st.selectbox("Firm", firms, key="coverage-firm", width=260, label_visibility="collapsed")
    _draw_picture(firm, tuple(row for row in standing if row.news.firm == firm))


def _standing_targets(shown: Rows) -> Rows:
    """Return the newest target of each firm for each ticker, the newest first, where it has not withdrawn it since."""
    newest: dict[tuple[str, str], Refresh] = {}
    for row in shown:
        if row.news.change is not None:
            newest.setdefault((row.news.firm, row.news.symbol), row)
    return [row for row in newest.values() if row.news.change != "withdrawn" and is_comparable(row.news)]


def _draw_picture(firm: str, refreshes: Sequence[Refresh]) -> None:
    theme, name = chart.theme(), firm_refresh_file_stem(firm, refreshes)
    alt = f"Prior and new targets of {escape_markdown(firm)} against the price of each ticker"
    with st.container(key="sector"):
        chart.draw_chart(firm_refresh_figure(firm, refreshes, theme), name, alt, "sector-chart")
    _draw_download(firm, refreshes, theme, f"{name}.png")


@st.fragment
def _draw_download(firm: str, refreshes: Sequence[Refresh], theme: Theme, file_name: str) -> None:
    def render() -> bytes:
        return png.render_png(firm_refresh_figure(firm, refreshes, theme), PNG_WIDTH, firm_refresh_height(refreshes))

    help = f"Drawn by the server, {2 * PNG_WIDTH} pixels wide"
    png_button.draw_png_button(st.container(), render, file_name, "sector-png", help)


main()
