"""Load one ticker: a symbol and a day in, an `Analysis` out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date

from indicators.analysis import Analysis, Scale, analyse
from market.market_data import MarketData
from market.price_history import PriceBasis
from market.sources import Source, fetch


@dataclass(frozen=True)
class AnalysisRequest:
    """Where the data comes from and how it is analyzed; `as_of` None is the latest day."""

    source: Source = "yahoo"
    as_of: Date | None = None
    scale: Scale = "linear"
    basis: PriceBasis = "split-adjusted"


def load_analysis(symbol: str, request: AnalysisRequest) -> Analysis:
    """Fetch `symbol` and analyze it. Raises a `MarketError` or `TooEarly`."""
    return analyse_market_data(fetch(symbol, request.source, request.basis), request.as_of, request.scale)


def analyse_market_data(data: MarketData, as_of: Date | None, scale: Scale) -> Analysis:
    """Analyze fetched data and keep its notices with the result. Raises `TooEarly`."""
    analysis = analyse(data.history, data.targets, as_of, scale)
    return replace(analysis, notices=data.notices, targets_known=data.targets_known)
