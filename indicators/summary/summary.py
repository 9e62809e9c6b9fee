"""The analysis in words, as a markets desk would print it."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analysis import Analysis, MovingAverage
from indicators.clusters import Cluster
from indicators.summary.facts import Crossing, NextResistance, NextSupport, Place, SummaryFacts, summary_facts
from indicators.summary.level_phrases import ema_names, line_name, money, place_phrase, short_place_phrase
from indicators.summary.target_sentence import target_sentence
from indicators.summary.trendline_phrases import event_phrase
from text import numbers
from text.prose import both_or_all, join_words, number_word

CROWDED = 3  # levels close together that are worth a word; two are told by their prices


def technical_read(analysis: Analysis) -> str:
    """What the figures of an Analysis say, in about three sentences of English on one line.

    The move and what it came from; the EMAs, the next resistance and what a break above it opens; the support and
    what losing it exposes; how the targets stand to the price. Each clause is true of the Analysis or absent, each
    figure one of its own: prices in the decimals of the last one, changes in percent. The same Analysis always reads
    the same. The names of symbols, firms and ratings come from outside: show the text as text, not as markup.
    """
    facts = summary_facts(analysis)
    middle = (_upper_half(facts), _lower_half(facts)) if analysis.atr else (_sessions_so_far(facts),)
    return " ".join(filter(None, (_move(facts), *middle, target_sentence(facts))))


def _move(facts: SummaryFacts) -> str:
    analysis = facts.analysis
    day = numbers.format_recent_day(analysis.session, analysis.as_of)
    moved = f"{analysis.symbol} {_verb(analysis)} {money(facts, analysis.price)} on {day}"
    return ", ".join(filter(None, (moved, _change(facts), _cause(facts)))) + "."


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
    """What came before the move: a year's high or low set in the session, else the event at a trendline."""
    if facts.extreme is None:
        return event_phrase(facts, facts.event) if facts.event else ""
    analysis = facts.analysis
    value = money(facts, analysis.high_52w if facts.extreme == "high" else analysis.low_52w)
    if value == money(facts, analysis.price):
        return f"a 52-week {facts.extreme}"
    return f"after setting a 52-week {facts.extreme} of {value}"


def _upper_half(facts: SummaryFacts) -> str:
    """Where the price stands among its EMAs, what it meets next above them, and what lies past that."""
    stands, overhead = _stands(facts), facts.overhead
    if overhead is None:
        nothing = "no level of the chart is left above it."
        return f"{stands} and {nothing}" if stands else f"N{nothing[1:]}"
    meets = _meets(facts, overhead) if stands else f"The next resistance is {place_phrase(facts, overhead.first)}"
    return " ".join(filter(None, (stands, f"{meets}{_crowd(facts, overhead)};", f"{_breakout(facts, overhead)}.")))


def _stands(facts: SummaryFacts) -> str:
    """The price among its EMAs, up to the comma; empty where there is none."""
    if facts.crossing is not None:
        return f"{_crossed(facts, facts.crossing)},"
    if facts.at:
        return f"It sits on {_priced(facts, facts.at)},"
    if facts.above and facts.below:
        under = max(facts.above, key=_value)
        over = min(facts.below, key=_value)
        return f"It sits between {_priced(facts, [under])} and {_priced(facts, [over])},"
    if facts.above:
        only = len(facts.above) == 1
        return f"It stands above {_outside(facts)}{_priced(facts, facts.above) if only else _all(facts.above)},"
    if len(facts.below) > 1:
        how = "clustered" if _clustered(facts) else "which lie"
        low, high = (money(facts, pick(map(_value, facts.below))) for pick in (min, max))
        return f"It stands below {_outside(facts)}the {ema_names(facts.below)}, {how} between {low} and {high},"
    return f"It stands below {_outside(facts)}{_priced(facts, facts.below)}," if facts.below else ""


def _crossed(facts: SummaryFacts, crossing: Crossing) -> str:
    day = numbers.format_recent_day(crossing.day, facts.analysis.as_of)
    known = facts.above or facts.below
    rest = f" and stands {'above' if facts.above else 'below'} {_all(known)}" if _on_one_side(facts) else ""
    if crossing.day == facts.analysis.session:
        return f"It has {crossing.what} {_priced(facts, crossing.emas)}{rest}"
    return f"It {crossing.what} the {ema_names(crossing.emas)}, now at {_prices(facts, crossing.emas)}, on {day}{rest}"


def _on_one_side(facts: SummaryFacts) -> bool:
    """Whether a crossing has left the price on one side of all the EMAs, of which it crossed only some."""
    crossed = len(facts.crossing.emas) if facts.crossing else 0
    return 0 < crossed < len(facts.above) + len(facts.below) and not (facts.above and facts.below) and not facts.at


def _value(average: MovingAverage) -> float:
    assert average.value is not None
    return average.value


def _priced(facts: SummaryFacts, emas: Sequence[MovingAverage]) -> str:
    return f"the {ema_names(emas)} at {_prices(facts, emas)}"


def _prices(facts: SummaryFacts, emas: Sequence[MovingAverage]) -> str:
    prices = [money(facts, each) for each in sorted(map(_value, emas))]
    return (
        join_words([money(facts, _value(average)) for average in emas])
        if len(emas) < 3
        else f"{prices[0]} to {prices[-1]}"
    )


def _all(emas: Sequence[MovingAverage]) -> str:
    return f"{both_or_all(len(emas))} EMAs"


def _outside(facts: SummaryFacts) -> str:
    """«the upper Bollinger Band at $24.62 and », when the price has left its bands on that side."""
    band = facts.outside_band
    if band is None or (facts.overhead is not None and facts.overhead.first.price == band):
        return ""
    return f"the {'upper' if facts.above else 'lower'} Bollinger Band at {money(facts, band)} and "


def _clustered(facts: SummaryFacts) -> bool:
    prices = {_value(place) for place in facts.below}
    return any(prices <= {level.price for level in cluster.levels} for cluster in facts.analysis.clusters)


def _meets(facts: SummaryFacts, overhead: NextResistance) -> str:
    """The next resistance, said once: an EMA that the sentence has named already is only pointed at."""
    average = overhead.first.level.kind == "ema"
    lost = facts.crossing is not None and facts.crossing.what == "lost"
    if average and not (facts.above or facts.at) and not lost and len(facts.below) > 1:
        return f"so resistance starts at {money(facts, overhead.first.price)}"
    nearest = sorted(facts.below, key=_value)[: 0 if facts.at else 1]
    told = facts.crossing.emas if facts.crossing else nearest
    if average and [overhead.first.price] == [_value(each) for each in told] and not _on_one_side(facts):
        return "now the next resistance" if lost else "the next resistance"
    return f"with {place_phrase(facts, overhead.first)} the next resistance"


def _crowd(facts: SummaryFacts, overhead: NextResistance) -> str:
    if not _crowded(facts, overhead):
        return ""
    return f", the first of {number_word(overhead.count)} levels up to {money(facts, overhead.top)}"


def _crowded(facts: SummaryFacts, overhead: NextResistance) -> bool:
    """Whether the cluster of the next resistance is worth a word; one that the EMAs make has had its own."""
    return overhead.count >= CROWDED and not (_clears_all(facts, overhead) and _clustered(facts))


def _clears_all(facts: SummaryFacts, overhead: NextResistance) -> bool:
    """Whether what has to be passed next is just the EMAs that the price stands below, all of those that exist."""
    only_below = facts.crossing is None and not (facts.above or facts.at) and len(facts.below) > 1
    return only_below and overhead.top == max(map(_value, facts.below))


def _breakout(facts: SummaryFacts, overhead: NextResistance) -> str:
    above = f"above {_to_pass(facts, overhead)}"
    if overhead.beyond is None:
        return f"a break {above} would leave no level overhead"
    opens = f"open the way to {_way(facts, overhead.beyond, overhead.band)}"
    if _clears_all(facts, overhead):
        return f"a close {above} would clear them all and {opens}"
    return f"{'only a' if (facts.analysis.change_pct or 0.0) < 0 else 'a'} break {above} would {opens}"


def _to_pass(facts: SummaryFacts, overhead: NextResistance) -> str:
    if _crowded(facts, overhead):
        return "all of them"
    return "it" if overhead.top == overhead.first.price else money(facts, overhead.top)


def _way(facts: SummaryFacts, beyond: Place, band: Place | None) -> str:
    if band is None:
        return short_place_phrase(facts, beyond)
    name = "one" if beyond.level.kind == "band" else "Bollinger Band"
    return f"{short_place_phrase(facts, beyond)} and, further up, the upper {name} at {money(facts, band.price)}"


def _lower_half(facts: SummaryFacts) -> str:
    """What the price can fall back on, and what lies beneath that."""
    support = facts.underfoot
    if support is None:
        return "Beneath it the chart shows no support."
    held, losing = _held(facts, support)
    if support.past_reclaimed and facts.crossing is not None:
        held = f"below the reclaimed EMA{'s' if len(facts.crossing.emas) > 1 else ''}, {held}"
    return f"{held[0].upper()}{held[1:]}; losing {losing} {_exposed(facts, support)}."


def _held(facts: SummaryFacts, support: NextSupport) -> tuple[str, str]:
    """The support in words, and the words for it once it is named."""
    floor = _floor(facts, support)
    if support.floor is support.first:
        return f"{floor} is the first support", "it"
    if support.cluster is not None:
        low, high = money(facts, support.cluster.low), money(facts, support.cluster.high)
        return f"{_members(facts, support.cluster)} give support from {high} down to {low}", "them"
    named_floor = "the line" if support.floor.line is not None else "that"
    if support.one_range:
        return f"support runs from {money(facts, support.first.price)} down to {floor}", named_floor
    return f"first support is {_first(facts, support)}, well ahead of {floor}", named_floor


def _floor(facts: SummaryFacts, support: NextSupport) -> str:
    """The floor by its name; a trendline that the first sentence told of is only pointed at."""
    line = support.floor.line
    if line is None:
        return _first(facts, support) if support.floor is support.first else money(facts, support.floor.low)
    told = facts.extreme is None and facts.event is not None and facts.event.line == line
    return f"{'that trendline' if told else f'the {line_name(line)}'} at {money(facts, line.value)}"


def _first(facts: SummaryFacts, support: NextSupport) -> str:
    """The first support by its name; a band that the price has risen above was told of as such."""
    if facts.above and facts.crossing is None and support.first.price == facts.outside_band:
        return f"that band at {money(facts, support.first.price)}"
    return place_phrase(facts, support.first)


def _members(facts: SummaryFacts, cluster: Cluster) -> str:
    return cluster.label if facts.full_year else cluster.label.replace("52-week low", "low on record")


def _exposed(facts: SummaryFacts, support: NextSupport) -> str:
    if support.exposed is None:
        return "would leave none beneath"
    return f"would expose {short_place_phrase(facts, support.exposed)}"


def _sessions_so_far(facts: SummaryFacts) -> str:
    """Of a history too short for an average true range: the range it has covered."""
    analysis = facts.analysis
    low, high = money(facts, analysis.low_52w), money(facts, analysis.high_52w)
    ranged = f"stayed at {low}" if low == high else f"ranged between {low} and {high}"
    count = len(analysis.bars)
    sessions = "only session so far has" if count == 1 else f"{number_word(count)} sessions so far have"
    return f"Its {sessions} {ranged}."
