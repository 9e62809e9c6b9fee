"""How long stored data stays fresh: until Yahoo has something new."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from datetime import date as Date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from market.events.company_events import EarningsDates
from market.price_history import Instrument, PriceHistory

IN_SESSION_INTERVAL = timedelta(minutes=1)  # while a session is under way, its bar changes
FIRST_BAR_INTERVAL = timedelta(minutes=15)  # on a trading day without a bar: before the open, or a holiday
EARNINGS_INTERVAL = timedelta(days=1)
REPORTING: tuple[Instrument, ...] = ("share", "")  # an index, a rate or a coin reports nothing
TARGETS_INTERVAL = timedelta(hours=6)  # analysts publish a few times a day, mostly before the open
CLOCK_TOLERANCE = timedelta(minutes=5)  # data fetched further in the future was stamped by a wrong clock
WEEKDAY_SESSIONS = 60  # the newest sessions show on which weekdays a market trades
MIN_SESSIONS = 10  # two weeks: with fewer sessions a weekday may be missing by chance


def bars_due_at(history: PriceHistory, now: datetime) -> datetime:
    """Return when to fetch bars again; `now` or earlier means at once.

    In a session: a minute after the last fetch. After the close: on the next day, by the exchange's clock, on which
    this market trades. On a trading day that has no bar yet: after a quarter of an hour.
    """
    fetched = history.fetched_at
    if fetched is None or fetched > now + CLOCK_TOLERANCE:
        return now
    if history.in_progress:
        return fetched + IN_SESSION_INTERVAL
    zone = exchange_zone(history)
    fetched_on = fetched.astimezone(zone).date()
    last = history.bars.index[-1].date()
    weekdays = _trading_weekdays(history)
    if fetched_on > last and fetched_on.weekday() in weekdays:
        return fetched + FIRST_BAR_INTERVAL
    return datetime.combine(_next_session(max(fetched_on, last), weekdays), time(), zone)


def targets_due_at(fetched_at: datetime, now: datetime) -> datetime:
    """Return when to fetch targets again; `now` or earlier means at once."""
    return now if fetched_at > now + CLOCK_TOLERANCE else fetched_at + TARGETS_INTERVAL


def bars_are_fresh(history: PriceHistory, now: datetime) -> bool:
    """Return whether Yahoo can have no newer bars."""
    return bars_due_at(history, now) > now


def targets_are_fresh(fetched_at: datetime, now: datetime) -> bool:
    """Return whether targets fetched at that time need no other fetch yet."""
    return targets_due_at(fetched_at, now) > now


def earnings_are_due(history: PriceHistory, stored: EarningsDates | None, now: datetime) -> bool:
    """Return whether the company's earnings should be asked for again."""
    if history.instrument not in REPORTING:
        return False
    return stored is None or not now - EARNINGS_INTERVAL < stored.fetched_at <= now + CLOCK_TOLERANCE


def _trading_weekdays(history: PriceHistory) -> set[int]:
    """Return the weekdays on which the market trades, 0 for Monday; for a new listing also all of Monday to Friday."""
    seen = {day.weekday() for day in history.bars.index[-WEEKDAY_SESSIONS:]}
    return seen if len(history.bars) >= MIN_SESSIONS else seen | set(range(5))


def _next_session(day: Date, weekdays: set[int]) -> Date:
    following_week = (day + timedelta(days=ahead) for ahead in range(1, 8))
    return next(following for following in following_week if following.weekday() in weekdays)


def exchange_zone(history: PriceHistory) -> tzinfo:
    """Return the exchange's time zone, UTC where it is unknown."""
    try:
        return ZoneInfo(history.zone) if history.zone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
