"""The analysis in words, as a markets desk would print it."""

from __future__ import annotations

from indicators import notation
from indicators.analysis import Analysis


def technical_read(analysis: Analysis) -> str:
    """What the figures say, in sentences; a clause whose figure does not exist is absent."""
    places = notation.decimals(analysis.price)
    return f"{analysis.symbol} traded near {notation.price(analysis.price, analysis.currency, places)}."
