"""A company's events: earnings, dividends and splits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from typing import ClassVar, Literal

import pandas as pd

EventKind = Literal["earnings", "dividend", "split"]


@dataclass(frozen=True)
class Earnings:
    """A report of earnings on `day`, past or to come.

    `eps`: earnings per share as reported, None before the report and where they are unknown. `eps_estimate`: what
    analysts expected on average. `surprise_pct` = 100 (eps - eps_estimate) / |eps_estimate|, as the source gives it.
    `day_is_estimate`: the company has not confirmed the day.
    """

    kind: ClassVar[EventKind] = "earnings"
    day: Date
    eps: float | None = None
    eps_estimate: float | None = None
    surprise_pct: float | None = None
    day_is_estimate: bool = False


@dataclass(frozen=True)
class Dividend:
    """A dividend of `amount` a share, in the currency of the prices and in today's shares; `day` is the ex-date."""

    kind: ClassVar[EventKind] = "dividend"
    day: Date
    amount: float


@dataclass(frozen=True)
class Split:
    """A split on `day`: `ratio` new shares for each old one, 20.0 for 20:1 and 0.1 for 1:10."""

    kind: ClassVar[EventKind] = "split"
    day: Date
    ratio: float


CompanyEvent = Earnings | Dividend | Split


@dataclass(frozen=True)
class EarningsDates:
    """A company's reports as of one fetch, oldest first, those to come included."""

    rows: tuple[Earnings, ...]
    fetched_at: datetime


def splits_of(series: pd.Series) -> tuple[Split, ...]:
    """Return the splits of a series of ratios by day, as a `PriceHistory` has them."""
    if series.empty:
        return ()
    days = pd.DatetimeIndex(series.index)
    return tuple(Split(day.date(), ratio) for day, ratio in zip(days, series.astype(float), strict=True))


def dividends_of(amounts: pd.Series) -> tuple[Dividend, ...]:
    """Return the dividends of a column of amounts by day, where 0 or NaN means none."""
    paid = amounts[(amounts > 0.0) & (amounts < float("inf"))].astype(float)
    return tuple(Dividend(day.date(), amount) for day, amount in zip(pd.DatetimeIndex(paid.index), paid, strict=True))


def events_until(day: Date, *events: Iterable[CompanyEvent]) -> tuple[CompanyEvent, ...]:
    """Return the events up to `day`, oldest first: what was known on the evening of that day."""
    known = (event for group in events for event in group if event.day <= day)
    return tuple(sorted(known, key=lambda event: (event.day, event.kind)))


def next_earnings(dates: EarningsDates, as_of: Date | None, session: Date) -> Earnings | None:
    """Return the next report that is announced, None where none is.

    Only for the day of the fetch and later ones, or the latest day (`as_of` None), whose last bar is that of `session`:
    what had been announced on a past day is not known.
    """
    fetched = dates.fetched_at.date()
    today = max(fetched, session) if as_of is None else as_of
    if today < fetched:
        return None
    return next((row for row in dates.rows if row.day >= today and row.eps is None), None)
