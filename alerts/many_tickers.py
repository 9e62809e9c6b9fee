"""What changed on many tickers, on every core where their prices are stored and fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import partial

from alerts.changes import Change
from alerts.recent_changes import recent_changes
from market.market_data import MarketData
from market.source import SourceKey
from market.sources import fetch, fetch_stored
from market.symbols import Symbol
from tickers.batch import DEFAULT_JOBS, FailedTicker, run_in_order
from tickers.parallel import open_processes

FEW_TICKERS = 16  # to analyze so many takes no longer than to start another process


@dataclass(frozen=True)
class ChangesRequest:
    """Which changes are wanted: those after the day `since`, or of the last `since` sessions, up to `as_of`."""

    source: SourceKey = "yahoo"
    as_of: Date | None = None
    since: Date | int = 1


@dataclass(frozen=True)
class TickerChanges:
    """The changes of one ticker, the newest first. `notices`: which data is old or missing, and why."""

    symbol: str
    changes: tuple[Change, ...]
    notices: tuple[str, ...] = ()


def changes_of_many(symbols: Sequence[Symbol], request: ChangesRequest) -> Iterator[TickerChanges | FailedTicker]:
    """Yield the changes of each ticker, or why there are none, in the order of `symbols`.

    A ticker is fetched where it is not stored or no longer fresh.
    """
    if len(symbols) <= FEW_TICKERS:
        yield from changes_in_this_process(symbols, request)
        return
    with open_processes() as pool:

        def read_stored(symbol: Symbol, request: ChangesRequest) -> TickerChanges | None:
            return pool.submit(stored_changes, symbol, request).result()

        yield from run_in_order(partial(_load, request=request, read_stored=read_stored), symbols, 2 * DEFAULT_JOBS)


def changes_in_this_process(
    symbols: Sequence[Symbol], request: ChangesRequest
) -> Iterator[TickerChanges | FailedTicker]:
    """Yield the same without starting processes, which a server must not do at each request."""
    yield from run_in_order(partial(_load, request=request, read_stored=stored_changes), symbols)


def stored_changes(symbol: Symbol, request: ChangesRequest) -> TickerChanges | None:
    """Return the changes by what is stored, None where that is nothing or no longer fresh."""
    data = fetch_stored(symbol, request.source)
    if data is None or data.is_outdated_on(request.as_of):
        return None
    return _ticker_changes(data, request)


def _load(
    symbol: str, request: ChangesRequest, read_stored: Callable[[Symbol, ChangesRequest], TickerChanges | None]
) -> TickerChanges:
    known = Symbol(symbol)
    stored = read_stored(known, request)
    if stored is not None:
        return stored
    return _ticker_changes(fetch(known, request.source), request)


def _ticker_changes(data: MarketData, request: ChangesRequest) -> TickerChanges:
    found = recent_changes(data, request.as_of, request.since).changes
    return TickerChanges(data.history.symbol, found, data.notices)
