"""How many questions Yahoo is asked a minute by this process, and how many wait."""

from __future__ import annotations

import threading

from pyrate_limiter import Duration, Limiter, Rate

from market.errors import MarketError

# Yahoo publishes no limit; users of yfinance meet it at a few hundred requests in some minutes. A watchlist of ten
# comes in one go, one of fifty in a minute and a half, and one whose turn is far off waits in short steps.
RATES = (Rate(30, 10 * Duration.SECOND), Rate(100, Duration.MINUTE))


class QueueFull(MarketError):
    """`waiting`: how many questions wait for Yahoo, this one included."""

    def __init__(self, symbol: str, waiting: int) -> None:
        super().__init__(symbol, waiting)
        self.waiting = waiting

    def __str__(self) -> str:
        wait = "1 question waits for its" if self.waiting == 1 else f"{self.waiting} questions wait for their"
        return f"{self.symbol}: {wait} turn to be put to Yahoo Finance, so try again in a minute"


class RateLimiter:
    """At most so many questions in any ten seconds and in any minute; who comes later waits. For all threads."""

    def __init__(self, *rates: Rate) -> None:
        self._limiter = Limiter(list(rates or RATES))
        self._waiting = 0
        self._counting = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn now."""
        return self._waiting

    def spend(self, symbol: str, patience: float) -> None:
        """Waits for one question's turn. Raises `TooManyWaiting` where it would not come within `patience` seconds."""
        if self._limiter.try_acquire("yahoo", blocking=False):
            return
        with self._counting:
            self._waiting += 1
        try:
            if not self._limiter.try_acquire("yahoo", timeout=patience):
                raise QueueFull(symbol, self._waiting)
        finally:
            with self._counting:
                self._waiting -= 1
