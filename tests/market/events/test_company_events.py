"""Which events are known on a day, and which report is the next."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from indicators import analyse
from market import PriceHistory
from market.events.company_events import (
    Dividend,
    Earnings,
    EarningsDates,
    Split,
    dividends_of,
    events_until,
    next_earnings,
    splits_of,
)
from tests.support.generated_bars import walk

REPORTED = Earnings(date(2025, 8, 7), 0.12, 0.1, 20.0)
LATEST = Earnings(date(2025, 11, 3), 0.05, 0.08, -37.5)
TO_COME = Earnings(date(2026, 2, 24), eps_estimate=0.11)
DATES = EarningsDates((REPORTED, LATEST, TO_COME), datetime(2025, 11, 24, 21, tzinfo=UTC))


def test_events_are_those_up_to_the_day_oldest_first() -> None:
    paid, split = Dividend(date(2025, 8, 7), 0.1), Split(date(2025, 9, 1), 10.0)
    assert events_until(date(2025, 9, 1), (split,), (paid,), DATES.rows) == (paid, REPORTED, split)
    assert events_until(date(2025, 8, 31), (split,), (paid,), DATES.rows) == (paid, REPORTED)
    assert events_until(date(2025, 8, 6), (split,), (paid,), DATES.rows) == ()


def test_the_next_report_is_known_on_the_latest_day() -> None:
    session = date(2025, 11, 24)
    assert next_earnings(DATES, None, session) == TO_COME
    assert next_earnings(DATES, date(2025, 11, 25), session) == TO_COME
    assert next_earnings(DATES, date(2026, 2, 24), date(2026, 2, 23)) == TO_COME, "it reports today"


def test_no_past_day_knows_the_next_report() -> None:
    assert next_earnings(DATES, date(2025, 11, 21), date(2025, 11, 21)) is None


def test_a_report_that_has_passed_is_not_the_next() -> None:
    assert next_earnings(DATES, None, date(2026, 2, 25)) is None
    assert next_earnings(DATES, date(2026, 3, 2), date(2026, 2, 27)) is None


def test_columns_become_events() -> None:
    days = pd.DatetimeIndex(["2025-11-20", "2025-11-21", "2025-11-24"], name="date")
    assert dividends_of(pd.Series([0.0, 0.25, np.nan], days)) == (Dividend(date(2025, 11, 21), 0.25),)
    assert splits_of(pd.Series([20.0], days[:1])) == (Split(date(2025, 11, 20), 20.0),)


def test_an_analysis_knows_the_events_of_its_day() -> None:
    bars = walk(40).set_axis(pd.bdate_range(end="2025-11-24", periods=40, name="date"))
    splits = pd.Series([4.0], index=pd.DatetimeIndex(["2025-11-10"]))
    paid = (Dividend(date(2025, 10, 20), 0.1), Dividend(date(2025, 11, 20), 0.1))
    history = PriceHistory("KO", "Coca-Cola", "USD", bars, splits, fetched_at=DATES.fetched_at, dividends=paid)
    split = Split(date(2025, 11, 10), 4.0)
    now = analyse(history, earnings=DATES)
    assert now.events == (REPORTED, paid[0], LATEST, split, paid[1]) and now.next_earnings == TO_COME
    past = analyse(history, as_of=date(2025, 11, 10), earnings=DATES)
    assert past.events == (REPORTED, paid[0], LATEST, split) and past.next_earnings is None
    assert analyse(history, as_of=date(2025, 11, 2), earnings=DATES).events == (REPORTED, paid[0])
