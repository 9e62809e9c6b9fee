"""Load one ticker: show what is stored at once, and fetch newer data in the background."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from market.market_data import MarketData
from market.sources import fetch, fetch_stored, limit_notice, retry_now, source_title
from text.escape import escape_markdown
from ui.loading import ticker_errors
from ui.loading.loaded_tickers import CHECK_EVERY_SECONDS, Key, loaded_tickers
from ui.sidebar.sidebar import ViewOptions

POLL_SECONDS = 0.5


def load_newest_data(options: ViewOptions) -> tuple[MarketData, bool]:
    """Return the data to show now, and whether newer data is being fetched.

    Only a ticker that was never fetched is waited for. Stored data is returned at once; the page runs again when the
    newer data has come. Data from before a change of the user's own targets is loaded again. Raises `MarketError`
    where there is no data.
    """
    key, tickers = _key(options), loaded_tickers()
    last_clear = _last_clear()  # first of all: its first call counts as a clear
    loaded, now = tickers.get(key), time.monotonic()
    if loaded is not None and loaded.since < last_clear:
        loaded = None
    if loaded is not None and now < loaded.next_check:
        return loaded.data, False
    stored = fetch_stored(*key)
    if stored is not None and stored.is_complete:
        return tickers.keep(key, stored, now), False
    shown = stored if loaded is None else loaded.data
    if shown is None:
        with st.spinner(f"Fetching {escape_markdown(options.ticker)} from {source_title(options.source)}"):
            return tickers.keep(key, fetch(*key), now), False
    tickers.start_fetch(key, shown)
    return shown, True


def take_earnings(options: ViewOptions) -> None:
    """Show the earnings that have been stored since the data was loaded."""
    key = _key(options)
    loaded, stored = loaded_tickers().get(key), fetch_stored(*key)
    if loaded is not None and stored is not None:
        loaded_tickers().keep(key, replace(loaded.data, earnings=stored.earnings), loaded.since)


def retry(options: ViewOptions) -> None:
    """Fetch at the next run, despite an earlier failure; the present data is shown until then.

    While the source refuses all requests, say so instead: a fetch would end at once and run the page again, which
    takes the message away before a browser on a slow line has the script that shows it.
    """
    retry_now(options.ticker, options.source)
    ticker_errors.show_rate_limit(options.source)
    wait = 0.0 if limit_notice(options.source) is None else CHECK_EVERY_SECONDS
    loaded_tickers().check_in(_key(options), wait)


@st.fragment(run_every=POLL_SECONDS)
def rerun_when_fetched(options: ViewOptions) -> None:
    """Run the page again once the fetch in the background has ended."""
    if not loaded_tickers().is_fetching(_key(options)):
        st.rerun()


def rerun_at(options: ViewOptions, moment: datetime) -> None:
    """Run the page again at `moment` (UTC) and fetch then, as the page has announced."""

    def rerun_if_due() -> None:
        if datetime.now(UTC) >= moment:
            loaded_tickers().check_in(_key(options), 0.0)
            st.rerun()

    seconds_left = (moment - datetime.now(UTC)).total_seconds()
    st.fragment(rerun_if_due, run_every=max(seconds_left + 0.5, POLL_SECONDS))()


def _key(options: ViewOptions) -> Key:
    return options.ticker, options.source, options.basis, options.person


@st.cache_data(show_spinner=False)
def _last_clear() -> float:
    """Return when the pages' caches were last cleared (`st.cache_data.clear`), as after an import of own targets."""
    return time.monotonic()
