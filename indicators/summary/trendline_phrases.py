"""What happened at a trendline, as the end of the sentence that reports the move."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

from indicators.summary.facts import SummaryFacts
from indicators.summary.level_phrases import line_name, money
from indicators.summary.trendline_events import TrendlineEvent
from indicators.time_spans import ONE_YEAR
from indicators.trendlines.trendlines import Side, Trendline
from text import numbers
from text.prose import number_word

DATED_SPAN = timedelta(days=60)  # what began longer ago goes by its month, what began since by its day


def event_phrase(facts: SummaryFacts, event: TrendlineEvent) -> str:
    """Return e.g. "after bouncing from its rising trendline at $14.55, a line of three higher lows since August"."""
    if _contradicts_move(facts, event):
        return _contrast_phrase(facts, event)
    is_today = event.day == facts.analysis.session
    phrase = _phrase_of_today(facts, event) if is_today else _phrase_of_earlier_day(facts, event)
    return ", ".join(filter(None, (phrase, _history_phrase(facts, event))))


def _phrase_of_today(facts: SummaryFacts, event: TrendlineEvent) -> str:
    where = f"{_its_line(event.line)} at {money(facts, event.line.value)}"
    match event.kind, event.line.side:
        case "bounced", "support":
            return f"after bouncing from {where}"
        case "bounced", _:
            return f"after being turned back at {where}"
        case "testing", side:
            return f"testing {where}" if side == "support" else f"testing {where} from below"
        case "crossed", side:
            return f"slipping below {where}" if side == "support" else f"pushing above {where}"
        case _, side:
            return f"after breaking {_direction(side)} {where}"


def _phrase_of_earlier_day(facts: SummaryFacts, event: TrendlineEvent) -> str:
    where = f"{_its_line(event.line)}, now at {money(facts, event.line.value)}"
    day = numbers.format_recent_day(event.day, facts.analysis.as_of)
    of_day = f"{day}'s" if day.isalpha() else f"the {day}"
    match event.kind, event.line.side:
        case "bounced", "support":
            return f"rebounding since {day} from {where}"
        case "bounced", _:
            return f"turned back since {day} at {where}"
        case "testing", _:
            return f"after {of_day} test of {where}"
        case _, side:
            return f"after {of_day} break {_direction(side)} {where}"


def _direction(side: Side) -> str:
    return "below" if side == "support" else "above"


def _contradicts_move(facts: SummaryFacts, event: TrendlineEvent) -> bool:
    """Return whether the day's move goes against what the event speaks for."""
    change = facts.analysis.change_pct
    if not change or event.kind not in ("bounced", "broken"):
        return False
    return (change > 0) != event.is_bullish


def _contrast_phrase(facts: SummaryFacts, event: TrendlineEvent) -> str:
    day = numbers.format_recent_day(event.day, facts.analysis.as_of)
    side = "above" if event.is_bullish else "below"
    relation = {
        ("bounced", "support"): "it bounced from",
        ("bounced", "resistance"): "that turned it back",
    }.get((event.kind, event.line.side), "it broke")
    when = "earlier in the session" if event.day == facts.analysis.session else f"on {day}"
    return f"but still {side} the {line_name(event.line)} {relation} {when}, now at {money(facts, event.line.value)}"


def _its_line(line: Trendline) -> str:
    return f"a {line_name(line)}" if line.tentative else f"its {line_name(line)}"


def _history_phrase(facts: SummaryFacts, event: TrendlineEvent) -> str:
    """Return how long the line has held, or the swings that make it; empty for a tentative one."""
    line = event.line
    if line.tentative:
        return ""
    until = line.broken_on or facts.analysis.session
    years = (until - line.start) // ONE_YEAR
    if years:
        held = "held" if line.side == "support" else "capped it"
        has = "had" if event.kind in ("broken", "crossed") else "has"
        return f"which {has} {held} for more than {'a year' if years == 1 else f'{number_word(years)} years'}"
    swings, touches, since = _swings_phrase(facts, line), number_word(len(line.touches)), _since(line.start, facts)
    return f"a line of {touches} {swings} since {since}" if swings else f"touched {touches} times since {since}"


def _swings_phrase(facts: SummaryFacts, line: Trendline) -> str:
    """Return "higher lows" where each touch's low lies above the one before, and so on; empty where they are mixed."""
    name = "low" if line.side == "support" else "high"
    prices = facts.analysis.bars[name].loc[[str(touch) for touch in line.touches]]
    if prices.is_monotonic_increasing and prices.is_unique:
        return f"higher {name}s"
    return f"lower {name}s" if prices.is_monotonic_decreasing and prices.is_unique else ""


def _since(day: Date, facts: SummaryFacts) -> str:
    session = facts.analysis.session
    if session - day < DATED_SPAN:
        return numbers.format_recent_day(day, facts.analysis.as_of)
    return f"{day:%B}" if day.year == session.year else f"{day:%B} {day.year}"
