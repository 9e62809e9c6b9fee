"""What happened at a trendline, as the end of the sentence that reports the move."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

from indicators.analysis import Analysis
from indicators.summary.level_phrases import line_name
from indicators.summary.trendline_events import TrendlineEvent
from indicators.time_spans import ONE_YEAR
from indicators.trendlines.trendlines import Side, Trendline
from text import numbers
from text.prose import number_word

DATED_SPAN = timedelta(days=60)  # what began longer ago goes by its month, what began since by its day


def event_phrase(analysis: Analysis, event: TrendlineEvent, at_price: str) -> str:
    """Return e.g. "after bouncing from its rising trendline at $14.55", where `at_price` is " at $14.55"."""
    line = event.line
    where = f"{'a' if line.tentative else 'its'} {line_name(line)}{at_price}"
    is_over = bool(at_price) and (line.value > analysis.price) == (line.side == "support")
    match line.status, line.side:
        case "bounced", "support":
            return f"after bouncing from {where}"
        case "bounced", _:
            return f"after being turned back at {where}"
        case "testing", side:
            if is_over:
                return f"just {'under' if side == 'support' else 'over'} {where}"
            return f"testing {where}" if side == "support" else f"testing {where} from below"
        case "break pending", side:
            return f"slipping below {where}" if side == "support" else f"pushing above {where}"
        case _, side:
            if event.day == analysis.session:
                return f"after breaking {_direction(side)} {where}"
            day = numbers.format_recent_day(event.day, analysis.as_of)
            of_day = f"{day}'s" if day.isalpha() else f"the {day}"
            return f"after {of_day} break {_direction(side)} {where}"


def _direction(side: Side) -> str:
    return "below" if side == "support" else "above"


def history_phrase(analysis: Analysis, event: TrendlineEvent) -> str:
    """Return how long the line has held, or the swings that make it; empty for a tentative one."""
    line = event.line
    if line.tentative:
        return ""
    until = line.broken_on or analysis.session
    years = (until - line.start) // ONE_YEAR
    if years:
        held = "held" if line.side == "support" else "capped it"
        has = "had" if event.status in ("broken", "break pending") else "has"
        return f"which {has} {held} for more than {'a year' if years == 1 else f'{number_word(years)} years'}"
    swings, touches, since = (
        _swings_phrase(analysis, line),
        number_word(len(line.touches)),
        _since(line.start, analysis),
    )
    return f"a line of {touches} {swings} since {since}" if swings else f"touched {touches} times since {since}"


def _swings_phrase(analysis: Analysis, line: Trendline) -> str:
    """Return "higher lows" where each touch's low lies above the one before, and so on; empty where they are mixed."""
    name = "low" if line.side == "support" else "high"
    prices = analysis.bars[name].loc[[str(touch) for touch in line.touches]]
    if prices.is_monotonic_increasing and prices.is_unique:
        return f"higher {name}s"
    return f"lower {name}s" if prices.is_monotonic_decreasing and prices.is_unique else ""


def _since(day: Date, analysis: Analysis) -> str:
    session = analysis.session
    if session - day < DATED_SPAN:
        return numbers.format_recent_day(day, analysis.as_of)
    return f"{day:%B}" if day.year == session.year else f"{day:%B} {day.year}"
