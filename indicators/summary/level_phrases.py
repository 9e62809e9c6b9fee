"""What the summary calls a level: "the 50-day EMA at $15.89", "the zone from $17.55 to $18.30"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from indicators.analysis import MovingAverage
from indicators.levels import (
    BandOrigin,
    EmaOrigin,
    ExtremeOrigin,
    GapEdgeOrigin,
    OldHighOrigin,
    TargetOrigin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
)
from indicators.summary.facts import Place, SummaryFacts
from indicators.trendlines.trendlines import Trendline
from text import numbers
from text.prose import join_words


def money(facts: SummaryFacts, value: float) -> str:
    """Return a price in the currency, with the decimals of the last one."""
    return numbers.format_price(value, facts.analysis.currency, facts.decimals)


def ema_names(emas: Sequence[MovingAverage]) -> str:
    """Return "50-day EMA" for one, "20- and 50-day EMAs" for several."""
    *others, last = (f"{average.span}-" for average in emas)
    return f"{join_words([*others, last])}day EMA{'s' if others else ''}"


def line_name(line: Trendline) -> str:
    """Return "rising trendline" or, for a line of two touches, "tentative falling trendline"."""
    direction = "rising" if line.slope > 0 else "falling" if line.slope < 0 else "level"
    return f"tentative {direction} trendline" if line.tentative else f"{direction} trendline"


def extreme_name(facts: SummaryFacts, extreme: Literal["high", "low"]) -> str:
    """Return "52-week high", or "high on record" where the bars do not go back that far."""
    return f"52-week {extreme}" if facts.full_year else f"{extreme} on record"


def place_phrase(facts: SummaryFacts, place: Place) -> str:
    """Return what a place is and its price, or both prices of a zone."""
    low, high = money(facts, place.low), money(facts, place.high)
    is_zone = isinstance(place.level.origin, ZoneEdgeOrigin)
    if is_zone and low != high:
        return f"the zone from {low} to {high}"
    return f"{_name(facts, place)} at {money(facts, place.price)}"


def short_place_phrase(facts: SummaryFacts, place: Place) -> str:
    """Return the phrase of a place that comes second in its sentence: a zone is only its nearer price."""
    return money(facts, place.price) if isinstance(place.level.origin, ZoneEdgeOrigin) else place_phrase(facts, place)


def _name(facts: SummaryFacts, place: Place) -> str:
    match place.level.origin:
        case EmaOrigin(span):
            return f"the {span}-day EMA"
        case BandOrigin(band):
            return f"the {band} Bollinger Band"
        case ExtremeOrigin(extreme) if extreme == facts.extreme:
            return f"that {extreme}"  # the first sentence has said that it was set today
        case ExtremeOrigin(extreme):
            return f"the {extreme_name(facts, extreme)}"
        case TrendlineOrigin(line):
            return f"the {line_name(line)}"
        case ZoneEdgeOrigin(zone, edge):
            if place.low < place.high or zone.low == zone.high:
                return "the zone"
            return "the top of a zone" if edge == "top" else "the foot of a zone"
        case GapEdgeOrigin():
            return "the edge of an open gap"
        case OldHighOrigin():
            return "the old high"
        case TargetOrigin(firm):
            return f"the target of {firm}"
