"""An answer to show at once, and the newer one that is fetched behind it."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from market.errors import MarketError
from market.market_data import MarketData
from market.price_history import PriceBasis
from market.source import SourceKey
from market.sources import MAX_CONCURRENT_FETCHES, SOURCES, fetch, fetch_stored, retry_now, source_title
from market.symbols import Symbol
from text.escape import escape_markdown
from ui.loading import ticker_errors
from ui.sidebar.sidebar import Choice

HELD = 60.0  # seconds that an answer is shown for before it is asked whether there is a newer one
LOOK_AGAIN = 0.5  # seconds between two looks at whether it has come

Key = tuple[Symbol, SourceKey, PriceBasis]


@dataclass(frozen=True)
class _Held:
    answer: MarketData
    since: float
    until: float


def newest_data(wanted: Choice) -> tuple[MarketData, bool]:
    """What can be shown now, and whether a newer answer is on its way. Raises a `MarketError` where nothing is known.

    Only what was never fetched is waited for; what is stored is shown at once, and the page runs
    again when the newer answer differs. One's own targets that were dropped meanwhile are in it.
    """
    key = (wanted.ticker, wanted.source, wanted.basis)
    known_since, held = _known_since(), _held().get(key)
    if held is not None and held.since < known_since:
        held = None
    if held is not None and time.monotonic() < held.until:
        return held.answer, False
    shown = held.answer if held is not None else fetch_stored(*key)
    if SOURCES[wanted.source].is_local and shown is not None:
        return _hold(key, shown), False
    if shown is None:
        with st.spinner(f"Fetching {escape_markdown(wanted.ticker)} from {source_title(wanted.source)}"):
            return _hold(key, fetch(*key)), False
    coming = _coming(key)
    if not coming.done():
        return shown, True
    st.session_state["coming"].pop(key)
    return _hold(key, _arrived(coming, shown)), False


def ask_again(wanted: Choice) -> None:
    """Forgets that it failed: the next run asks, and what is held of it is shown until the answer has come."""
    retry_now(wanted.ticker, wanted.source)
    ticker_errors.say_limited(wanted.source)
    _let_go(wanted)


@st.fragment(run_every=LOOK_AGAIN)
def watch(wanted: Choice) -> None:
    """Runs the page again when the answer on its way has come."""
    coming = st.session_state.get("coming", {}).get((wanted.ticker, wanted.source, wanted.basis))
    if coming is None or coming.done():
        st.rerun()


def watch_the_clock(wanted: Choice, moment: datetime) -> None:
    """Runs the page again at that moment, and asks then: the page has said that it would."""

    def look() -> None:
        if datetime.now(UTC) >= moment:
            _let_go(wanted)
            st.rerun()

    left = (moment - datetime.now(UTC)).total_seconds()
    st.fragment(look, run_every=max(left + 0.5, LOOK_AGAIN))()


def _let_go(wanted: Choice) -> None:
    key = (wanted.ticker, wanted.source, wanted.basis)
    if (held := _held().get(key)) is not None:
        _held()[key] = replace(held, until=0.0)


def _arrived(coming: Future[MarketData], shown: MarketData) -> MarketData:
    try:
        return coming.result()
    except MarketError:  # the stored bars outlive it
        return shown


def _hold(key: Key, answer: MarketData) -> MarketData:
    now = time.monotonic()
    _held()[key] = _Held(answer, now, now + HELD)
    return answer


def _held() -> dict[Key, _Held]:
    held: dict[Key, _Held] = st.session_state.setdefault("held", {})
    return held


def _coming(key: Key) -> Future[MarketData]:
    coming: dict[Key, Future[MarketData]] = st.session_state.setdefault("coming", {})
    if key not in coming:
        coming[key] = _askers().submit(fetch, *key)
    return coming[key]


@st.cache_resource(show_spinner=False)
def _askers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_CONCURRENT_FETCHES, thread_name_prefix="newest")


@st.cache_data(show_spinner=False)
def _known_since() -> float:
    """When what pages remember was last forgotten (`st.cache_data.clear`), as after own targets were dropped."""
    return time.monotonic()
