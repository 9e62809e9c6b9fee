"""What goes wrong between here and the market, as sentences: show `str(error)` and add nothing."""

from __future__ import annotations

import math

from text.plain_text import to_one_line

LONGEST_REASON = 60  # characters, of what failed


def _shown(symbol: str) -> str:
    return to_one_line(symbol, 24)


def _wait(seconds: float) -> str:
    for most, unit, length in ((120.0, "second", 1.0), (7200.0, "minute", 60.0)):
        if seconds <= most:
            count = max(math.ceil(seconds / length), 1)
            return f"in {count} {unit}{'s' if count > 1 else ''}"
    return f"in {math.ceil(seconds / 3600.0)} hours"


class MarketError(Exception):
    """Prices or targets could not be had; `symbol` is the one asked for."""

    def __init__(self, symbol: str, *details: object) -> None:
        super().__init__(symbol, *details)
        self.symbol = symbol


class BadSymbol(MarketError):
    def __str__(self) -> str:
        if not self.symbol.strip():
            return "No ticker was given: type a symbol such as CIFR"
        return f"«{_shown(self.symbol)}» cannot be a ticker: use letters, digits and . - ^ =, as in BRK-B or ^GSPC"


class UnknownSymbol(MarketError):
    def __str__(self) -> str:
        return f"{_shown(self.symbol)}: Yahoo Finance knows no such symbol"


class NotInSample(UnknownSymbol):
    def __init__(self, symbol: str, known: tuple[str, ...]) -> None:
        super().__init__(symbol)
        self.args = (symbol, known)
        self.known = known

    def __str__(self) -> str:
        return f"{_shown(self.symbol)}: the sample holds only {', '.join(self.known)}, so pick one of those"


class RateLimited(MarketError):
    """`retry_after`: seconds that Yahoo asked to wait, None where it did not say."""

    def __init__(self, symbol: str, retry_after: float | None = None) -> None:
        super().__init__(symbol, retry_after)
        self.retry_after = retry_after

    def __str__(self) -> str:
        wait = _wait(self.retry_after) if self.retry_after else "in a few minutes"
        return f"{_shown(self.symbol)}: Yahoo Finance is limiting how often it is asked, so try again {wait}"


class YahooUnreachable(MarketError):
    """`reason`: what failed, in a few words."""

    def __init__(self, symbol: str, reason: str = "no connection") -> None:
        super().__init__(symbol, reason)
        self.reason = reason

    def __str__(self) -> str:
        reason = to_one_line(self.reason, LONGEST_REASON)
        return f"{_shown(self.symbol)}: Yahoo Finance cannot be reached ({reason}), so check the network and try again"


class YahooRefused(YahooUnreachable):
    """Yahoo answered with an error: `status` 401 for a session that it does not accept, 500 and up for its own."""

    def __init__(self, symbol: str, status: int) -> None:
        super().__init__(symbol, f"status {status}")
        self.args = (symbol, status)
        self.status = status

    def __str__(self) -> str:
        said = "does not accept the request" if self.status < 500 else "is having trouble"
        return f"{_shown(self.symbol)}: Yahoo Finance {said} (status {self.status}), so try again in a few minutes"


class NoBars(MarketError):
    def __str__(self) -> str:
        return f"{_shown(self.symbol)}: Yahoo Finance has no daily prices for it, it may be delisted"


class MalformedAnswer(MarketError):
    """`reason`: what was wrong with the answer, in a few words."""

    def __init__(self, symbol: str, reason: str = "not what was asked for") -> None:
        super().__init__(symbol, reason)
        self.reason = reason

    def __str__(self) -> str:
        reason = to_one_line(self.reason, LONGEST_REASON)
        return f"{_shown(self.symbol)}: Yahoo Finance sent an answer that cannot be read ({reason}), so try again later"
