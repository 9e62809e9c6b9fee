"""What the analysts did lately across the watchlist, as the day's news would list it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date as Date
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from charts.firm_refresh_chart import Refresh, firm_refresh_figure, firm_refresh_file_stem, firm_refresh_height
from charts.palette import Theme
from exports import png
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.components import chart, feed_age, png_button, stance_column
from ui.components.signed_columns import style_signed, unstyled_format
from ui.loading.batch_run import load_watchlist
from ui.sidebar import sidebar

WINDOWS = {"Week": 7, "Month": 31, "Quarter": 92, "Year": 366, "All": 36_600}
PNG_WIDTH = 1200  # pixels of a saved picture, before it is doubled
# What happened, in words that do without colour, and the colour that says it again
ACTIONS = {
    "▲ upgraded": "green",
    "▼ downgraded": "red",
    "initiated": "blue",
    "reiterated": "gray",
    "▲ target raised": "green",
    "▼ target cut": "red",
    "target kept": "gray",
    "target set": "blue",
}
SOURCE_NAMES = {str(key): name for key, name in sidebar.SOURCE_NAMES.items()} | {"own": "Own"}
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.5rem 1.75rem; } }
.st-key-sector { overflow-x: auto; }
@media (max-width: 800px) { .st-key-sector > div { min-width: 760px; } }
</style>"""

# One row of coverage, beside its ticker as it stands on the as-of day; a `Refresh` once it has a target
News = list[Refresh]


def main() -> None:
    st.html(STYLE)
    choice = sidebar.choice()
    st.markdown("## Coverage")
    analyses = load_watchlist(choice)
    news = _news(analyses)
    if not news:
        if analyses and all(analysis.targets_known for analysis in analyses):
            told = "No analyst has said anything of these tickers that the source knows of."
            st.info(told, icon=":material/campaign:")
        return
    as_of = choice.as_of or max(item.analysis.as_of for item in news)
    st.caption(f"What analysts said of the watchlist, newest first.{_newest(news, as_of)}")
    shown = _filtered(news, as_of)
    if not shown:
        st.info("Nothing in these days with these filters: widen them.", icon=":material/filter_alt_off:")
        return
    _table(shown)
    _sector(shown)


def _news(analyses: Sequence[Analysis]) -> News:
    rows = [
        Refresh(change, analysis)
        for analysis in analyses
        for change in rating_changes(analysis.published, analysis.bars["close"], analysis.as_of)
    ]
    return sorted(rows, key=lambda row: (-row.news.date.toordinal(), row.news.firm, row.news.symbol))


def _newest(news: News, as_of: Date) -> str:
    """The day of the feed's newest row: one's own, dropped today, says nothing of the feed."""
    newest = next((row.news.date for row in news if row.news.source != "own"), None)
    return "" if newest is None else f" The newest row is of {feed_age.dated_phrase(newest, as_of)}."


def _filtered(news: News, as_of: Date) -> News:
    with st.container(horizontal=True, key="coverage-filters"):
        window = st.segmented_control(
            "Days", list(WINDOWS), default="Quarter", required=True, key="coverage-days", persist_state="session"
        )
        firms = _picked("Firm", {row.news.firm for row in news})
        tickers = _picked("Ticker", {row.news.symbol for row in news})
        actions = _picked("Action", {action for row in news for action in _actions(row.news)})
    since = as_of - timedelta(days=WINDOWS[window or "Quarter"])
    return [
        row
        for row in news
        if row.news.date > since
        and (not firms or row.news.firm in firms)
        and (not tickers or row.news.symbol in tickers)
        and (not actions or not actions.isdisjoint(_actions(row.news)))
    ]


def _picked(label: str, options: set[str]) -> set[str]:
    known = [each for each in ACTIONS if each in options] or sorted(options, key=str.casefold)
    return set(
        st.multiselect(
            label, known, key=f"coverage-{label.lower()}s", placeholder="All", width=165, persist_state="session"
        )
    )


def _actions(news: RatingChange) -> list[str]:
    """What happened to the rating, and what to the target; «reiterated» and «set» only where there is nothing else."""
    rating = next((each for each in ACTIONS if news.action and each.endswith(news.action)), None)
    target = next((each for each in ACTIONS if news.change and each.endswith(f"target {news.change}")), None)
    if target is None:
        return [rating] if rating else []
    if rating is None or news.action == "reiterated":
        return [target]
    return [rating] if news.action == "initiated" and news.change == "set" else [rating, target]


def _table(shown: News) -> None:
    rows = [row.news for row in shown]
    frame = pd.DataFrame(
        {
            "Day": [row.date for row in rows],
            "Firm": [table_cell(row.firm) for row in rows],
            "Ticker": [row.symbol for row in rows],
            "Action": [_actions(row) for row in rows],
            "Rating": [_from_to(table_cell(row.prior_rating), table_cell(row.rating)) for row in rows],
            "Stance": [stance_column.cell(row.stance) for row in rows],
            "Target": [_from_to(*_targets(row)) for row in shown],
            "Upside then": [row.upside_pct for row in rows],
            "Upside now": [row.against_price(row.news.target) for row in shown],
            "Source": [SOURCE_NAMES.get(row.source, row.source) for row in rows],
            "Analyst": [table_cell(row.analyst) for row in rows],
            "Note": [table_cell(row.note) for row in rows],
        }
    ).dropna(axis="columns", how="all")
    if frame["Source"].nunique() == 1 and rows[0].source != "own":
        frame = frame.drop(columns="Source")
    st.dataframe(
        style_signed(frame, {"Upside then": numbers.format_percent, "Upside now": numbers.format_percent}),
        hide_index=True,
        height="content" if len(shown) <= 12 else 480,
        column_config=_columns(unstyled_format(frame, "%+.1f%%")),
        on_select=_show_firm,
        selection_mode="single-cell",
        placeholder="",
        key="coverage-table",
        alt="What analysts said of the watchlist, newest first",
    )
    st.session_state["coverage-rows"] = [row.firm for row in rows]


def _columns(signed_format: str | None) -> dict[str, Any]:
    percent: Any = {"format": signed_format, "width": 91}
    return {
        "Day": st.column_config.DateColumn(format="D MMM YYYY", width=96),
        "Firm": st.column_config.TextColumn(width=94),
        "Ticker": st.column_config.TextColumn(width=64),
        "Action": st.column_config.MultiselectColumn(options=list(ACTIONS), color=list(ACTIONS.values()), width=200),
        "Rating": st.column_config.TextColumn(width=146),
        "Stance": stance_column.column(),
        "Target": st.column_config.TextColumn(alignment="right"),
        "Upside then": st.column_config.NumberColumn(help="At that day's close: target / close − 1", **percent),
        "Upside now": st.column_config.NumberColumn(help="On the as-of day: target / price − 1", **percent),
        "Source": st.column_config.TextColumn(width=110),
        "Analyst": st.column_config.TextColumn(width=200),
        "Note": st.column_config.TextColumn(width="large"),
    }


def _show_firm() -> None:
    """A click anywhere in a row puts its firm on the picture."""
    cells = st.session_state["coverage-table"]["selection"]["cells"]
    firms = st.session_state.get("coverage-rows", [])
    if cells and cells[0][0] < len(firms):
        st.session_state["coverage-firm"] = firms[cells[0][0]]


def _targets(row: Refresh) -> tuple[str | None, str | None]:
    prior, target = (
        None if each is None else numbers.format_target(each, row.analysis.currency)
        for each in (row.news.prior_target, row.news.target)
    )
    return prior, target


def _from_to(prior: str | None, now: str | None) -> str | None:
    return f"{prior} → {now}" if prior and now and prior != now else now


def _sector(shown: News) -> None:
    """One firm's newest word on each ticker, on one picture."""
    firms = _firms(shown)
    if not firms:
        return
    if st.session_state.get("coverage-firm") not in firms:
        st.session_state["coverage-firm"] = firms[0]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader("One firm across the watchlist", anchor=False)
        firm = st.selectbox("Firm", firms, key="coverage-firm", width=260, label_visibility="collapsed")
    newest: dict[str, Refresh] = {}
    for row in shown:
        if row.news.firm == firm and row.news.target is not None:
            newest.setdefault(row.news.symbol, row)
    _picture(firm, tuple(newest.values()))


def _firms(shown: News) -> list[str]:
    """Firms with a target: first the one on the most tickers, for that is a refresh of the sector, then the newest."""
    pairs = dict.fromkeys((row.news.firm, row.news.symbol) for row in shown if row.news.target is not None)
    return [firm for firm, _ in Counter(firm for firm, _ in pairs).most_common()]


def _picture(firm: str, refreshes: Sequence[Refresh]) -> None:
    theme, name = chart.theme(), firm_refresh_file_stem(firm, refreshes)
    alt = f"Prior and new targets of {escape_markdown(firm)} against the price of each ticker"
    with st.container(key="sector"):
        chart.draw(firm_refresh_figure(firm, refreshes, theme), name, alt, "sector-chart")
    _download(firm, refreshes, theme, f"{name}.png")


@st.fragment
def _download(firm: str, refreshes: Sequence[Refresh], theme: Theme, file_name: str) -> None:
    def drawn() -> bytes:
        return png.render_png(firm_refresh_figure(firm, refreshes, theme), PNG_WIDTH, firm_refresh_height(refreshes))

    png_button.draw(st.container(), drawn, file_name, "sector-png", f"Drawn by the server, {2 * PNG_WIDTH} pixels wide")


main()
