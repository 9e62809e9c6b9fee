"""Read-through cache for Yahoo: serves stored data while it is fresh or when Yahoo fails, and stores what it fetches.

What to request is decided in `fetch`, when not to in `backoff`, how long data stays fresh in `freshness`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from market.market_data import MarketData
from market.price_history import PriceBasis, PriceHistory
from market.store.lease import lease
from market.store.store import Store, TargetList, get_store
from market.symbols import Symbol
from market.yahoo import fetch
from market.yahoo.backoff import bars_key, failure, fetch_or_raise, targets_key, try_fetch
from market.yahoo.errors import FetchFailure
from market.yahoo.freshness import bars_are_fresh
from market.yahoo.single_flight import SingleFlight
from market.yahoo.stored import list_is_fresh, market_data

LEASE_WAIT_SECONDS = 3.0  # for another process, where stored data can be shown instead
FIRST_FETCH_WAIT_SECONDS = 90.0  # where nothing is stored: it may wait for its turn, and the fetch itself takes seconds
OTHER_PROCESS_CAUSE = "another Levelboard is fetching newer data from Yahoo Finance"
OTHER_PROCESS_SECONDS = 10.0

_flights = SingleFlight()


def refresh(symbol: Symbol, basis: PriceBasis) -> MarketData:
    """Return what is stored if it is fresh, else what Yahoo sends. Raises a `MarketError` if there are no bars."""
    store, now = get_store(), datetime.now(UTC)
    history, listing = store.history(symbol, basis), store.target_list(symbol)
    if history is not None and bars_are_fresh(history, now) and list_is_fresh(listing, now):
        return market_data(history, listing)
    return _flights.once((id(store), symbol, basis), lambda: _refresh_under_lease(store, symbol, basis))


def _refresh_under_lease(store: Store, symbol: Symbol, basis: PriceBasis) -> MarketData:
    """Refresh while no other process does: what that one has stored meanwhile is fresh, and is not fetched again."""
    stored = store.history(symbol, basis)
    with lease(store.database, symbol, FIRST_FETCH_WAIT_SECONDS if stored is None else LEASE_WAIT_SECONDS) as is_ours:
        if not is_ours and stored is not None:
            return market_data(stored, store.target_list(symbol), failure(OTHER_PROCESS_CAUSE, OTHER_PROCESS_SECONDS))
        history, bars_failure = _refresh_bars(store, symbol, basis)
        listing, targets_failure = _refresh_targets(store, symbol)
    return market_data(history, listing, bars_failure, targets_failure)


def _refresh_bars(store: Store, symbol: Symbol, basis: PriceBasis) -> tuple[PriceHistory, FetchFailure | None]:
    stored, key = store.history(symbol, basis), bars_key(symbol, basis)
    if stored is None:
        history = fetch_or_raise(store.database, symbol, key, lambda: fetch.fetch_all_bars(symbol, basis))
    elif bars_are_fresh(stored, datetime.now(UTC)):
        return stored, None
    else:
        newer = try_fetch(store.database, symbol, key, lambda: fetch.fetch_newer_bars(symbol, basis, stored))
        if isinstance(newer, FetchFailure):
            return stored, newer
        history = newer
    store.save_history(history)
    return history, None


def _refresh_targets(store: Store, symbol: Symbol) -> tuple[TargetList | None, FetchFailure | None]:
    stored, key = store.target_list(symbol), targets_key(symbol)
    if list_is_fresh(stored, datetime.now(UTC)):
        return stored, None
    rows = try_fetch(store.database, symbol, key, lambda: fetch.fetch_target_rows(symbol, stored))
    if isinstance(rows, FetchFailure):
        return stored, rows
    reported = try_fetch(store.database, symbol, key, lambda: fetch.fetch_reported_consensus(symbol, stored))
    if isinstance(reported, FetchFailure):  # the rows are worth storing without Yahoo's own summary of them
        consensus = stored.consensus if stored else None
    else:
        consensus = None if reported is None else asdict(reported)
    fetched_at = datetime.now(UTC)
    store.save_targets(symbol, rows, fetched_at.date(), fetched_at, consensus)
    return store.target_list(symbol), None
