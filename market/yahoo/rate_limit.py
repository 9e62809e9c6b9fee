"""How many requests are sent to Yahoo per minute by all processes that share a store; further ones queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import cache

from pyrate_limiter import Duration, Rate
from sqlalchemy import Connection, delete, insert, select

from market.store import clock
from market.store.database import Database
from market.store.schema import REQUESTS
from market.store.store import get_store
from market.yahoo.errors import QueueFull

# Yahoo publishes no limit; users of yfinance meet it at a few hundred requests within minutes. With these rates a
# watchlist of ten is fetched at once, and one of fifty in a minute and a half.
RATES = (Rate(30, 10 * Duration.SECOND), Rate(100, Duration.MINUTE))
MAX_SLEEP_SECONDS = 0.5  # then it is asked again: another process may have been slower than its turn


class RateLimiter:
    """Limit on the requests of all threads and processes in any ten seconds and in any minute."""

    def __init__(self, *rates: Rate) -> None:
        self._rates = rates or RATES
        self._waiting = 0
        self._counting = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many requests of this process wait for their turn."""
        return self._waiting

    def acquire(self, symbol: str, timeout: float) -> None:
        """Wait until one more request is allowed. Raises `QueueFull` if that takes more than `timeout` seconds."""
        database, deadline = get_store().database, time.monotonic() + timeout
        seconds = note_request(database, self._rates)
        if not seconds:
            return
        with self._counting:
            self._waiting += 1
        try:
            while seconds:
                left = deadline - time.monotonic()
                if left <= 0.0:
                    raise QueueFull(symbol, self._waiting)
                time.sleep(min(seconds, left, MAX_SLEEP_SECONDS))
                seconds = note_request(database, self._rates)
        finally:
            with self._counting:
                self._waiting -= 1


@cache
def rate_limiter() -> RateLimiter:
    """Return the one limiter of this process."""
    return RateLimiter()


def note_request(database: Database, rates: Sequence[Rate]) -> float:
    """Note that a request is sent now and return 0, or return in how many seconds one is allowed.

    Allowed is a request if fewer than `limit` were sent within the `interval` before it, for each of the rates.
    """
    longest = max(rate.interval for rate in rates) / 1000.0

    def change(connection: Connection) -> float:
        now = clock.seconds(connection)
        sent = [moment for moment in _sent(connection) if now - longest < moment <= now]
        full = [rate for rate in rates if len(sent) >= rate.limit]
        seconds = max((sent[-rate.limit] + rate.interval / 1000.0 - now for rate in full), default=0.0)
        if seconds > 0.0:
            return seconds
        connection.execute(delete(REQUESTS).where(~REQUESTS.c.sent_at.between(now - longest, now)))
        connection.execute(insert(REQUESTS).values(sent_at=now))
        return 0.0

    return database.write(change)


def _sent(connection: Connection) -> Sequence[float]:
    """Return when requests were sent lately, oldest first; a wrong clock may have noted some in the future."""
    return connection.execute(select(REQUESTS.c.sent_at).order_by(REQUESTS.c.sent_at)).scalars().all()
