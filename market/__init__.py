"""Where prices and targets come from: plain types, the data sources, and the store that keeps what was fetched."""

from market.price_history import PriceHistory
from market.price_target import PriceTarget

__all__ = ["PriceHistory", "PriceTarget"]
