"""The trading days of the New York Stock Exchange since 2020."""

from __future__ import annotations

import pandas as pd
from pandas.tseries.holiday import (
    AbstractHolidayCalendar,
    GoodFriday,
    Holiday,
    USLaborDay,
    USMartinLutherKingJr,
    USMemorialDay,
    USPresidentsDay,
    USThanksgivingDay,
    nearest_workday,
    sunday_to_monday,
)


class NyseHolidays(AbstractHolidayCalendar):
    """The weekdays since 2020 on which the exchange was closed: NYSE rule 7.2, and one day of mourning.

    A holiday on a Saturday closes the Friday before, except New Year's Day: the last weekday of a year is a session.
    """

    rules = [  # noqa: RUF012 - pandas expects a plain class attribute
        Holiday("New Year's Day", month=1, day=1, observance=sunday_to_monday),
        USMartinLutherKingJr,
        USPresidentsDay,
        GoodFriday,
        USMemorialDay,
        Holiday("Juneteenth", month=6, day=19, start_date="2022-01-01", observance=nearest_workday),
        Holiday("Independence Day", month=7, day=4, observance=nearest_workday),
        USLaborDay,
        USThanksgivingDay,
        Holiday("Christmas Day", month=12, day=25, observance=nearest_workday),
        Holiday("National Day of Mourning for President Carter", year=2025, month=1, day=9),
    ]


def sessions(first: str, last: str) -> pd.DatetimeIndex:
    """Return the trading days from `first` to `last`, both included, oldest first; the index is named `date`."""
    return pd.bdate_range(first, last).difference(NyseHolidays().holidays(first, last)).rename("date")
