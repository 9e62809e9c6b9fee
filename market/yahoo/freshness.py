"""When Yahoo has something new: until then what is stored is as good as what it would answer."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from datetime import date as Date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from market.price_history import PriceHistory

IN_SESSION = timedelta(minutes=1)  # how old the bar of a session under way may be
NOT_YET = timedelta(minutes=15)  # on a trading day without a bar: before the open, or a holiday
TARGETS = timedelta(hours=6)  # analysts publish a few times a day, most before the open
AHEAD = timedelta(minutes=5)  # more than this before its own fetching, and the clock was wrong then or is now
SESSIONS = 60  # the last ones, which tell on which days of the week this market trades
ENOUGH = 10  # sessions, two weeks: fewer of them may leave a day out


def bars_due_at(history: PriceHistory, now: datetime) -> datetime:
    """When the bars are to be asked for again; `now` or earlier means at once.

    In a session: a minute after the last time. After the close: not before the next day, by the exchange's clock, on
    which this market trades. On a trading day that has no bar yet: after a quarter of an hour.
    """
    fetched = history.fetched_at
    if fetched is None or fetched > now + AHEAD:
        return now
    if history.in_progress:
        return fetched + IN_SESSION
    zone = _zone(history)
    asked_on = fetched.astimezone(zone).date()
    last = history.bars.index[-1].date()
    trades_on = _trades_on(history)
    if asked_on > last and asked_on.weekday() in trades_on:
        return fetched + NOT_YET
    return datetime.combine(_next_session(max(asked_on, last), trades_on), time(), zone)


def targets_due_at(fetched_at: datetime, now: datetime) -> datetime:
    """When the analysts' targets are to be asked for again."""
    return now if fetched_at > now + AHEAD else fetched_at + TARGETS


def _trades_on(history: PriceHistory) -> set[int]:
    """Days of the week, 0 for Monday; a new listing has not shown its own yet and has every weekday too."""
    seen = {day.weekday() for day in history.bars.index[-SESSIONS:]}
    return seen if len(history.bars) >= ENOUGH else seen | set(range(5))


def _next_session(day: Date, trades_on: set[int]) -> Date:
    return next(each for each in (day + timedelta(days=ahead) for ahead in range(1, 8)) if each.weekday() in trades_on)


def _zone(history: PriceHistory) -> tzinfo:
    try:
        return ZoneInfo(history.zone) if history.zone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
