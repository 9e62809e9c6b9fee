"""What happened at a trendline: the price bounced off one, tests one, or goes through one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

from indicators.analysis import Analysis
from indicators.summary.story import is_news
from indicators.trendlines.trendlines import Status, Trendline

TESTING_ATR = 1.0  # a price that has moved away a usual day's range since it came to the line tests it no more


@dataclass(frozen=True)
class TrendlineEvent:
    """The status of `line` as news, and the session of the touch or the close that made it so."""

    line: Trendline
    day: Date

    @property
    def status(self) -> Status:
        return self.line.status

    @property
    def is_bullish(self) -> bool:
        """Whether it speaks for a rising price: a support that holds, a resistance that does not."""
        return (self.line.side == "support") == (self.status in ("bounced", "testing"))


def trendline_event(analysis: Analysis) -> TrendlineEvent | None:
    """Return the newest event at a leading line that the day's move does not contradict.

    A line bounced from or broken counts while that is news (see `BarUnit.news_bars`), a broken one only while the close
    is beyond it; a test goes with a move either way, and counts while the close is within 1 ATR of the line. Of one
    day, an event at a confirmed line comes first.
    """
    change = analysis.change_pct or 0.0
    events = [event for line in analysis.leading if (event := _event_at(analysis, line)) is not None]
    agreeing = [event for event in events if event.status == "testing" or change * (1 if event.is_bullish else -1) > 0]
    return min(agreeing, key=lambda event: (-event.day.toordinal(), event.line.tentative), default=None)


def _event_at(analysis: Analysis, line: Trendline) -> TrendlineEvent | None:
    day = _day_of_event(analysis, line)
    is_beyond = (analysis.price < line.value) == (line.side == "support")
    if day is None or not is_news(analysis, day) or (line.status == "broken" and not is_beyond):
        return None
    return TrendlineEvent(line, day)


def _day_of_event(analysis: Analysis, line: Trendline) -> Date | None:
    match line.status:
        case "broken":
            return line.broken_on
        case "bounced":
            return line.end
        case "break pending":
            return analysis.session
        case "testing" if abs(analysis.price - line.value) <= TESTING_ATR * (analysis.atr or 0.0):
            return analysis.session
        case _:
            return None
