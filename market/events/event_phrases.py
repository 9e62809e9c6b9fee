"""Events in words, with their figures."""

from __future__ import annotations

from fractions import Fraction

from market.events.company_events import CompanyEvent, Dividend, Earnings, Split
from text import numbers
from text.numbers import PriceFormat

EARNINGS = PriceFormat()  # two decimals without a unit
MAX_SHARES = 100  # in a ratio: 3:2, 1:25


def event_phrase(event: CompanyEvent, written: PriceFormat) -> str:
    """Return an event as a phrase: "Dividend $0.26", "Split 20:1", "Earnings 0.05 a share, 0.08 expected (−37.5%)".

    `written`: how the prices of the ticker are; earnings have no unit, since they may be in another currency.
    """
    match event:
        case Dividend(_, amount):
            return f"Dividend {written.amount(amount)}"
        case Split(_, ratio):
            return f"{'Split' if ratio > 1.0 else 'Reverse split'} {ratio_text(ratio)}"
        case Earnings():
            return _earnings_phrase(event)


def ratio_text(ratio: float) -> str:
    """Return new shares to old ones: 20:1, 3:2, 1:10."""
    shares = Fraction(ratio).limit_denominator(MAX_SHARES)
    return f"{shares.numerator}:{shares.denominator}"


def _earnings_phrase(event: Earnings) -> str:
    parts = []
    if event.eps is not None:
        parts.append(f"{EARNINGS.price(event.eps)} a share")
    if event.eps_estimate is not None:
        parts.append(f"{EARNINGS.price(event.eps_estimate)} expected")
    surprise = "" if event.surprise_pct is None else f" ({numbers.format_percent(event.surprise_pct)})"
    return f"Earnings {', '.join(parts)}{surprise}" if parts else "Earnings"
