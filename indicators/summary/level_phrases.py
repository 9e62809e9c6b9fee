"""What the read calls a level: «the 50-day EMA at $15.89», «the zone from $17.55 to $18.30»."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analysis import MovingAverage
from indicators.summary.facts import Place, SummaryFacts
from indicators.trendlines.trendlines import Trendline
from text import numbers
from text.prose import join_words


def money(facts: SummaryFacts, value: float) -> str:
    """A price at the precision of the last one."""
    return numbers.format_price(value, facts.analysis.currency, facts.places)


def ema_names(emas: Sequence[MovingAverage]) -> str:
    """«50-day EMA», «20- and 50-day EMAs»."""
    *others, last = (f"{average.span}-" for average in emas)
    return f"{join_words([*others, last])}day EMA{'s' if others else ''}"


def line_name(line: Trendline) -> str:
    """«rising trendline», «tentative falling trendline»."""
    way = "rising" if line.slope > 0 else "falling" if line.slope < 0 else "level"
    return f"tentative {way} trendline" if line.tentative else f"{way} trendline"


def place_phrase(facts: SummaryFacts, place: Place) -> str:
    """A place with what it is and its price, or both its prices."""
    low, high = money(facts, place.low), money(facts, place.high)
    if place.level.kind != "zone":
        return f"{_what(facts, place)} at {money(facts, place.price)}"
    if low != high:
        return f"the zone from {low} to {high}"
    return f"{_edge(place)} at {money(facts, place.price)}"


def short_place_phrase(facts: SummaryFacts, place: Place) -> str:
    """A place that comes second in its sentence: a zone is its nearer price."""
    return money(facts, place.price) if place.level.kind == "zone" else place_phrase(facts, place)


def _what(facts: SummaryFacts, place: Place) -> str:
    label = place.level.label
    match place.level.kind:
        case "ema":
            return f"the {label.removeprefix('EMA ')}-day EMA"
        case "band":
            return f"the {label.split()[0].lower()} Bollinger Band"
        case "52-week":
            extreme = label.removeprefix("52-week ")
            if extreme == facts.extreme:
                return f"that {extreme}"  # the first sentence has told that it was set today
            return f"the 52-week {extreme}" if facts.full_year else f"the {extreme} on record"
        case _:
            return f"the {line_name(place.line)}" if place.line else "the trendline"


def _edge(place: Place) -> str:
    assert place.zone is not None
    if place.zone.low == place.zone.high or place.low < place.high:
        return "the zone"
    return "the top of a zone" if place.price == place.zone.high else "the foot of a zone"
