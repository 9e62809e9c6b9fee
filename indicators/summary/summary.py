"""The analysis as a few sentences, the way a markets desk would print it."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analysis import Analysis, MovingAverage
from indicators.clusters import Cluster, describe_levels
from indicators.levels import EmaOrigin
from indicators.summary.facts import Crossing, NextResistance, NextSupport, Place, SummaryFacts, summary_facts
from indicators.summary.level_phrases import (
    ema_names,
    extreme_name,
    line_name,
    money,
    place_phrase,
    short_place_phrase,
)
from indicators.summary.target_sentence import target_sentence
from indicators.summary.trendline_phrases import event_phrase
from text import numbers
from text.prose import both_or_all, join_words, number_word

MIN_CROWD = 3  # levels close together that are mentioned as such; two are named by their prices


def technical_read(analysis: Analysis) -> str:
    """Return what the figures of an Analysis say, in about three sentences of English on one line.

    They report the move and what came before it; the EMAs, the next resistance and what a break above it opens; the
    support and what losing it exposes; the targets relative to the price. Each clause is true of the Analysis or left
    out, and each figure is one of its own: prices in the decimals of the last one, changes in percent. The same
    Analysis always gives the same text. Names of symbols, firms and ratings come from outside: show it as plain text,
    not as markup.
    """
    facts = summary_facts(analysis)
    middle = (_resistance_sentences(facts), _support_sentence(facts)) if analysis.atr else (_range_sentence(facts),)
    return " ".join(filter(None, (_move_sentence(facts), *middle, target_sentence(facts))))


def _move_sentence(facts: SummaryFacts) -> str:
    analysis = facts.analysis
    day = numbers.format_recent_day(analysis.session, analysis.as_of)
    close = f"{analysis.symbol} {_verb(analysis)} {analysis.price_format.price(analysis.price)} on {day}"
    return ", ".join(filter(None, (close, _change(facts), _cause(facts)))) + "."


def _verb(analysis: Analysis) -> str:
    if not analysis.in_progress:
        return "closed at"
    return "trades near" if analysis.session == analysis.as_of else "traded near"


def _change(facts: SummaryFacts) -> str:
    change_pct = facts.analysis.change_pct
    if change_pct is None:
        return ""
    if round(change_pct, 1) == 0:
        return "unchanged" if change_pct == 0 else "little changed"
    moved = f"{'up' if change_pct > 0 else 'down'} {numbers.format_unsigned_percent(change_pct)}"
    if facts.pullback_pct is None:
        return moved
    return f"{moved} from a close {numbers.format_unsigned_percent(facts.pullback_pct, 0)} below its 52-week high"


def _cause(facts: SummaryFacts) -> str:
    """Return the 52-week high or low that the session set, else the event at a trendline."""
    if facts.extreme is None:
        return event_phrase(facts, facts.event) if facts.event else ""
    analysis = facts.analysis
    value = money(facts, analysis.high_52w if facts.extreme == "high" else analysis.low_52w)
    if value == money(facts, analysis.price):
        return f"a 52-week {facts.extreme}"
    return f"after setting a 52-week {facts.extreme} of {value}"


def _resistance_sentences(facts: SummaryFacts) -> str:
    """Return where the price is among its EMAs, which resistance comes next, and what lies past that."""
    position, resistance = _position(facts), facts.next_resistance
    if resistance is None:
        nothing = "no level of the chart is left above it."
        return f"{position} and {nothing}" if position else f"N{nothing[1:]}"
    if position:
        start = f"{position} {_resistance_clause(facts, resistance)}"
    else:
        start = f"The next resistance is {place_phrase(facts, resistance.first)}"
    return f"{start}{_crowd_clause(facts, resistance)}; {_breakout_clause(facts, resistance)}."


def _position(facts: SummaryFacts) -> str:
    """Return the position of the price among its EMAs, up to the comma; empty where there is no EMA."""
    if facts.crossing is not None:
        return f"{_crossing_clause(facts, facts.crossing)},"
    if facts.at:
        return f"It sits on {_emas_with_prices(facts, facts.at)},"
    if facts.above and facts.below:
        under = max(facts.above, key=_value)
        over = min(facts.below, key=_value)
        return f"It sits between {_emas_with_prices(facts, [under])} and {_emas_with_prices(facts, [over])},"
    if facts.above:
        is_only = len(facts.above) == 1
        emas = _emas_with_prices(facts, facts.above) if is_only else _all_emas(facts.above)
        return f"It stands above {_outside_band_phrase(facts)}{emas},"
    if len(facts.below) > 1:
        how = "clustered" if _are_emas_clustered(facts) else "which lie"
        low, high = (money(facts, pick(map(_value, facts.below))) for pick in (min, max))
        names = ema_names(facts.below)
        return f"It stands below {_outside_band_phrase(facts)}the {names}, {how} between {low} and {high},"
    if facts.below:
        return f"It stands below {_outside_band_phrase(facts)}{_emas_with_prices(facts, facts.below)},"
    return ""


def _crossing_clause(facts: SummaryFacts, crossing: Crossing) -> str:
    direction = crossing.direction
    known = facts.above or facts.below
    side = "above" if facts.above else "below"
    rest = f" and stands {side} {_all_emas(known)}" if _ends_on_one_side(facts) else ""
    if crossing.day == facts.analysis.session:
        return f"It has {direction} {_emas_with_prices(facts, crossing.emas)}{rest}"
    day = numbers.format_recent_day(crossing.day, facts.analysis.as_of)
    prices = _ema_prices(facts, crossing.emas)
    return f"It {direction} the {ema_names(crossing.emas)}, now at {prices}, on {day}{rest}"


def _ends_on_one_side(facts: SummaryFacts) -> bool:
    """Return whether a crossing has left the price on one side of all the EMAs, of which it crossed only some."""
    crossed = len(facts.crossing.emas) if facts.crossing else 0
    return 0 < crossed < len(facts.above) + len(facts.below) and not (facts.above and facts.below) and not facts.at


def _value(average: MovingAverage) -> float:
    assert average.value is not None
    return average.value


def _emas_with_prices(facts: SummaryFacts, emas: Sequence[MovingAverage]) -> str:
    return f"the {ema_names(emas)} at {_ema_prices(facts, emas)}"


def _ema_prices(facts: SummaryFacts, emas: Sequence[MovingAverage]) -> str:
    """Return the price of each of one or two EMAs, and the range of more."""
    if len(emas) < 3:
        return join_words([money(facts, _value(average)) for average in emas])
    values = [_value(average) for average in emas]
    return f"{money(facts, min(values))} to {money(facts, max(values))}"


def _all_emas(emas: Sequence[MovingAverage]) -> str:
    return f"{both_or_all(len(emas))} EMAs"


def _outside_band_phrase(facts: SummaryFacts) -> str:
    """Return "the upper Bollinger Band at $24.62 and ", where the price is outside its bands on that side."""
    band = facts.outside_band
    if band is None or (facts.next_resistance is not None and facts.next_resistance.first.level == band):
        return ""
    return f"the {'upper' if facts.above else 'lower'} Bollinger Band at {money(facts, band.price)} and "


def _are_emas_clustered(facts: SummaryFacts) -> bool:
    """Return whether one cluster holds all the EMAs that the price is below."""
    spans = {average.span for average in facts.below}
    return any(spans <= _ema_spans(cluster) for cluster in facts.analysis.clusters)


def _ema_spans(cluster: Cluster) -> set[int]:
    return {level.origin.span for level in cluster.levels if isinstance(level.origin, EmaOrigin)}


def _resistance_clause(facts: SummaryFacts, resistance: NextResistance) -> str:
    """Return the next resistance; an EMA that the sentence has named already is not named again."""
    span = resistance.first.ema_span
    was_lost = facts.crossing is not None and facts.crossing.direction == "lost"
    if span and not (facts.above or facts.at) and not was_lost and len(facts.below) > 1:
        return f"so resistance starts at {money(facts, resistance.first.price)}"
    nearest = sorted(facts.below, key=_value)[: 0 if facts.at else 1]
    mentioned = facts.crossing.emas if facts.crossing else nearest
    if [span] == [average.span for average in mentioned] and not _ends_on_one_side(facts):
        return "now the next resistance" if was_lost else "the next resistance"
    return f"with {place_phrase(facts, resistance.first)} the next resistance"


def _crowd_clause(facts: SummaryFacts, resistance: NextResistance) -> str:
    if not _is_crowd(facts, resistance):
        return ""
    return f", the first of {number_word(resistance.count)} levels up to {money(facts, resistance.top.price)}"


def _is_crowd(facts: SummaryFacts, resistance: NextResistance) -> bool:
    """Return whether to mention the cluster of the next resistance; one of EMAs only has been mentioned as such."""
    return resistance.count >= MIN_CROWD and not (_clears_all_emas(facts, resistance) and _are_emas_clustered(facts))


def _clears_all_emas(facts: SummaryFacts, resistance: NextResistance) -> bool:
    """Return whether the price is below all EMAs, and the highest of them is the last level to pass next."""
    if facts.crossing is not None or facts.above or facts.at or len(facts.below) < 2:
        return False
    return resistance.top.origin == EmaOrigin(max(facts.below, key=_value).span)


def _breakout_clause(facts: SummaryFacts, resistance: NextResistance) -> str:
    above = f"above {_what_to_pass(facts, resistance)}"
    if resistance.beyond is None:
        return f"a break {above} would leave no level overhead"
    opens = f"open the way to {_way_phrase(facts, resistance.beyond, resistance.band)}"
    if _clears_all_emas(facts, resistance):
        return f"a close {above} would clear them all and {opens}"
    return f"{'only a' if (facts.analysis.change_pct or 0.0) < 0 else 'a'} break {above} would {opens}"


def _what_to_pass(facts: SummaryFacts, resistance: NextResistance) -> str:
    if _is_crowd(facts, resistance):
        return "all of them"
    reaches_higher = resistance.top.price > resistance.first.price
    return money(facts, resistance.top.price) if reaches_higher else "it"


def _way_phrase(facts: SummaryFacts, beyond: Place, band: Place | None) -> str:
    if band is None:
        return short_place_phrase(facts, beyond)
    name = "one" if beyond.level.kind == "band" else "Bollinger Band"
    return f"{short_place_phrase(facts, beyond)} and, further up, the upper {name} at {money(facts, band.price)}"


def _support_sentence(facts: SummaryFacts) -> str:
    """Return what the price can fall back on, and what lies beneath that."""
    support = facts.next_support
    if support is None:
        return "Beneath it the chart shows no support."
    clause, pronoun = _support_clause(facts, support)
    if support.skips_reclaimed_emas and facts.crossing is not None:
        clause = f"below the reclaimed EMA{'s' if len(facts.crossing.emas) > 1 else ''}, {clause}"
    return f"{clause[0].upper()}{clause[1:]}; losing {pronoun} {_exposure_clause(facts, support)}."


def _support_clause(facts: SummaryFacts, support: NextSupport) -> tuple[str, str]:
    """Return the clause on the support, and the word that refers to it afterwards."""
    floor = _floor_phrase(facts, support)
    if support.floor is support.first:
        return f"{floor} is the first support", "it"
    if support.cluster is not None:
        low, high = money(facts, support.cluster.low), money(facts, support.cluster.high)
        return f"{_members_phrase(facts, support.cluster)} give support from {high} down to {low}", "them"
    pronoun = "the line" if support.floor.line is not None else "that"
    if support.is_one_range:
        return f"support runs from {money(facts, support.first.price)} down to {floor}", pronoun
    return f"first support is {_first_support_phrase(facts, support)}, well ahead of {floor}", pronoun


def _floor_phrase(facts: SummaryFacts, support: NextSupport) -> str:
    """Return the floor by its name; a trendline that the first sentence has named is "that trendline"."""
    line = support.floor.line
    if line is None:
        is_first = support.floor is support.first
        return _first_support_phrase(facts, support) if is_first else money(facts, support.floor.low)
    is_named = facts.extreme is None and facts.event is not None and facts.event.line == line
    return f"{'that trendline' if is_named else f'the {line_name(line)}'} at {money(facts, line.value)}"


def _first_support_phrase(facts: SummaryFacts, support: NextSupport) -> str:
    """Return the first support by its name; a band that the price has risen above has been named already."""
    if facts.above and facts.crossing is None and support.first.level == facts.outside_band:
        return f"that band at {money(facts, support.first.price)}"
    return place_phrase(facts, support.first)


def _members_phrase(facts: SummaryFacts, cluster: Cluster) -> str:
    return describe_levels(cluster.levels, {"high": extreme_name(facts, "high"), "low": extreme_name(facts, "low")})


def _exposure_clause(facts: SummaryFacts, support: NextSupport) -> str:
    if support.exposed is None:
        return "would leave none beneath"
    return f"would expose {short_place_phrase(facts, support.exposed)}"


def _range_sentence(facts: SummaryFacts) -> str:
    """Return the range so far of a history too short for an average true range."""
    analysis = facts.analysis
    low, high = money(facts, analysis.low_52w), money(facts, analysis.high_52w)
    verb = f"stayed at {low}" if low == high else f"ranged between {low} and {high}"
    count = len(analysis.bars)
    sessions = "only session so far has" if count == 1 else f"{number_word(count)} sessions so far have"
    return f"Its {sessions} {verb}."
