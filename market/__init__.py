"""Where the numbers come from: Yahoo through yfinance, the built-in sample, the local store."""

from market.price_history import PriceHistory
from market.price_target import PriceTarget

__all__ = ["PriceHistory", "PriceTarget"]
