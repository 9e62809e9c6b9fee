"""The Coverage page: recent analyst actions across the watchlist, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from charts.coverage.firm_path_chart import HEIGHT_PX as FIRM_PATH_HEIGHT_PX
from charts.coverage.firm_path_chart import firm_path_figure
from charts.coverage.firm_refresh_chart import Refresh, firm_refresh_figure, firm_refresh_file_stem, firm_refresh_height
from charts.palette import PALETTES, Palette, Theme
from exports import png
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.analysts.targets import is_comparable
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.components import chart, feed_age, png_button
from ui.components.number_columns import round_columns, style_numbers, unstyled_format
from ui.components.stance_column import stance_cell, stance_column
from ui.loading.batch_run import load_analyses
from ui.sidebar import sidebar

if TYPE_CHECKING:
    import plotly.graph_objects as go

WINDOW_DAYS = {"Week": 7, "Month": 31, "Quarter": 92, "Year": 366, "All": 36_600}
PNG_WIDTH = 1200  # pixels of a saved picture, before it is doubled
CHART_MIN_PX = 760
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
ACTIONS = (*RATING_ACTIONS.values(), *TARGET_ACTIONS.values())
MARKS = {"upgraded": "▲ ", "raised": "▲ ", "downgraded": "▼ ", "cut": "▼ "}

Rows = list[Refresh]  # each rating change with the analysis of its ticker


@dataclass(frozen=True)
class Picture:
    """A firm's newest targets, and how they are drawn: `draw(theme=...)`, `height` pixels high."""

    firm: str
    refreshes: tuple[Refresh, ...]
    draw: Callable[..., go.Figure]
    height: int


def main() -> None:
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
    _draw_firm(shown, rows)


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
    ordered = [action for action in ACTIONS if action in options] or sorted(options, key=str.casefold)
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
            "Rating": [_rating_phrase(row) for row in rows],
            "Stance": [stance_cell(row.stance) for row in rows],
            "Target": [_target_phrase(row) for row in shown],
            "Upside then": [row.upside_pct for row in rows],
            "Upside now": [row.against_price(row.news.target) if is_comparable(row.news) else None for row in shown],
            "Analyst, note": [_details(row) for row in rows],
        }
    ).dropna(axis="columns", how="all")
    frame = round_columns(frame, {"Upside then": 1, "Upside now": 1})
    percents = {"Upside then": numbers.format_percent, "Upside now": numbers.format_percent}
    st.dataframe(
        _color_changes(style_numbers(frame, percents), PALETTES[chart.theme()]),
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
    percent: Any = {"format": signed_format, "width": 86}
    return {
        "Day": st.column_config.DateColumn(format="D MMM YYYY", width=92),
        "Firm": st.column_config.TextColumn(width=112),
        "Ticker": st.column_config.TextColumn(width=56),
        "Rating": st.column_config.TextColumn(width=166),
        "Stance": stance_column(),
        "Target": st.column_config.TextColumn(alignment="right", width=110),
        "Upside then": st.column_config.NumberColumn(help="At that day's close: target / close − 1", **percent),
        "Upside now": st.column_config.NumberColumn(help="On the as-of day: target / price − 1", **percent),
        "Analyst, note": st.column_config.TextColumn(width=206),
    }


def _select_clicked_firm() -> None:
    """Select the firm of the row that was clicked anywhere."""
    cells = st.session_state["coverage-table"]["selection"]["cells"]
    firms = st.session_state.get("coverage-rows", [])
    if cells and cells[0][0] < len(firms):
        st.session_state["coverage-firm"] = firms[cells[0][0]]


def _rating_phrase(row: RatingChange) -> str | None:
    """Return "▲ Neutral → Overweight", "Buy, initiated" or only the rating."""
    prior, rating = table_cell(row.prior_rating), table_cell(row.rating)
    if rating and row.action == "initiated":
        return f"{rating}, initiated"
    return f"{MARKS.get(row.action or '', '')}{prior} → {rating}" if prior and rating and prior != rating else rating


def _target_phrase(row: Refresh) -> str | None:
    """Return "▲ $12 → $18", "$14 kept", "$20" or "withdrawn"."""
    news = row.news
    if news.change == "withdrawn":
        return "withdrawn"
    if news.target is None:
        return None
    written = row.analysis.price_format.in_currency(news.currency)
    target = written.target(news.target)
    if news.change == "kept":
        return f"{target} kept"
    prior = "" if news.prior_target is None else f"{written.target(news.prior_target)} → "
    return f"{MARKS.get(news.change or '', '')}{prior}{target}"


def _details(row: RatingChange) -> str | None:
    """Return whose row it is, where it is the user's own, the analyst and the note."""
    parts = ["own" if row.source == "own" else None, table_cell(row.analyst), table_cell(row.note)]
    return " · ".join(part for part in parts if part) or None


def _color_changes(table: Styler | pd.DataFrame, palette: Palette) -> Styler | pd.DataFrame:
    """Return a styled table with what rose and what fell in its color, which the arrows say too."""
    if isinstance(table, pd.DataFrame):
        return table
    colors = {"▲": f"color: {palette.rise}", "▼": f"color: {palette.fall}"}
    columns = table.columns.intersection(["Rating", "Target"])
    return table.map(lambda text: colors.get(str(text)[:1], ""), subset=columns)


def _draw_firm(shown: Rows, rows: Rows) -> None:
    """Draw the newest target of one firm for each ticker; where that is one ticker, its targets over time."""
    standing = _standing_targets(shown)
    firms = [firm for firm, _ in Counter(row.news.firm for row in standing).most_common()]  # a whole sector first
    if not firms:
        return
    if st.session_state.get("coverage-firm") not in firms:
        st.session_state["coverage-firm"] = firms[0]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader("One firm across the watchlist", anchor=False)
        firm = st.selectbox("Firm", firms, key="coverage-firm", width=260, label_visibility="collapsed")
    newest = tuple(row for row in standing if row.news.firm == firm)
    if len(newest) == 1:
        symbol = newest[0].news.symbol
        path = [row for row in rows if row.news.firm == firm and row.news.symbol == symbol and _can_be_drawn(row)]
        _draw_picture(Picture(firm, newest, partial(firm_path_figure, path), FIRM_PATH_HEIGHT_PX))
    else:
        figure = partial(firm_refresh_figure, firm, newest)
        _draw_picture(Picture(firm, newest, figure, firm_refresh_height(newest)))


def _can_be_drawn(row: Refresh) -> bool:
    return is_comparable(row.news) or row.news.change == "withdrawn"


def _standing_targets(shown: Rows) -> Rows:
    """Return the newest target of each firm for each ticker, the newest first, where it has not withdrawn it since."""
    newest: dict[tuple[str, str], Refresh] = {}
    for row in shown:
        if row.news.change is not None:
            newest.setdefault((row.news.firm, row.news.symbol), row)
    return [row for row in newest.values() if row.news.change != "withdrawn" and is_comparable(row.news)]


def _draw_picture(picture: Picture) -> None:
    firm, theme, name = picture.firm, chart.theme(), firm_refresh_file_stem(picture.firm, picture.refreshes)
    alt = f"Prior and new targets of {escape_markdown(firm)} against the price"
    chart.draw_wide_chart(picture.draw(theme=theme), name, alt, "sector-chart", CHART_MIN_PX)
    _draw_download(picture, theme, f"{name}.png")


@st.fragment
def _draw_download(picture: Picture, theme: Theme, file_name: str) -> None:
    def render() -> bytes:
        return png.render_png(picture.draw(theme=theme), PNG_WIDTH, picture.height)

    help = f"Drawn by the server, {2 * PNG_WIDTH} pixels wide"
    png_button.draw_png_button(st.container(), render, file_name, "sector-png", help)


main()
