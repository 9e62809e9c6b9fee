"""The protocol of a data source: where bars and targets come from, how it is named, and what it can do.

To add a source, write a package `market/NAME/` whose module `source` has a `SOURCE`, and add `NAME` to
`market.sources.SOURCE_KEYS`. Importing that module must be cheap: import yfinance, SQLAlchemy and the like inside
the methods that need them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from market.market_data import MarketData
from market.price_history import PriceBasis, PriceHistory
from market.symbol_match import SymbolMatch
from market.symbols import Symbol

SourceKey = str  # "yahoo", "sample" or "files": in addresses, options of the terminal, JSON and the store

MAX_MATCHES = 6


@dataclass(frozen=True)
class SourceNames:
    """What a source is called.

    `title`: as an option to choose ("Sample"). `subject`: at the start of a sentence ("The sample"). `phrase`: after
    "source:" on a page ("demo data"). `credit`: in the footer of a picture.
    """

    title: str
    subject: str
    phrase: str
    credit: str


class Source(Protocol):
    """Where bars and targets come from."""

    @property
    def key(self) -> SourceKey: ...

    @property
    def names(self) -> SourceNames: ...

    @property
    def is_demo(self) -> bool:
        """Whether the prices are made up, which every page and picture then says."""

    @property
    def is_local(self) -> bool:
        """Whether every answer comes from this computer at once, so that none is worth waiting for or storing."""

    @property
    def disclaimer(self) -> str:
        """What a reader must know before relying on the prices, a sentence; "" where there is nothing."""

    def is_offered(self) -> bool:
        """Return whether users can choose it here and now; links and commands may name it all the same."""

    def symbols(self) -> tuple[str, ...]:
        """Return all symbols of a source that has only these; () where any symbol may exist."""

    def fetch(self, symbol: Symbol, basis: PriceBasis) -> MarketData:
        """Return current bars and targets. Raises a `MarketError` if there are no bars."""

    def fetch_stored(self, symbol: Symbol, basis: PriceBasis) -> MarketData | None:
        """Return what can be shown without a request, or None. Raises a `MarketError` if the source is local."""

    def earnings_are_due(self, data: MarketData) -> bool:
        """Return whether `refresh_earnings` would request something."""

    def refresh_earnings(self, symbol: Symbol, history: PriceHistory) -> bool:
        """Fetch the earnings of the company if they are due, which no chart waits for; return whether there are others.

        `fetch` and `fetch_stored` then return them. Raises no `MarketError`: where it fails, there are none.
        """

    def retry_now(self, symbol: Symbol) -> None:
        """Let the next `fetch` try again even if the last one failed a moment ago."""

    def limit_notice(self) -> str | None:
        """Return a sentence that says until when the source refuses all requests, or None."""

    def waiting_requests(self) -> int:
        """Return how many requests wait for their turn within the limit per minute."""

    def near_matches(self, text: str) -> tuple[SymbolMatch, ...]:
        """Return symbols that resemble `text`, best first, at most `MAX_MATCHES`. Raises a `MarketError`."""


class LocalSource:
    """The parts of `Source` that are the same wherever prices lie on this computer: no requests, limits or retries."""

    is_local = True

    def earnings_are_due(self, data: MarketData) -> bool:
        return False

    def refresh_earnings(self, symbol: Symbol, history: PriceHistory) -> bool:
        return False

    def retry_now(self, symbol: Symbol) -> None:
        """Do nothing: every fetch reads anew."""

    def limit_notice(self) -> str | None:
        return None

    def waiting_requests(self) -> int:
        return 0


def closest_symbols(text: str, symbols: Sequence[str]) -> tuple[SymbolMatch, ...]:
    """Return the symbols that resemble `text`, or the first ones where none does, at most `MAX_MATCHES`."""
    near = get_close_matches(text.upper(), symbols, MAX_MATCHES, cutoff=0.5)
    return tuple(SymbolMatch(symbol, "") for symbol in (near or symbols)[:MAX_MATCHES])
