"""Keeps a company's earnings in the store: asked for once a day, in the background, and never missed by a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from datetime import date as Date
from typing import TypeVar

from market.errors import MarketError
from market.events.company_events import Earnings, EarningsDates
from market.price_history import PriceHistory
from market.store.lease import lease
from market.store.store import get_store
from market.symbols import Symbol
from market.yahoo import pauses
from market.yahoo.backoff import try_fetch
from market.yahoo.earnings.client import fetch_next_report, fetch_reports
from market.yahoo.errors import FetchFailure
from market.yahoo.fetch import QUEUE_SECONDS_WITH_STORED
from market.yahoo.freshness import earnings_are_due, exchange_zone
from market.yahoo.rate_limit import rate_limiter

PAGE_KEY = "earnings page"  # of the pause after a failure: the page has other limits than prices, which go on
PAGE_PAUSE_SECONDS = 3600.0

T = TypeVar("T")


def refresh_earnings(symbol: Symbol, history: PriceHistory) -> bool:
    """Fetch the earnings if they are due, and return whether the store has others since. Raises nothing of Yahoo's."""
    store, now = get_store(), datetime.now(UTC)
    if not earnings_are_due(history, store.earnings(symbol), now):
        return False
    with lease(store.database, f"{symbol} earnings", 0.0) as is_ours:
        stored = store.earnings(symbol)
        if not is_ours or not earnings_are_due(history, stored, now):
            return False
        zone = exchange_zone(history)
        key = f"{symbol} earnings"
        upcoming = try_fetch(store.database, symbol, key, lambda: _paced(symbol, fetch_next_report, zone))
        if isinstance(upcoming, FetchFailure):
            return False
        known = stored.rows if stored else ()
        reports = _try_page(symbol, zone) if upcoming or known or stored is None else None
        rows = merge_reports(known if reports is None else reports, upcoming, now.astimezone(zone).date())
        store.save_earnings(symbol, EarningsDates(rows, now))
    return rows != known


def merge_reports(reports: tuple[Earnings, ...], upcoming: Earnings | None, today: Date) -> tuple[Earnings, ...]:
    """Return past reports and those to come, of which the calendar's, if it has one, is the only one."""
    if upcoming is None:
        return reports
    past = {row.day: row for row in reports if row.day < today or row.eps is not None}
    return tuple(sorted({upcoming.day: upcoming, **past}.values(), key=lambda row: row.day))


def _try_page(symbol: Symbol, zone: tzinfo) -> tuple[Earnings, ...] | None:
    """Return the reports of the web page, None where it fails or failed within the last hour."""
    database = get_store().database
    if pauses.under_way(database, (PAGE_KEY,)):
        return None
    try:
        reports = _paced(symbol, fetch_reports, zone)
    except MarketError as error:
        pauses.begin(database, PAGE_KEY, error.cause, PAGE_PAUSE_SECONDS)
        return None
    return reports or None


def _paced(symbol: Symbol, fetch: Callable[[Symbol, tzinfo], T], zone: tzinfo) -> T:
    rate_limiter().acquire(symbol, QUEUE_SECONDS_WITH_STORED)
    return fetch(symbol, zone)
