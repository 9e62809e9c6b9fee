"""Yahoo Finance as a `Source`; yfinance and the store are loaded when they are first needed."""

from __future__ import annotations

from datetime import UTC, datetime

from market.market_data import MarketData
from market.price_history import PriceBasis, PriceHistory
from market.source import SourceNames, SymbolMatch
from market.symbols import Symbol


class YahooSource:
    """Yahoo Finance, by way of the store."""

    key = "yahoo"
    names = SourceNames("Yahoo Finance", "Yahoo Finance", "Yahoo Finance", "Yahoo Finance")
    is_demo = False
    is_local = False
    disclaimer = ""

    def is_offered(self) -> bool:
        return True

    def symbols(self) -> tuple[str, ...]:
        return ()

    def fetch(self, symbol: Symbol, basis: PriceBasis) -> MarketData:
        from market.yahoo.cached import refresh

        return refresh(symbol, basis)

    def fetch_stored(self, symbol: Symbol, basis: PriceBasis) -> MarketData | None:
        from market.yahoo.stored import stored_data

        return stored_data(symbol, basis)

    def earnings_are_due(self, data: MarketData) -> bool:
        from market.yahoo.freshness import earnings_are_due

        return earnings_are_due(data.history, data.earnings, datetime.now(UTC))

    def refresh_earnings(self, symbol: Symbol, history: PriceHistory) -> bool:
        from market.yahoo.earnings.refresh import refresh_earnings

        return refresh_earnings(symbol, history)

    def retry_now(self, symbol: Symbol) -> None:
        from market.store.store import get_store
        from market.yahoo.backoff import lift_pauses

        lift_pauses(get_store().database, symbol)

    def limit_notice(self) -> str | None:
        from market.store.store import get_store
        from market.yahoo.backoff import limit_notice

        return limit_notice(get_store().database)

    def waiting_requests(self) -> int:
        from market.yahoo.rate_limit import rate_limiter

        return rate_limiter().waiting

    def near_matches(self, text: str) -> tuple[SymbolMatch, ...]:
        from market.yahoo.client import near_matches

        return near_matches(text)


SOURCE = YahooSource()
