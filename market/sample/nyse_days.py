"""The days on which the New York Stock Exchange trades."""

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


class NewYorkHolidays(AbstractHolidayCalendar):
    """The exchange's closed weekdays since 2020: rule 7.2, and the one day of mourning that was called.

    A holiday on a Saturday closes the Friday before, but not at a year's end: New Year's Day moves to Monday only.
    """

    rules = [  # noqa: RUF012 - declared the way pandas reads it
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
        Holiday("Mourning for President Carter", year=2025, month=1, day=9),
    ]


def sessions(first: str, last: str) -> pd.DatetimeIndex:
    """Session days from `first` to `last`, both included, oldest first; index name `date`."""
    return pd.bdate_range(first, last).difference(NewYorkHolidays().holidays(first, last)).rename("date")
