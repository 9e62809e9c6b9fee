"""Load one ticker: a symbol and a day in, an `Analysis` out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date

from indicators.analysis import Analysis, Scale, analyse
from indicators.intervals.bar_units import Interval
from market.errors import MarketError, UnknownSymbol
from market.market_data import MarketData
from market.price_history import PriceBasis
from market.source import SourceKey
from market.sources import fetch, near_matches, wait_for_earnings
from market.symbol_match import SymbolMatch
from market.symbols import parse_symbol


@dataclass(frozen=True)
class AnalysisRequest:
    """Where the data comes from and how it is analyzed; `as_of` None is the latest day.

    `earnings`: wait for the company's earnings too, which the source is asked for once a day.
    `person`: whose private targets are among the targets, "" for nobody's.
    """

    source: SourceKey = "yahoo"
    as_of: Date | None = None
    scale: Scale = "linear"
    basis: PriceBasis = "split-adjusted"
    interval: Interval = "1d"
    earnings: bool = False
    person: str = ""


def load_analysis(symbol: str, request: AnalysisRequest) -> Analysis:
    """Fetch `symbol`, which may come from a stored list, and analyze it. Raises a `MarketError` or `TooEarly`.

    `UnknownSymbol` names the symbols that resemble it.
    """
    try:
        data = fetch(parse_symbol(symbol), request.source, request.basis, request.person)
    except UnknownSymbol as error:
        error.matches = _near_matches(error.symbol, request.source)
        raise
    if request.earnings:
        data = wait_for_earnings(data, request.basis)
    return analyse_market_data(data, request.as_of, request.scale, request.interval)


def _near_matches(symbol: str, source: SourceKey) -> tuple[SymbolMatch, ...]:
    try:
        return near_matches(symbol, source)
    except MarketError:  # that the symbol is unknown is worth saying without them
        return ()


def analyse_market_data(data: MarketData, as_of: Date | None, scale: Scale, interval: Interval = "1d") -> Analysis:
    """Analyze fetched data, with the targets as listed on the as-of day, and keep its notices. Raises `TooEarly`."""
    analysis = analyse(data.history, data.targets_on(as_of), as_of, scale, interval, data.earnings)
    log = data.target_log
    return replace(analysis, notices=data.notices, targets_known=data.targets_known, target_log=log)
