"""How Yahoo Finance fails: each error is a `MarketError` with a cause and an advice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from market.errors import MarketError
from text.plain_text import to_one_line

MAX_REASON_LENGTH = 60  # characters


class NoBars(MarketError):
    """Yahoo lists the symbol without daily prices, or no longer lists a symbol whose prices are stored."""

    @property
    def cause(self) -> str:
        return "Yahoo Finance has no daily prices for this ticker, which may have been renamed or delisted"


class RateLimited(MarketError):
    """Yahoo refuses more requests for `retry_after` seconds; None where it does not say for how long."""

    def __init__(self, symbol: str, retry_after: float | None = None) -> None:
        super().__init__(symbol, retry_after)
        self.retry_after = retry_after

    @property
    def cause(self) -> str:
        return "Yahoo Finance is limiting requests"

    @property
    def advice(self) -> str:
        return f"try again {_wait_phrase(self.retry_after) if self.retry_after else 'in a few minutes'}"


class QueueFull(MarketError):
    """Our own limit on requests per minute is used up; `waiting` requests are queued, this one included."""

    def __init__(self, symbol: str, waiting: int) -> None:
        super().__init__(symbol, waiting)
        self.waiting = waiting

    @property
    def cause(self) -> str:
        return f"{self.waiting} {'request is' if self.waiting == 1 else 'requests are'} waiting for Yahoo Finance"

    @property
    def advice(self) -> str:
        return "try again in a minute"


class YahooUnreachable(MarketError):
    """No connection to Yahoo, or no response in time; `reason` says in a few words what failed."""

    def __init__(self, symbol: str, reason: str = "no connection") -> None:
        super().__init__(symbol, reason)
        self.reason = reason

    @property
    def cause(self) -> str:
        return f"Yahoo Finance cannot be reached ({to_one_line(self.reason, MAX_REASON_LENGTH)})"

    @property
    def advice(self) -> str:
        return "check the network and try again"


class YahooRefused(YahooUnreachable):
    """Yahoo answered with the HTTP error `status`: 401 for a session that it does not accept, 500 and up its own."""

    def __init__(self, symbol: str, status: int) -> None:
        super().__init__(symbol, f"status {status}")
        self.args = (symbol, status)
        self.status = status

    @property
    def cause(self) -> str:
        fault = "does not accept the request" if self.status < 500 else "is having trouble"
        return f"Yahoo Finance {fault} (status {self.status})"

    @property
    def advice(self) -> str:
        return "try again in a few minutes"


class MalformedResponse(MarketError):
    """Yahoo's response cannot be read; `reason` says in a few words what is wrong with it."""

    def __init__(self, symbol: str, reason: str = "unexpected content") -> None:
        super().__init__(symbol, reason)
        self.reason = reason

    @property
    def cause(self) -> str:
        reason = to_one_line(self.reason, MAX_REASON_LENGTH)
        return f"Yahoo Finance sent a response that cannot be read ({reason})"

    @property
    def advice(self) -> str:
        return "try again later"


@dataclass(frozen=True)
class FetchFailure:
    """A request that failed or was held back while stored data can be shown: why, and when Yahoo is tried next."""

    cause: str
    retry_at: datetime


def _wait_phrase(seconds: float) -> str:
    """Return "in 30 seconds", "in 5 minutes" or "in 3 hours", rounded up."""
    for limit, unit, length in ((120.0, "second", 1.0), (7200.0, "minute", 60.0)):
        if seconds <= limit:
            count = max(math.ceil(seconds / length), 1)
            return f"in {count} {unit}{'s' if count > 1 else ''}"
    return f"in {math.ceil(seconds / 3600.0)} hours"
