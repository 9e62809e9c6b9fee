"""One question, «what is known of this symbol?», asked of Yahoo or of the built-in sample."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from market.market_data import MarketData
from market.price_history import PriceBasis
from market.symbols import parse_symbol

__all__ = [
    "MAX_CONCURRENT_FETCHES",
    "SOURCES",
    "MarketData",
    "Source",
    "fetch",
    "fetch_stored",
    "limit_notice",
    "retry_now",
    "waiting_requests",
]

Source = Literal["yahoo", "sample"]
SOURCES: tuple[Source, ...] = ("yahoo", "sample")
MAX_CONCURRENT_FETCHES = 4  # requests under way: more of them meet Yahoo's rate limit sooner than they save time


def fetch(symbol: str, source: Source = "yahoo", basis: PriceBasis = "split-adjusted") -> MarketData:
    """What `source` knows of `symbol`, and one's own targets. Raises a `MarketError` when there are no bars.

    Yahoo is asked only for what is not stored or no longer fresh. Where it fails, the stored bars are the answer, with
    their age in a notice; targets that fail are a notice too: the levels are worth showing without.
    """
    if source == "sample":
        return _with_own(_from_sample(symbol))
    from market.yahoo import cached

    return _with_own(cached.refresh(parse_symbol(symbol), basis))


def fetch_stored(symbol: str, source: Source = "yahoo", basis: PriceBasis = "split-adjusted") -> MarketData | None:
    """What can be shown at once: no request is made. None where nothing is stored.

    `Answer.stale` says that `ask` would ask Yahoo for newer bars. Raises a `MarketError` as `ask` does for symbols
    that cannot be, and for those that the sample does not hold.
    """
    if source == "sample":
        return fetch(symbol, source)
    from market.yahoo import cached

    stored = cached.stored_data(parse_symbol(symbol), basis)
    return None if stored is None else _with_own(stored)


def retry_now(symbol: str) -> None:
    """The next `ask` asks Yahoo even where it failed a moment ago; only its own limit is heeded still."""
    from market.yahoo import cached

    cached.lift_pauses(parse_symbol(symbol))


def limit_notice() -> str | None:
    """While Yahoo's own limit lasts, a sentence that says until when it is not asked."""
    from market.yahoo import cached

    return cached.limit_notice()


def waiting_requests() -> int:
    """How many questions to Yahoo wait for their turn now, within its budget a minute."""
    from market.yahoo import cached

    return cached.budget().waiting


def _from_sample(symbol: str) -> MarketData:
    from market.sample import sample

    return MarketData(sample.history(symbol), sample.targets(symbol))


def _with_own(answer: MarketData) -> MarketData:
    from market.store.store import get_store

    own = get_store().own_targets(answer.history.symbol)
    return replace(answer, targets=(*answer.targets, *own))
