"""When Yahoo is not asked, and which failure begins which pause.

| failure | what pauses | first pause |
|---|---|---|
| rate limit (429) | every request | 60 s, or Yahoo's Retry-After |
| no connection | every request for which stored data can be shown | 15 s |
| no daily prices any more | bars and targets of the symbol | 1 h |
| any other error | this request: a symbol's bars in one price basis, or its targets | 60 s |
| our own queue is full | nothing | try again in 10 s |

Pauses double with each failure in a row (`pauses`). Without stored data only a rate limit holds a request back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar, get_args

from market.errors import MarketError
from market.price_history import PriceBasis
from market.store.database import Database
from market.symbols import Symbol
from market.yahoo import pauses
from market.yahoo.errors import FetchFailure, NoBars, QueueFull, RateLimited, YahooRefused, YahooUnreachable
from market.yahoo.notices import limit_sentence

T = TypeVar("T")

RATE_LIMIT_KEY, CONNECTION_KEY = "Yahoo limits", "Yahoo unreachable"
RATE_LIMIT_SECONDS, CONNECTION_SECONDS, FAILURE_SECONDS, NO_BARS_SECONDS = 60.0, 15.0, 60.0, 3600.0
QUEUE_FULL_SECONDS = 10.0

log = logging.getLogger("levelboard.yahoo")


def bars_key(symbol: Symbol, basis: PriceBasis) -> str:
    """Return the key of the pause of a symbol's bars in one price basis."""
    return f"{symbol} {basis}"


def targets_key(symbol: Symbol) -> str:
    """Return the key of the pause of a symbol's targets."""
    return f"{symbol} targets"


def fetch_or_raise(database: Database, symbol: Symbol, key: str, fetch: Callable[[], T]) -> T:
    """Return what `fetch` returns, where nothing is stored to show instead. Raises a `MarketError`.

    Only a rate limit holds the request back: whoever tries again by hand wants it tried.
    """
    limit = pauses.under_way(database, (RATE_LIMIT_KEY,)).get(RATE_LIMIT_KEY)
    if limit is not None:
        raise RateLimited(symbol, limit.seconds)
    try:
        result = fetch()
    except MarketError as error:
        seconds = _begin_pause(database, symbol, key, error)
        if isinstance(error, RateLimited):
            raise RateLimited(symbol, seconds) from error
        raise
    _end_pauses(database, symbol, key)
    return result


def try_fetch(database: Database, symbol: Symbol, key: str, fetch: Callable[[], T]) -> T | FetchFailure:
    """Return what `fetch` returns, or why it failed or was held back, where stored data can be shown instead."""
    keys = (RATE_LIMIT_KEY, CONNECTION_KEY, _no_bars_key(symbol), key)
    under_way = pauses.under_way(database, keys)
    if under_way:
        longest = max(under_way.values(), key=lambda pause: pause.seconds)
        return failure(longest.cause, longest.seconds)
    try:
        result = fetch()
    except MarketError as error:
        return failure(error.cause, _begin_pause(database, symbol, key, error))
    _end_pauses(database, symbol, key)
    return result


def failure(cause: str, seconds: float) -> FetchFailure:
    """Return the failure after which Yahoo is tried again in so many seconds."""
    return FetchFailure(cause, datetime.now(UTC) + timedelta(seconds=seconds))


def lift_pauses(database: Database, symbol: Symbol) -> None:
    """Let the symbol's next requests be tried at once, unless Yahoo limits the rate."""
    bars = (bars_key(symbol, basis) for basis in get_args(PriceBasis))
    pauses.lift(database, (CONNECTION_KEY, _no_bars_key(symbol), targets_key(symbol), *bars))


def limit_notice(database: Database) -> str | None:
    """Return a sentence that says until when Yahoo limits requests, or None."""
    limit = pauses.under_way(database, (RATE_LIMIT_KEY,)).get(RATE_LIMIT_KEY)
    return None if limit is None else limit_sentence(failure(limit.cause, limit.seconds), datetime.now(UTC))


def _no_bars_key(symbol: Symbol) -> str:
    return f"{symbol} gone"


def _begin_pause(database: Database, symbol: Symbol, key: str, error: MarketError) -> float:
    """Begin the pause that belongs to this failure and return how many seconds it lasts."""
    if isinstance(error, QueueFull):
        return QUEUE_FULL_SECONDS
    if isinstance(error, RateLimited):
        pause = pauses.begin(database, RATE_LIMIT_KEY, error.cause, RATE_LIMIT_SECONDS, error.retry_after)
    elif isinstance(error, NoBars):
        pause = pauses.begin(database, _no_bars_key(symbol), error.cause, NO_BARS_SECONDS)
    elif isinstance(error, YahooUnreachable) and not isinstance(error, YahooRefused):
        pause = pauses.begin(database, CONNECTION_KEY, error.cause, CONNECTION_SECONDS)
    else:
        pause = pauses.begin(database, key, error.cause, FAILURE_SECONDS)
    log.info("%s; next try in %.0f seconds", error, pause.seconds)
    return pause.seconds


def _end_pauses(database: Database, symbol: Symbol, key: str) -> None:
    pauses.end(database, (CONNECTION_KEY, _no_bars_key(symbol), key))
    pauses.end_if_over(database, RATE_LIMIT_KEY)
