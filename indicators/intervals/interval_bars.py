"""Weekly and monthly bars, made from daily ones."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.intervals.bar_units import Interval

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6  # pandas' `day_of_week`
SATURDAY_SHARE = 0.05  # of the sessions: coins have a seventh, a stock exchange a special one now and then
MONDAY_BEFORE_EPOCH = 3  # days from Monday, 29 December 1969, to the day that NumPy counts from


def interval_bars(daily: pd.DataFrame, interval: Interval) -> pd.DataFrame:
    """Return the bars of `interval`: first open, highest high, lowest low, last close and summed volume of each.

    A week runs from the exchange's Monday to its last session, a month is that of the calendar. A bar's day is that of
    its last session: until then its close was not known. `daily`: columns `open high low close volume`, any of them,
    index of session days, oldest first. Of a week or month that is not over, the sessions so far are returned.
    """
    if interval == "1d" or daily.empty:
        return daily
    number = _bar_numbers(pd.DatetimeIndex(daily.index), interval)
    first = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
    last = np.append(first[1:], len(daily)) - 1
    combine = {
        "open": lambda values: values[first],
        "high": lambda values: np.maximum.reduceat(values, first),
        "low": lambda values: np.minimum.reduceat(values, first),
        "close": lambda values: values[last],
        "volume": lambda values: np.add.reduceat(values, first),
    }
    columns = {name: combine[name](daily[name].to_numpy()) for name in daily.columns}
    return pd.DataFrame(columns, index=daily.index[last])


def calendar_numbers(days: pd.DatetimeIndex, interval: Interval) -> NDArray[np.int64]:
    """Return the number of the week, Monday to Sunday, or month that each day is in, consecutive through time."""
    if interval == "1mo":
        return days.to_numpy().astype("datetime64[M]").astype(np.int64)
    return (days.to_numpy().astype("datetime64[D]").astype(np.int64) + MONDAY_BEFORE_EPOCH) // 7


def _bar_numbers(sessions: pd.DatetimeIndex, interval: Interval) -> NDArray[np.int64]:
    """Return the number of the bar that each session belongs to.

    A Sunday session opens the week after it (Tel Aviv until 2025, the evening session of a future), except in a market
    that trades on Saturdays, as coins do: there it ends its week.
    """
    number = calendar_numbers(sessions, interval)
    if interval == "1wk" and not _trades_on_saturdays(sessions):
        number += sessions.day_of_week == SUNDAY
    return number


def bars_holding(days: pd.DatetimeIndex, sessions: pd.DatetimeIndex, bars: pd.DatetimeIndex) -> NDArray[np.intp]:
    """Return the position in `bars` of the bar that holds each of `days`, -1 for days before `sessions`.

    `sessions`: the daily ones that `bars` were made of. A day without a session counts as the session before it.
    """
    session = sessions.searchsorted(days, side="right") - 1
    return np.where(session < 0, -1, bars.searchsorted(sessions[np.maximum(session, 0)]))


def is_running(sessions: pd.DatetimeIndex, interval: Interval, seen_on: Date) -> bool:
    """Return whether the week or month of the last session may have another session to come, seen on the day `seen_on`.

    It may until its last weekday (its last day in a market that trades on Saturdays) is over or has had its session.
    Where that day is a holiday, which only a calendar of the exchange knows, the bar counts as running until it is
    past. A day is never running: whether its session has closed is the source's to say.
    """
    if interval == "1d":
        return False
    last = sessions[-1].date()
    end = _last_trading_day(last, interval, _trades_on_saturdays(sessions))
    return last < end and seen_on <= end


def _last_trading_day(day: Date, interval: Interval, on_weekends: bool) -> Date:
    """Return the last day of the week or month of `day` on which the market may trade."""
    if interval == "1wk":
        is_opening_sunday = day.weekday() == SUNDAY and not on_weekends
        monday = day + timedelta(days=1) if is_opening_sunday else day - timedelta(days=day.weekday())
        return monday + timedelta(days=SUNDAY if on_weekends else FRIDAY)
    end = (pd.Timestamp(day) + pd.offsets.MonthEnd(0)).date()
    return end if on_weekends else end - timedelta(days=max(end.weekday() - FRIDAY, 0))


def _trades_on_saturdays(days: pd.DatetimeIndex) -> bool:
    return bool((days.day_of_week == SATURDAY).mean() > SATURDAY_SHARE)
