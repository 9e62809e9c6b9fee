"""How many questions Yahoo is asked a minute by this process, and how many wait."""

from __future__ import annotations

import threading

from pyrate_limiter import Duration, Limiter, Rate

from market.errors import MarketError

# Yahoo publishes no limit. A watchlist of five comes in one go, and a page of fifty viewers stays below what
# users of yfinance report as the point where 429 begins, a few hundred requests in some minutes.
A_MINUTE = 60


class TooManyWaiting(MarketError):
    """`waiting`: how many questions wait for Yahoo, this one included."""

    def __init__(self, symbol: str, waiting: int) -> None:
        super().__init__(symbol, waiting)
        self.waiting = waiting

    def __str__(self) -> str:
        wait = "1 question waits for its" if self.waiting == 1 else f"{self.waiting} questions wait for their"
        return f"{self.symbol}: {wait} turn to be put to Yahoo Finance, so try again in a minute"


class RequestBudget:
    """At most `a_minute` questions in any minute; who comes later waits. For all threads of a process."""

    def __init__(self, a_minute: int = A_MINUTE, minute: int = int(Duration.MINUTE)) -> None:
        self._limiter = Limiter(Rate(a_minute, minute))
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
                raise TooManyWaiting(symbol, self._waiting)
        finally:
            with self._counting:
                self._waiting -= 1
