"""The built-in sample as a `Source`."""

from __future__ import annotations

from market.market_data import MarketData
from market.price_history import PriceBasis
from market.source import LocalSource, SourceNames, SymbolMatch, closest_symbols
from market.symbols import Symbol


class SampleSource(LocalSource):
    """Constructed bars of five miners, and one firm's targets: a demo that needs no network."""

    key = "sample"
    names = SourceNames("Sample", "The sample", "demo data", "Demo data, not market prices")
    is_demo = True

    @property
    def disclaimer(self) -> str:
        from market.sample.sample import DISCLAIMER

        return DISCLAIMER

    def is_offered(self) -> bool:
        return True

    def symbols(self) -> tuple[str, ...]:
        from market.sample.sample import SYMBOLS

        return SYMBOLS

    def fetch(self, symbol: Symbol, basis: PriceBasis) -> MarketData:
        from market.sample import sample

        return MarketData(sample.history(symbol), sample.targets(symbol))

    def fetch_stored(self, symbol: Symbol, basis: PriceBasis) -> MarketData:
        return self.fetch(symbol, basis)

    def near_matches(self, text: str) -> tuple[SymbolMatch, ...]:
        return closest_symbols(text, self.symbols())


SOURCE = SampleSource()
