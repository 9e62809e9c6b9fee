"""The analysis as a few sentences, the way a markets desk would print it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from typing import Literal

from indicators.analysis import Analysis, MovingAverage
from indicators.summary.clauses import Clause, Rank, Sentence, compose
from indicators.summary.facts import Crossing, Place, SummaryFacts, next_beyond, summary_facts
from indicators.summary.level_phrases import Wording, ema_names
from indicators.summary.target_sentence import quoted_targets, target_sentences
from indicators.summary.trendline_phrases import event_phrase, history_phrase
from text import numbers
from text.prose import both_or_all, number_word

ATR_SESSIONS = 14


def technical_read(analysis: Analysis) -> str:
    """Return what the figures of an Analysis say, in at most 80 words of English on one line.

    In this order: what happened on the last session, where the price stands among its EMAs, the next resistance and
    support and what lies beyond them, and what the analysts say. Each clause is true of the Analysis or left out; no
    price is given twice, and none that is further than 25% or 10 ATR away, but for the targets. Only levels that are
    drawn are named. Prices have the decimals of the last one, changes are in percent. The same Analysis always gives
    the same text. Names of symbols, firms and ratings come from outside: show it as plain text, not as markup.
    """
    return " ".join(read_sentences(analysis))


def read_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Return the sentences of `technical_read`, the first of which says what happened on the last session."""
    facts = summary_facts(analysis)
    wording = Wording(facts, quoted_targets(facts))
    happened = (_move_sentence(facts, wording), *_story_sentences(facts, wording))
    if analysis.atr:
        middle = (_resistance_sentence(facts, wording), _support_sentence(facts, wording))
    else:
        middle = (((Clause(_range_clause(facts, wording))),), ())
    return compose((*happened, *middle, *target_sentences(facts)))


# What happened


def _move_sentence(facts: SummaryFacts, wording: Wording) -> Sentence:
    analysis = facts.analysis
    day = numbers.format_recent_day(analysis.session, analysis.as_of)
    close = f"{analysis.symbol} {_verb(analysis)} {wording.last_price()} on {day}"
    parts = [Clause(close), Clause(_change(facts)), Clause(_turn_clause(facts, wording))]
    event = facts.event
    has_room = facts.story.extreme is None and facts.story.reversal is None
    if event is not None and has_room and wording.reaches(event.line.value):
        wording.lines.append(event.line)
        phrase = event_phrase(analysis, event, wording.at(event.line.value))
        history = history_phrase(analysis, event)
        parts += [Clause(f", {phrase}"), Clause(history and f", {history}", Rank.HISTORY)]
    return tuple(parts)


def _verb(analysis: Analysis) -> str:
    if not analysis.in_progress:
        return "closed at"
    return "trades near" if analysis.session == analysis.as_of else "traded near"


def _change(facts: SummaryFacts) -> str:
    change_pct, gap = facts.analysis.change_pct, facts.story.gap
    if change_pct is None:
        return ""
    jump = f" with a gap {gap}" if gap else ""
    over = facts.analysis.unit.of_change
    if round(change_pct, 1) == 0:
        return f", {'unchanged' if change_pct == 0 else 'little changed'}{over}{jump}"
    return f", {'up' if change_pct > 0 else 'down'} {numbers.format_unsigned_percent(change_pct)}{over}{jump}"


def _turn_clause(facts: SummaryFacts, wording: Wording) -> str:
    """Return the extreme of 52 weeks, or of all bars, that the session set, and from where within it the price turned.

    An extreme from which the price turned comes before the turn, the one at the other end after it.
    """
    extreme, reversal = facts.story.extreme, facts.story.reversal
    if extreme is None:
        return f", {_turn(facts, wording, reversal)}" if reversal else ""
    is_high = extreme != "52-week low"
    figure = _of_last(facts, wording, "high" if is_high else "low")
    if reversal is not None and is_high == (reversal == "up"):
        return f", {_turn(facts, wording, reversal)} to a {extreme}{figure}"
    turned = f" before {'falling back' if is_high else 'recovering'}" if reversal else ""
    return f", setting a {extreme}{figure}{turned}" if figure or turned else f", a {extreme}"


def _turn(facts: SummaryFacts, wording: Wording, reversal: Literal["up", "down"]) -> str:
    verb, column = ("recovering", "low") if reversal == "up" else ("falling back", "high")
    return f"{verb} from the {facts.analysis.unit.span}'s {column}{_of_last(facts, wording, column)}"


def _of_last(facts: SummaryFacts, wording: Wording, column: str) -> str:
    return wording.at(float(facts.analysis.bars[column].iloc[-1]), "of")


def _story_sentences(facts: SummaryFacts, wording: Wording) -> Iterator[Sentence]:
    """Yield the rest of the day's story: its volume, a cross of EMAs, an old high that was broken."""
    story, span = facts.story, facts.analysis.unit.span
    if story.volume_ratio is not None:
        ratio = numbers.format_number(story.volume_ratio, 1)
        yield (Clause(f"Volume was {ratio} times its 50-{span} mean", Rank.STORY),)
    if story.cross is not None:
        kind, day = story.cross.kind, _on_day(facts, story.cross.day)
        yield (Clause(f"Its 50- and 200-{span} EMAs made a {kind} cross{day}", Rank.STORY),)
    if story.broken_high is not None:
        figure, day = wording.at(story.broken_high.price, "of"), _on_day(facts, story.broken_high.broken_on)
        yield (Clause(f"It broke its old high{figure}{day}", Rank.STORY),)


def _on_day(facts: SummaryFacts, day: Date) -> str:
    """Return " on Monday", nothing for the last session, whose day the first sentence gives."""
    return "" if day == facts.analysis.session else f" on {numbers.format_recent_day(day, facts.analysis.as_of)}"


# Where it stands, and what is next above


def _resistance_sentence(facts: SummaryFacts, wording: Wording) -> Sentence:
    """Return where the price is among its EMAs, which resistance comes next, and what lies past that."""
    position = _position(facts, wording)
    if not facts.resistances:
        nothing = "; no resistance lies in reach" if position else "No resistance lies in reach"
        return Clause(position), Clause(nothing, Rank.NEXT)
    first = facts.resistances[0]
    if first.ema_span is not None and first.ema_span == _last_named_span(facts):
        following = ", which is the next resistance"
    else:
        following = f"{'; next' if position else 'Next'} resistance is {wording.place(first)}"
    beyond = next_beyond(facts.resistances, first, facts.analysis.atr or 0.0)
    ahead = f", ahead of {wording.place(beyond)}" if beyond is not None and wording.says_where(beyond) else ""
    return Clause(position), Clause(following, Rank.NEXT), Clause(ahead, Rank.BEYOND)


def _position(facts: SummaryFacts, wording: Wording) -> str:
    """Return the position of the price among its EMAs; empty where none of them is near enough to be named."""
    if facts.crossing is not None:
        return _crossing_clause(facts, facts.crossing, wording)
    if facts.at is not None:
        return f"It is level with {wording.place(facts.at)}"
    if facts.above and facts.below:
        under, over = max(facts.above, key=_value), min(facts.below, key=_value)
        near = [average for average in (under, over) if wording.reaches(_value(average))]
        if len(near) == 2:
            return f"It stands between {wording.emas([under])} and {wording.emas([over])}"
        return f"It stands {'above' if near == [under] else 'below'} {wording.emas(near)}" if near else ""
    for side, emas in (("above", facts.above), ("below", facts.below)):
        if emas:
            is_named = len(emas) == 1 or (side == "below" and all(wording.reaches(_value(average)) for average in emas))
            return f"It stands {side} {wording.emas(emas) if is_named else _together(facts, emas)}"
    return ""


def _together(facts: SummaryFacts, emas: tuple[MovingAverage, ...]) -> str:
    """Return "all four EMAs", or their names where another one prints as the price does."""
    known = sum(average.value is not None for average in facts.analysis.emas)
    return f"{both_or_all(known)} EMAs" if len(emas) == known else f"the {ema_names(emas, facts.analysis.unit)}"


def _last_named_span(facts: SummaryFacts) -> int | None:
    """Return the span of the EMA that the position ends with, if it is named with its own price."""
    if facts.crossing is not None:
        return facts.crossing.emas[0].span if len(facts.crossing.emas) == 1 else None
    if facts.at is not None:
        return None
    nearest = min(facts.below, key=_value, default=None)
    return nearest.span if nearest is not None and (facts.above or len(facts.below) == 1) else None


def _crossing_clause(facts: SummaryFacts, crossing: Crossing, wording: Wording) -> str:
    emas = wording.emas(crossing.emas)
    if crossing.day == facts.analysis.session:
        return f"It {crossing.direction} {emas}"
    return f"On {numbers.format_recent_day(crossing.day, facts.analysis.as_of)} it {crossing.direction} {emas}"


def _value(average: MovingAverage) -> float:
    assert average.value is not None
    return average.value


# What is next below


def _support_sentence(facts: SummaryFacts, wording: Wording) -> Sentence:
    """Return what the price can fall back on, and what the loss of that, or of the trendline, would expose."""
    reclaimed = facts.crossing.emas if facts.crossing and facts.crossing.direction == "reclaimed" else ()
    spans = {average.span for average in reclaimed}
    others = [place for place in facts.supports if place.ema_span not in spans]
    if not facts.supports or (not others and not reclaimed):
        return (Clause("No support lies in reach", Rank.NEXT),)
    if not others:
        return (Clause(f"Support is the reclaimed {ema_names(reclaimed, facts.analysis.unit)}", Rank.NEXT),)
    first = others[0]
    atr = facts.analysis.atr or 0.0
    clauses = [Clause(f"{_support_start(facts, first, reclaimed)} {wording.place(first)}", Rank.NEXT)]
    lost = next((place for place in facts.supports if place.line is not None), first)
    second = next_beyond(facts.supports, first, atr)
    if second is not None and second.price > lost.price and wording.says_where(second):
        clauses.append(Clause(f", ahead of {wording.place(second)}", Rank.BEYOND))
    exposed = next_beyond(facts.supports, lost, atr)
    if exposed is not None and wording.says_where(exposed):
        loss = "it" if lost is first else f"the trendline{wording.at(lost.price)}"
        clauses.append(Clause(f"; losing {loss} would expose {wording.place(exposed)}", Rank.EXPOSED))
    return tuple(clauses)


def _support_start(facts: SummaryFacts, first: Place, reclaimed: tuple[MovingAverage, ...]) -> str:
    if reclaimed and first is not facts.supports[0]:
        return f"Below {'that EMA' if len(reclaimed) == 1 else 'those EMAs'}, support is"
    return "Next support is"


def _range_clause(facts: SummaryFacts, wording: Wording) -> str:
    """Return the range so far of a history too short, or too still, for an average true range."""
    analysis = facts.analysis
    count, low, high, bar = len(analysis.bars), analysis.low_52w, analysis.high_52w, analysis.unit.bar
    sessions = f"only {bar} so far has" if count == 1 else f"{number_word(count)} {bar}s so far have"
    if wording.at(low) and wording.at(high):
        return f"Its {sessions} ranged between {wording.figure(low)} and {wording.figure(high)}"
    if count <= ATR_SESSIONS:
        return f"Its {sessions} shown no level yet"
    return "Its price hardly moves, so no level is named"
