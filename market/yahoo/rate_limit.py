"""How many requests this process sends to Yahoo per minute; further ones queue."""

from __future__ import annotations

import threading
from functools import cache

from pyrate_limiter import Duration, Limiter, Rate

from market.yahoo.errors import QueueFull

# Yahoo publishes no limit; users of yfinance meet it at a few hundred requests within minutes. With these rates a
# watchlist of ten is fetched at once, and one of fifty in a minute and a half.
RATES = (Rate(30, 10 * Duration.SECOND), Rate(100, Duration.MINUTE))


class RateLimiter:
    """Limit on the requests of all threads in any ten seconds and in any minute."""

    def __init__(self, *rates: Rate) -> None:
        self._limiter = Limiter(list(rates or RATES))
        self._waiting = 0
        self._counting = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return self._waiting

    def acquire(self, symbol: str, timeout: float) -> None:
        """Wait until one more request is allowed. Raises `QueueFull` if that takes more than `timeout` seconds."""
        if self._limiter.try_acquire("yahoo", blocking=False):
            return
        with self._counting:
            self._waiting += 1
        try:
            if not self._limiter.try_acquire("yahoo", timeout=timeout):
                raise QueueFull(symbol, self._waiting)
        finally:
            with self._counting:
                self._waiting -= 1


@cache
def rate_limiter() -> RateLimiter:
    """Return the one limiter of this process."""
    return RateLimiter()
