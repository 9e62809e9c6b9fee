"""Fetch a company's earnings once the browser has its chart, and draw the chart again if there are any."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from market.market_data import MarketData
from market.source import SourceKey
from market.sources import earnings_are_due, refresh_earnings
from market.symbols import Symbol
from ui.loading import one_ticker
from ui.sidebar.sidebar import ViewOptions

ASK_EVERY_SECONDS = 3600.0  # of one viewer and ticker: the store knows whether a day has passed
POLL_SECONDS = 1.0

Key = tuple[Symbol, SourceKey]


def refresh_after_the_chart(options: ViewOptions, data: MarketData) -> None:
    """Ask for the earnings of the ticker shown a moment after this run of the page, if they are due.

    Not while other requests fail, and at most once an hour.
    """
    if data.retry_at is not None or not earnings_are_due(data) or _was_asked((options.ticker, data.history.source)):
        return
    st.session_state["earnings-wait"] = True
    _ask_and_draw_again(options, data)


@st.fragment(run_every=POLL_SECONDS)
def _ask_and_draw_again(options: ViewOptions, data: MarketData) -> None:
    """Start the fetch on the first run of its own, which a browser asks for, and run the page again at its end."""
    if st.session_state.pop("earnings-wait", False):
        return
    key = (options.ticker, data.history.source)
    if _was_asked(key):  # in vain, or the page would have run again: a run takes away what it shows for a moment
        return
    under_way: dict[Key, Future[bool]] = st.session_state.setdefault("earnings-fetches", {})
    if key not in under_way:
        under_way[key] = _threads().submit(refresh_earnings, options.ticker, data.history)
        return
    if under_way[key].done():
        _next_question()[key] = time.monotonic() + ASK_EVERY_SECONDS
        is_news = under_way.pop(key).result()
        one_ticker.take_earnings(options)
        if is_news:
            st.rerun()


def _was_asked(key: Key) -> bool:
    return time.monotonic() < _next_question().get(key, 0.0)


def _next_question() -> dict[Key, float]:
    """Return by ticker the `time.monotonic` before which its earnings are not asked for again."""
    moments: dict[Key, float] = st.session_state.setdefault("next-earnings-question", {})
    return moments


@st.cache_resource(show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="earnings")
