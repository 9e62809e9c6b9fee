"""What was loaded of each ticker: kept for all viewers, bounded, and fetched anew by one at a time."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from market.errors import UnknownSymbol
from market.market_data import MarketData
from market.sources import fetch
from market.symbols import Symbol
from ui.loading import loaded_tickers
from ui.loading.loaded_tickers import Key, LoadedTickers

TIMEOUT_SECONDS = 30


def key_of(symbol: str) -> Key:
    return Symbol(symbol), "sample", "split-adjusted", ""


@pytest.fixture(scope="module")
def data() -> MarketData:
    return fetch(Symbol("CIFR"), "sample")


def test_only_the_tickers_loaded_last_are_kept(data: MarketData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaded_tickers, "MAX_LOADED", 3)
    tickers = LoadedTickers()
    for number in range(10):
        tickers.keep(key_of(f"T{number}"), data, 0.0)
    assert [number for number in range(10) if tickers.get(key_of(f"T{number}"))] == [7, 8, 9]


def test_private_targets_are_kept_apart(data: MarketData) -> None:
    tickers, anyone = LoadedTickers(), key_of("CIFR")
    tickers.keep((*anyone[:3], "ann@example.com"), data, 0.0)
    assert tickers.get(anyone) is None


def test_several_viewers_wait_for_one_fetch(data: MarketData, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, asked = threading.Event(), []

    def fetch_slowly(*key: str) -> MarketData:
        asked.append(key)
        answer.wait(TIMEOUT_SECONDS)
        return data

    monkeypatch.setattr(loaded_tickers, "fetch", fetch_slowly)
    tickers, key = LoadedTickers(), key_of("CIFR")
    for _ in range(3):
        tickers.start_fetch(key, data)
    (under_way,) = tickers.fetches()
    assert tickers.is_fetching(key)
    answer.set()
    wait([under_way], TIMEOUT_SECONDS)
    assert asked == [key] and not tickers.is_fetching(key)
    loaded = tickers.get(key)
    assert loaded is not None and loaded.data is data


def test_what_is_shown_stays_where_a_fetch_fails(data: MarketData, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: str) -> MarketData:
        raise UnknownSymbol("CIFR")

    monkeypatch.setattr(loaded_tickers, "fetch", fail)
    tickers, key = LoadedTickers(), key_of("CIFR")
    tickers.start_fetch(key, data)
    wait(tickers.fetches(), TIMEOUT_SECONDS)
    loaded = tickers.get(key)
    assert loaded is not None and loaded.data is data
