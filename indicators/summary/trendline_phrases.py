"""What happened at a trendline, as the end of the sentence that tells the move."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

from indicators.summary.facts import SummaryFacts
from indicators.summary.level_phrases import line_name, money
from indicators.summary.trendline_events import LineEvent
from indicators.trendlines.trendlines import Side, Trendline
from text import numbers
from text.prose import number_word

YEAR = timedelta(days=365)
LATELY = timedelta(days=60)  # a month's name is exact enough for what began before


def event_phrase(facts: SummaryFacts, event: LineEvent) -> str:
    """«after bouncing from its rising trendline at $14.55, a line of three higher lows since August»."""
    if _against(facts, event):
        return _nevertheless(facts, event)
    words = _today(facts, event) if event.day == facts.analysis.session else _earlier(facts, event)
    return ", ".join(filter(None, (words, _record(facts, event))))


def _today(facts: SummaryFacts, event: LineEvent) -> str:
    where = f"{_its(event.line)} at {money(facts, event.line.value)}"
    match event.what, event.line.side:
        case "bounced", "support":
            return f"after bouncing from {where}"
        case "bounced", _:
            return f"after being turned back at {where}"
        case "testing", side:
            return f"testing {where}" if side == "support" else f"testing {where} from below"
        case "crossed", side:
            return f"slipping below {where}" if side == "support" else f"pushing above {where}"
        case _, side:
            return f"after breaking {_through(side)} {where}"


def _earlier(facts: SummaryFacts, event: LineEvent) -> str:
    where = f"{_its(event.line)}, now at {money(facts, event.line.value)}"
    day = numbers.format_recent_day(event.day, facts.analysis.as_of)
    of_day = f"{day}'s" if day.isalpha() else f"the {day}"
    match event.what, event.line.side:
        case "bounced", "support":
            return f"rebounding since {day} from {where}"
        case "bounced", _:
            return f"turned back since {day} at {where}"
        case "testing", _:
            return f"after {of_day} test of {where}"
        case _, side:
            return f"after {of_day} break {_through(side)} {where}"


def _through(side: Side) -> str:
    return "below" if side == "support" else "above"


def _against(facts: SummaryFacts, event: LineEvent) -> bool:
    """The day went the other way than the event speaks for."""
    change = facts.analysis.change_pct
    return change is not None and event.what in ("bounced", "broken") and (change > 0) != event.upward and change != 0


def _nevertheless(facts: SummaryFacts, event: LineEvent) -> str:
    day = numbers.format_recent_day(event.day, facts.analysis.as_of)
    side = "above" if event.upward else "below"
    past = {
        ("bounced", "support"): "it bounced from",
        ("bounced", "resistance"): "that turned it back",
    }.get((event.what, event.line.side), "it broke")
    on = "earlier in the session" if event.day == facts.analysis.session else f"on {day}"
    return f"but still {side} the {line_name(event.line)} {past} {on}, now at {money(facts, event.line.value)}"


def _its(line: Trendline) -> str:
    return f"a {line_name(line)}" if line.tentative else f"its {line_name(line)}"


def _record(facts: SummaryFacts, event: LineEvent) -> str:
    """How long the line has held, or the turns that make it; nothing to say of a tentative one."""
    line = event.line
    if line.tentative:
        return ""
    until = line.broken_on or facts.analysis.session
    years = (until - line.start) // YEAR
    if years:
        held = "held" if line.side == "support" else "capped it"
        has = "had" if event.what in ("broken", "crossed") else "has"
        return f"which {has} {held} for more than {'a year' if years == 1 else f'{number_word(years)} years'}"
    turns, touches, since = _turns(facts, line), number_word(len(line.touches)), _since(line.start, facts)
    return f"a line of {touches} {turns} since {since}" if turns else f"touched {touches} times since {since}"


def _turns(facts: SummaryFacts, line: Trendline) -> str:
    """«higher lows» where each touch's low lies above the one before, and so on; empty where they are mixed."""
    name = "low" if line.side == "support" else "high"
    prices = facts.analysis.bars[name].loc[[str(touch) for touch in line.touches]]
    if prices.is_monotonic_increasing and prices.is_unique:
        return f"higher {name}s"
    return f"lower {name}s" if prices.is_monotonic_decreasing and prices.is_unique else ""


def _since(day: Date, facts: SummaryFacts) -> str:
    session = facts.analysis.session
    if session - day < LATELY:
        return numbers.format_recent_day(day, facts.analysis.as_of)
    return f"{day:%B}" if day.year == session.year else f"{day:%B} {day.year}"
