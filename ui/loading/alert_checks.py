"""Checks of the alert rules by the running dashboard: every few minutes while the exchange of a ticker is open."""

from __future__ import annotations

import logging
import os
import sys
import threading
from datetime import UTC, datetime
from functools import partial

from alerts.check import check_alerts, watched_by_any_rule
from alerts.pictures import draw_picture
from market.errors import MarketError
from market.price_history import Instrument, PriceHistory
from market.source import SourceKey
from market.sources import default_source, fetch_stored
from market.store.failures import StoreAway
from market.symbols import Symbol
from market.yahoo.freshness import exchange_zone

MINUTES_VARIABLE = "LEVELS_ALERT_MINUTES"
DEFAULT_MINUTES = 5.0
# By the exchange's clock: analysts' rows come in the morning, and the last bar is complete a while after the close
OPEN_HOUR, CLOSE_HOUR = 7, 18
TRADED_ROUND_THE_CLOCK: tuple[Instrument, ...] = ("coin", "future", "exchange rate")

log = logging.getLogger("levelboard.alerts")


class AlertChecks:
    """A thread that checks until it is stopped. Without rules, and while no exchange is open, it asks for nothing."""

    def __init__(self, minutes: float) -> None:
        self._stop = threading.Event()
        self._seconds = 60.0 * minutes
        if minutes:
            threading.Thread(target=self._run, name="alerts", daemon=True).start()

    def stop(self) -> None:
        """Begin no other check; one that is under way goes on as long as the process lives."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                check_open_tickers(default_source())
            except Exception:  # the one boundary of this thread: the next check may work
                log.exception("Alerts could not be checked")


def check_open_tickers(source: SourceKey) -> None:
    """Check the rules of tickers whose exchange is open, and write to the log what could not be checked or sent."""
    try:
        watched = watched_by_any_rule()
    except StoreAway:
        return  # the store says so itself, in the log and on the pages
    now = datetime.now(UTC)
    open_tickers = {symbol for symbol in watched if _is_open(symbol, source, now)}
    if not open_tickers:
        return
    done = check_alerts(source, partial(draw_picture, source), open_tickers.__contains__)
    for problem in done.problems:
        log.info("%s", problem)
    log.info("Alerts of %d tickers checked: %d new, %d tried", len(open_tickers), len(done.firings), len(done.sent))


def minutes_between_checks() -> float:
    """Return the setting, 0 for none; what is no number is said on the terminal, and the default is used."""
    text = os.environ.get(MINUTES_VARIABLE, "").strip()
    try:
        minutes = float(text) if text else DEFAULT_MINUTES
        if 0.0 <= minutes < float("inf"):
            return minutes
    except ValueError:
        pass
    print(
        f"{MINUTES_VARIABLE} is '{text}', which is no number of minutes: alerts are checked every "
        f"{DEFAULT_MINUTES:g} minutes. Set it to a number, or to 0 to check none here.",
        file=sys.stderr,
        flush=True,
    )
    return DEFAULT_MINUTES


def _is_open(symbol: str, source: SourceKey, now: datetime) -> bool:
    """Return whether the ticker may have something new; what was never fetched may."""
    try:
        stored = fetch_stored(Symbol(symbol), source)
    except MarketError:
        return False
    return stored is None or trades_now(stored.history, now)


def trades_now(history: PriceHistory, now: datetime) -> bool:
    """Return whether it is a weekday's 7 to 18 o'clock at the exchange; always for what trades round the clock.

    A session in progress counts whatever the clock. Where the exchange's zone is unknown it may be any time there.
    """
    if history.in_progress or history.instrument in TRADED_ROUND_THE_CLOCK or not history.zone:
        return True
    there = now.astimezone(exchange_zone(history))
    return there.weekday() in {day.weekday() for day in history.bars.index[-20:]} and (
        OPEN_HOUR <= there.hour < CLOSE_HOUR
    )
