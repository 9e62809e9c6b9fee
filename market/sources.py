"""The registry of data sources, and one way to fetch from any of them, own targets included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import cast

from market.market_data import MarketData, without_absurd_targets
from market.price_history import PriceBasis, PriceHistory
from market.source import Source, SourceKey, SymbolMatch
from market.symbols import Symbol

# In the order in which they are offered; the first one offered is the default
SOURCE_KEYS: tuple[SourceKey, ...] = (
    "files",
    "yahoo",
    "sample",
)
MAX_CONCURRENT_FETCHES = 4  # more requests at once meet Yahoo's rate limit sooner than they save time


@cache
def _load_source(key: SourceKey) -> Source:
    return cast(Source, import_module(f"market.{key}.source").SOURCE)


class _Registry(Mapping[SourceKey, Source]):
    """The sources by key, each imported when it is first looked up."""

    def __getitem__(self, key: SourceKey) -> Source:
        if key not in SOURCE_KEYS:
            raise KeyError(key)
        return _load_source(key)

    def __iter__(self) -> Iterator[SourceKey]:
        return iter(SOURCE_KEYS)

    def __len__(self) -> int:
        return len(SOURCE_KEYS)


SOURCES: Mapping[SourceKey, Source] = _Registry()


def offered_sources() -> tuple[SourceKey, ...]:
    """Return the keys of the sources that users can choose, in their order."""
    return tuple(key for key, source in SOURCES.items() if source.is_offered())


def default_source() -> SourceKey:
    """Return the key of the source used where none is chosen."""
    return offered_sources()[0]


def is_demo(key: SourceKey) -> bool:
    """Return whether prices of this source are made up; a key of no source is not."""
    return key in SOURCES and SOURCES[key].is_demo


def source_title(key: SourceKey) -> str:
    """Return the name of a source as an option to choose; a key of no source is returned as it is."""
    return SOURCES[key].names.title if key in SOURCES else key


def source_subject(key: SourceKey) -> str:
    """Return the name of a source as the start of a sentence: "The sample", "Yahoo Finance"."""
    return SOURCES[key].names.subject if key in SOURCES else key


def fetch(
    symbol: Symbol, source: SourceKey = "yahoo", basis: PriceBasis = "split-adjusted", person: str = ""
) -> MarketData:
    """Return what `source` knows of `symbol`, with own targets. Raises a `MarketError` without bars.

    `person`: who may see these own targets; "" for those that everyone may see.
    Yahoo is asked only for what is not stored or no longer fresh. If it fails, stored bars are returned with a notice
    of their age; missing targets are a notice too.
    """
    return _with_own_targets(SOURCES[source].fetch(symbol, basis), person)


def fetch_stored(
    symbol: Symbol, source: SourceKey = "yahoo", basis: PriceBasis = "split-adjusted", person: str = ""
) -> MarketData | None:
    """Return what can be shown at once, without a request; None if nothing is stored.

    `MarketData.stale` says that `fetch` would request newer bars. Raises a `MarketError` as `fetch` does where the
    source is local.
    """
    stored = SOURCES[source].fetch_stored(symbol, basis)
    return None if stored is None else _with_own_targets(stored, person)


def earnings_are_due(data: MarketData) -> bool:
    """Return whether `refresh_earnings` would request something."""
    return SOURCES[data.history.source].earnings_are_due(data)


def refresh_earnings(symbol: Symbol, history: PriceHistory) -> bool:
    """Fetch the company's earnings if they are due, and return whether `fetch_stored` has others since.

    No chart waits for it: call it in the background, once there are bars.
    """
    return SOURCES[history.source].refresh_earnings(symbol, history)


def wait_for_earnings(data: MarketData, basis: PriceBasis) -> MarketData:
    """Return `data` with the company's earnings, fetched if they are due; as it is where that fails."""
    history = data.history
    if not refresh_earnings(Symbol(history.symbol), history):
        return data
    stored = SOURCES[history.source].fetch_stored(Symbol(history.symbol), basis)
    return data if stored is None else replace(data, earnings=stored.earnings)


def retry_now(symbol: Symbol, source: SourceKey = "yahoo") -> None:
    """Let the next `fetch` try again even if the last one failed a moment ago; a rate limit still holds."""
    SOURCES[source].retry_now(symbol)


def limit_notice(source: SourceKey = "yahoo") -> str | None:
    """Return a sentence that says until when the source refuses all requests, or None."""
    return SOURCES[source].limit_notice()


def waiting_requests() -> int:
    """Return how many requests to any source wait for their turn within its limit per minute."""
    return sum(source.waiting_requests() for source in SOURCES.values())


def near_matches(text: str, source: SourceKey = "yahoo") -> tuple[SymbolMatch, ...]:
    """Return symbols of the source that resemble `text`, best first. Raises a `MarketError`."""
    return SOURCES[source].near_matches(text)


def _with_own_targets(data: MarketData, person: str) -> MarketData:
    from market.store.store import get_store

    own = get_store().own_targets(data.history.symbol, person)
    return without_absurd_targets(replace(data, targets=(*data.targets, *own)))
