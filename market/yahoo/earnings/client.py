"""Client for a company's earnings at Yahoo, through yfinance: the next day by its calendar, past figures by a web page.

yfinance turns the calendar's times into days of this computer's zone, so they are read from the response instead. The
web page has times in New York.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from datetime import date as Date
from math import isfinite
from typing import Any

import pandas as pd
import yfinance as yf
from yfinance.data import YfData
from yfinance.exceptions import YFDataException

from market.errors import UnknownSymbol
from market.events.company_events import Earnings
from market.symbols import Symbol
from market.yahoo.client import has_no_data
from market.yahoo.session import yahoo_call

PAGE_ROWS = 50  # a little more than ten years of quarters; the page has 25, 50 or 100


def fetch_next_report(symbol: Symbol, zone: tzinfo) -> Earnings | None:
    """Fetch the next report that Yahoo's calendar has, None where it has none. Raises a MarketError.

    `zone`: the exchange's, whose day it is.
    """
    with yahoo_call(symbol, "next earnings") as call:
        found = None
        try:
            if yf.Ticker(symbol).calendar.get("Earnings Date"):
                found = _next_report(call.response.json(), zone)
        except (UnknownSymbol, LookupError, YFDataException) as error:
            if not has_no_data(error, "calendarEvents"):
                raise
        call.outcome = "none" if found is None else f"{found.day}"
    return found


def fetch_reports(symbol: Symbol, zone: tzinfo) -> tuple[Earnings, ...]:
    """Fetch the reports of about ten years, oldest first, and those to come that are listed. Raises a MarketError."""
    with yahoo_call(symbol, "earnings") as call:
        YfData().cache_get.cache_clear()  # else it returns a failed response forever
        table = yf.Ticker(symbol).get_earnings_dates(limit=PAGE_ROWS)
        call.check()
        rows = {} if table is None else {row.day: row for row in _reports(table, zone)}
        call.outcome = f"{len(rows)} reports"
    return tuple(rows[day] for day in sorted(rows))


def _next_report(body: Mapping[str, Any], zone: tzinfo) -> Earnings:
    earnings = body["quoteSummary"]["result"][0]["calendarEvents"]["earnings"]
    return Earnings(
        day=_day_of(int(min(earnings["earningsDate"])), zone),
        eps_estimate=_figure(earnings.get("earningsAverage")),
        day_is_estimate=earnings.get("isEarningsDateEstimate") is True or len(earnings["earningsDate"]) > 1,
    )


def _day_of(stamp: int, zone: tzinfo) -> Date:
    """Return the exchange's day of a time; midnight in UTC stands for a day without a time."""
    moment = datetime.fromtimestamp(stamp, UTC)
    is_day = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return moment.date() if is_day else moment.astimezone(zone).date()


def _reports(table: pd.DataFrame, zone: tzinfo) -> Iterator[Earnings]:
    columns = table.reindex(columns=["Reported EPS", "EPS Estimate", "Surprise(%)"])
    for moment, *figures in zip(pd.DatetimeIndex(table.index), *(columns[name] for name in columns), strict=True):
        if not pd.isna(moment):
            eps, estimate, surprise = map(_figure, figures)
            yield Earnings(moment.tz_convert(zone).date(), eps, estimate, surprise)


def _figure(value: object) -> float | None:
    """Return a figure from any of Yahoo's forms, 1.25, "+1.25" or {"raw": 1.25}; None where there is none."""
    plain = value.get("raw") if isinstance(value, Mapping) else value
    if not isinstance(plain, int | float | str) or isinstance(plain, bool):
        return None
    try:
        figure = float(plain)
    except ValueError:
        return None
    return figure if isfinite(figure) else None
