"""What the analysts did lately across the watchlist, as the day's news would list it."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

import pandas as pd
import streamlit as st

from charts.palette import Theme
from charts.sector_chart import Refresh, sector_figure
from indicators import notation
from indicators.analysis import Analysis
from indicators.rating_changes import RatingChange, rating_changes
from pages import sidebar
from pages.gathering import gathered
from pages.words import literal

WINDOWS = {"Week": 7, "Month": 31, "Quarter": 92, "Year": 366, "All": 36_600}
News = list[tuple[RatingChange, Analysis]]


def main() -> None:
    choice = sidebar.choice()
    st.markdown("## Coverage")
    analyses = gathered(choice)
    news = _news(analyses)
    if not news:
        st.info("No analyst has said anything of these tickers that the source knows of.")
        return
    newest = news[0][0].date
    st.caption(f"What analysts said of the watchlist, newest first; the newest row is of {notation.day(newest)}.")
    shown = _filtered(news, choice.as_of or max(each.as_of for each in analyses))
    _table(shown)
    _sector(shown)


def _news(analyses: list[Analysis]) -> News:
    rows = [
        (change, each) for each in analyses for change in rating_changes(each.published, each.bars["close"], each.as_of)
    ]
    return sorted(rows, key=lambda row: (-row[0].date.toordinal(), row[0].firm, row[0].symbol))


def _filtered(news: News, day: Date) -> News:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window = st.segmented_control("Days", list(WINDOWS), default="Quarter", required=True, key="coverage-window")
        firms = st.multiselect("Firm", sorted({row.firm for row, _ in news}), key="coverage-firms")
        tickers = st.multiselect("Ticker", sorted({row.symbol for row, _ in news}), key="coverage-tickers")
        actions = st.multiselect("Action", sorted({_action(row) for row, _ in news}), key="coverage-actions")
    since = day - timedelta(days=WINDOWS[window or "Quarter"])
    return [
        (row, analysis)
        for row, analysis in news
        if row.date >= since
        and (not firms or row.firm in firms)
        and (not tickers or row.symbol in tickers)
        and (not actions or _action(row) in actions)
    ]


def _action(row: RatingChange) -> str:
    """The news in a word or two: what happened to the rating, else to the target."""
    if row.action in ("upgraded", "downgraded", "initiated"):
        return row.action
    return f"target {row.change}" if row.change else "reiterated"


def _table(shown: News) -> None:
    if not shown:
        st.caption("Nothing in these days with these filters: widen them.")
        return
    frame = pd.DataFrame(
        {
            "Day": [row.date for row, _ in shown],
            "Firm": [row.firm for row, _ in shown],
            "Ticker": [row.symbol for row, _ in shown],
            "Action": [_action(row) for row, _ in shown],
            "Rating": [_from_to(row.prior_rating, row.rating) for row, _ in shown],
            "Prior": [row.prior_target for row, _ in shown],
            "Target": [row.target for row, _ in shown],
            "Upside then": [row.upside_pct for row, _ in shown],
            "Upside now": [_upside(row.target, analysis.price) for row, analysis in shown],
            "Note": [row.note for row, _ in shown],
        }
    )
    percent = st.column_config.NumberColumn(format="%+.1f%%")
    st.dataframe(
        frame.dropna(axis="columns", how="all"),
        hide_index=True,
        height="content" if len(shown) <= 12 else 460,
        column_config={
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Prior": st.column_config.NumberColumn(format="%.2f"),
            "Target": st.column_config.NumberColumn(format="%.2f"),
            "Upside then": percent,
            "Upside now": percent,
        },
        key="coverage-table",
    )


def _from_to(prior: str | None, rating: str | None) -> str | None:
    return f"{prior} → {rating}" if prior and rating and prior != rating else rating


def _upside(target: float | None, price: float) -> float | None:
    return None if target is None else 100.0 * (target / price - 1.0)


def _sector(shown: News) -> None:
    """One firm's newest word on each ticker, on one picture."""
    firms = sorted({row.firm for row, _ in shown if row.target is not None})
    if not firms:
        return
    st.markdown("### One firm across the watchlist")
    firm = st.selectbox("Firm on the picture", firms, key="coverage-firm")
    newest: dict[str, Refresh] = {}
    for row, analysis in shown:
        if row.firm == firm and row.target is not None:
            newest.setdefault(row.symbol, Refresh(row, analysis.price, analysis.currency))
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    st.plotly_chart(
        sector_figure(firm or firms[0], list(newest.values()), theme),
        theme=None,
        config={"displaylogo": False, "toImageButtonOptions": {"format": "png", "filename": "sector", "scale": 2}},
        alt=f"Targets of {literal(firm or firms[0])} against the price of each ticker",
        key="sector-chart",
    )


main()
