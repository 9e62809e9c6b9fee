"""What a bar of each interval is called, and how many of them make a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Interval = Literal["1d", "1wk", "1mo"]


@dataclass(frozen=True)
class BarUnit:
    """What one bar of an interval is called, and how many of them make a span that a definition names.

    A definition that names a span of the calendar means that span at every interval: `year_bars` and `quarter_bars` are
    those of an old high and a record high, `news_bars` how long an event is news (a week of daily bars, a month of
    weekly ones, a quarter of monthly ones); the 52-week high and low are those of the daily bars. Every other count is
    the chart's own geometry and means bars: the spans of EMAs, bands and ATR, swings and the spacing of touches, and
    how far back zones, gaps and trendlines reach. So a weekly chart shows the lines of five years, as its reader
    expects, where a daily one shows those of the year.

    `bar`: "session", "week" or "month". `span`: the same in "20-week EMA". `of_chart`: "daily", "weekly", "monthly".
    `of_change`: what follows the change of the last bar, " on the week", nothing for a day.
    """

    bar: str
    span: str
    of_chart: str
    of_change: str
    year_bars: int
    quarter_bars: int
    news_bars: int


BAR_UNITS: dict[Interval, BarUnit] = {
    "1d": BarUnit("session", "day", "daily", "", 252, 63, 5),
    "1wk": BarUnit("week", "week", "weekly", " on the week", 52, 13, 4),
    "1mo": BarUnit("month", "month", "monthly", " on the month", 12, 3, 3),
}
