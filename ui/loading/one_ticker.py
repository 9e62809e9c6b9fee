"""Load one ticker: show what is stored at once, and fetch newer data in the background."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st
from cachetools import LRUCache

from market.errors import MarketError
from market.market_data import MarketData
from market.price_history import PriceBasis
from market.source import SourceKey
from market.sources import (
    MAX_CONCURRENT_FETCHES,
    SOURCES,
    fetch,
    fetch_stored,
    limit_notice,
    retry_now,
    source_title,
)
from market.symbols import Symbol
from text.escape import escape_markdown
from ui.loading import ticker_errors
from ui.sidebar.sidebar import ViewOptions

CHECK_EVERY_SECONDS = 60.0  # data is shown this long before a run of the page looks for newer data
POLL_SECONDS = 0.5
MAX_LOADED = 8  # tickers that a session holds; any other is read from the store again, which takes milliseconds

Key = tuple[Symbol, SourceKey, PriceBasis, str]


@dataclass(frozen=True)
class _Loaded:
    """Data that this session shows, with the `time.monotonic` of loading it and of the next check."""

    data: MarketData
    loaded: float
    next_check: float


def load_newest_data(options: ViewOptions) -> tuple[MarketData, bool]:
    """Return the data to show now, and whether newer data is being fetched.

    Only a ticker that was never fetched is waited for. Stored data is returned at once; the page runs again when the
    newer data has come. Data from before a change of the user's own targets is loaded again. Raises `MarketError`
    where there is no data.
    """
    key = _key(options)
    last_clear = _last_clear()  # first of all: its first call counts as a clear
    loaded = _loaded_data().get(key)
    if loaded is not None and loaded.loaded < last_clear:
        loaded = None
    if loaded is not None and time.monotonic() < loaded.next_check:
        return loaded.data, False
    shown = loaded.data if loaded is not None else fetch_stored(*key)
    if SOURCES[options.source].is_local and shown is not None:
        return _remember(key, shown), False
    if shown is None:
        with st.spinner(f"Fetching {escape_markdown(options.ticker)} from {source_title(options.source)}"):
            return _remember(key, fetch(*key)), False
    pending = _start_fetch(key)
    if not pending.done():
        return shown, True
    _pending_fetches().pop(key)
    return _remember(key, _result_or(shown, pending)), False


def take_earnings(options: ViewOptions) -> None:
    """Show the earnings that have been stored since the data was loaded."""
    key = _key(options)
    loaded, stored = _loaded_data().get(key), fetch_stored(*key)
    if loaded is not None and stored is not None:
        _loaded_data()[key] = replace(loaded, data=replace(loaded.data, earnings=stored.earnings))


def retry(options: ViewOptions) -> None:
    """Fetch at the next run, despite an earlier failure; the present data is shown until then.

    While the source refuses all requests, say so instead: a fetch would end at once and run the page again, which
    takes the message away before a browser on a slow line has the script that shows it.
    """
    retry_now(options.ticker, options.source)
    ticker_errors.show_rate_limit(options.source)
    _check_in(options, 0.0 if limit_notice(options.source) is None else CHECK_EVERY_SECONDS)


@st.fragment(run_every=POLL_SECONDS)
def rerun_when_fetched(options: ViewOptions) -> None:
    """Run the page again once the fetch in the background has ended."""
    pending = _pending_fetches().get(_key(options))
    if pending is None or pending.done():
        st.rerun()


def rerun_at(options: ViewOptions, moment: datetime) -> None:
    """Run the page again at `moment` (UTC) and fetch then, as the page has announced."""

    def rerun_if_due() -> None:
        if datetime.now(UTC) >= moment:
            _check_in(options, 0.0)
            st.rerun()

    seconds_left = (moment - datetime.now(UTC)).total_seconds()
    st.fragment(rerun_if_due, run_every=max(seconds_left + 0.5, POLL_SECONDS))()


def _key(options: ViewOptions) -> Key:
    return options.ticker, options.source, options.basis, options.person


def _check_in(options: ViewOptions, seconds: float) -> None:
    """Let the first run after so many seconds look for newer data."""
    key = _key(options)
    if (loaded := _loaded_data().get(key)) is not None:
        _loaded_data()[key] = replace(loaded, next_check=time.monotonic() + seconds)


def _result_or(shown: MarketData, pending: Future[MarketData]) -> MarketData:
    try:
        return pending.result()
    except MarketError:  # the stored bars are still good
        return shown


def _remember(key: Key, data: MarketData) -> MarketData:
    now = time.monotonic()
    _loaded_data()[key] = _Loaded(data, now, now + CHECK_EVERY_SECONDS)
    return data


def _loaded_data() -> LRUCache[Key, _Loaded]:
    """Return what this session has loaded, of the tickers that it showed last."""
    loaded: LRUCache[Key, _Loaded] = st.session_state.setdefault("loaded-data", LRUCache(MAX_LOADED))
    return loaded


def _pending_fetches() -> dict[Key, Future[MarketData]]:
    pending: dict[Key, Future[MarketData]] = st.session_state.setdefault("pending-fetches", {})
    return pending


def _start_fetch(key: Key) -> Future[MarketData]:
    """Return the fetch of `key` that is under way, else start one."""
    pending = _pending_fetches()
    if key not in pending:
        pending[key] = _fetch_threads().submit(fetch, *key)
    return pending[key]


@st.cache_resource(show_spinner=False)
def _fetch_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_CONCURRENT_FETCHES, thread_name_prefix="newest")


@st.cache_data(show_spinner=False)
def _last_clear() -> float:
    """Return when the pages' caches were last cleared (`st.cache_data.clear`), as after an import of own targets."""
    return time.monotonic()
