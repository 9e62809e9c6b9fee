"""What was loaded of each ticker, for all viewers of this process, and the fetches that are under way."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import streamlit as st
from cachetools import LRUCache

from market.errors import MarketError
from market.market_data import MarketData
from market.price_history import PriceBasis
from market.source import SourceKey
from market.sources import MAX_CONCURRENT_FETCHES, fetch
from market.symbols import Symbol

CHECK_EVERY_SECONDS = 60.0  # data is shown this long before a run of a page looks for newer data
MAX_LOADED = 128  # tickers, of 0.3 MB for ten years; any other is read from the store again, which takes milliseconds

Key = tuple[Symbol, SourceKey, PriceBasis, str]  # the last is the person whose private targets are among the data


@dataclass(frozen=True)
class Loaded:
    """Data to show, with the `time.monotonic` at which its loading began and that of the next check."""

    data: MarketData
    since: float
    next_check: float


class LoadedTickers:
    """The tickers loaded last, and the fetch under way of each; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._loaded: LRUCache[Key, Loaded] = LRUCache(MAX_LOADED)
        self._fetches: dict[Key, Future[None]] = {}
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_FETCHES, thread_name_prefix="newest")

    def get(self, key: Key) -> Loaded | None:
        with self._lock:
            return self._loaded.get(key)

    def keep(self, key: Key, data: MarketData, since: float) -> MarketData:
        """Keep data whose loading began at `since`, and return it."""
        with self._lock:
            self._loaded[key] = Loaded(data, since, time.monotonic() + CHECK_EVERY_SECONDS)
        return data

    def check_in(self, key: Key, seconds: float) -> None:
        """Let the first run of a page after so many seconds look for newer data."""
        with self._lock:
            if (loaded := self._loaded.get(key)) is not None:
                self._loaded[key] = replace(loaded, next_check=time.monotonic() + seconds)

    def start_fetch(self, key: Key, shown: MarketData) -> None:
        """Fetch newer data in the background, unless a fetch is under way; `shown` stays where it fails."""
        with self._lock:
            if key not in self._fetches:
                self._fetches[key] = self._threads.submit(self._fetch, key, shown)

    def is_fetching(self, key: Key) -> bool:
        with self._lock:
            return key in self._fetches

    def fetches(self) -> list[Future[None]]:
        """Return those under way."""
        with self._lock:
            return list(self._fetches.values())

    def _fetch(self, key: Key, shown: MarketData) -> None:
        since = time.monotonic()
        try:
            self.keep(key, fetch(*key), since)
        except MarketError:  # the stored bars are still good
            self.keep(key, shown, since)
        finally:
            with self._lock:
                self._fetches.pop(key, None)


@st.cache_resource(show_spinner=False)
def loaded_tickers() -> LoadedTickers:
    """Return those of this process."""
    return LoadedTickers()
