"""Errors of the data sources, as sentences that say what happened and what to do.

    MarketError                      prices or targets of a symbol are not available
    ├── BadSymbol                    the text cannot be a ticker on any source
    ├── UnknownSymbol                the source has no such symbol
    │   ├── NotInSample              market.sample.sample: not one of the five sample tickers
    │   └── NotInFolder              market.files.errors: the folder has no file of that name
    ├── BadFile                      market.files.errors: a file has a line that cannot be read
    ├── FolderNotFound               market.files.errors: LEVELS_FILES is unset or names no folder
    ├── NoBars                       market.yahoo.errors: Yahoo lists the symbol without daily prices
    ├── RateLimited                  market.yahoo.errors: Yahoo refuses more requests for now
    ├── QueueFull                    market.yahoo.errors: our own limit on requests per minute is used up
    ├── YahooUnreachable             market.yahoo.errors: no connection, or no response in time
    │   └── YahooRefused             market.yahoo.errors: the response is an HTTP error
    ├── MalformedResponse            market.yahoo.errors: the response cannot be read
    └── NotStored                    tickers.scan: a scan found nothing stored for the symbol

Each error has a `symbol`, a `cause` and an `advice`; show `str(error)` and add nothing.
"""

from __future__ import annotations

from market.symbol_match import SymbolMatch
from text.plain_text import to_one_line

MAX_SYMBOL_LENGTH = 24  # characters of a symbol that are quoted
MAX_NAMED_MATCHES = 3  # in one sentence


class MarketError(Exception):
    """Prices or targets of `symbol` are not available.

    A subclass defines `cause`, what happened, and `advice`, what to do ("" where there is nothing); neither begins
    with the symbol nor ends with a period. `str(error)` is "SYMBOL: explanation", which is "cause, so advice".
    """

    def __init__(self, symbol: str, *details: object) -> None:
        super().__init__(symbol, *details)
        self.symbol = symbol

    @property
    def cause(self) -> str:
        return "the prices are not available"

    @property
    def advice(self) -> str:
        return ""

    @property
    def shown_symbol(self) -> str:
        """The symbol on one line, shortened where it is longer than any ticker."""
        return to_one_line(self.symbol, MAX_SYMBOL_LENGTH)

    @property
    def explanation(self) -> str:
        """Cause and advice in one clause."""
        return f"{self.cause}, so {self.advice}" if self.advice else self.cause

    def __str__(self) -> str:
        return f"{self.shown_symbol}: {self.explanation}"


class BadSymbol(MarketError):
    """The text cannot be a ticker on any source."""

    @property
    def cause(self) -> str:
        return f"'{self.shown_symbol}' cannot be a ticker" if self.symbol.strip() else "No ticker was given"

    @property
    def advice(self) -> str:
        if not self.symbol.strip():
            return "type a symbol such as CIFR"
        return "use letters, digits and . - ^ =, as in BRK-B or ^GSPC"

    def __str__(self) -> str:
        return f"{self.cause}: {self.advice}"


class UnknownSymbol(MarketError):
    """`source`, named as in a sentence, has no such symbol. `matches`: the symbols that resemble it, best first."""

    def __init__(self, symbol: str, source: str = "Yahoo Finance", matches: tuple[SymbolMatch, ...] = ()) -> None:
        super().__init__(symbol, source)
        self.source, self.matches = source, matches

    @property
    def cause(self) -> str:
        return f"{self.source} knows no such symbol"

    @property
    def explanation(self) -> str:
        if not self.matches or self.advice:
            return super().explanation
        *others, last = (match.symbol for match in self.matches[:MAX_NAMED_MATCHES])
        named = f"{', '.join(others)} or {last}" if others else last
        return f"{super().explanation}; did you mean {named}?"
