"""One question put to Yahoo: how long it may take, what came back, and which error its failure is.

yfinance opens the session itself, waits 10 to 30 seconds for each of up to seven requests a question, keeps no
header of an answer, and meets every status from 400 up with new cookies and the same request again. So the
requests of its session pass through here: they share one deadline, are logged without cookies, crumbs or
queries, leave behind Yahoo's clock, and what cannot be helped by a new cookie (no such symbol, too many
requests, trouble at Yahoo) ends the question at once.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import yfinance as yf
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFPricesMissingError, YFRateLimitError

from market.errors import (
    MalformedAnswer,
    MarketError,
    NoBars,
    RateLimited,
    UnknownSymbol,
    YahooRefused,
    YahooUnreachable,
)

PATIENCE = 10.0  # seconds for one question, all of its requests together
ASIDE = 0.25  # share of it that a cookie or a crumb may take: prices come without them too
SHORTEST = 0.05  # less is no use, and curl takes less than a thousandth of a second for «for ever»
LONGEST_WAIT = 24 * 3600.0

# Failures without an answer, by the names that curl_cffi and requests share, the special ones first
BROKEN = {
    "Timeout": "no answer within {patience:.0f} seconds",
    "TimeoutError": "no answer within {patience:.0f} seconds",
    "DNSError": "its address was not found",
    "SSLError": "no secure connection",
    "ProxyError": "the proxy does not let it through",
    "IncompleteRead": "the connection failed",
    "ConnectionError": "the connection failed",
}
# What code that reads an answer of an unexpected form runs into
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, AssertionError, RecursionError)

log = logging.getLogger("levelboard.yahoo")


@dataclass
class Call:
    """A question under way, since `began` on the monotonic clock.

    `status` and `start` (200 bytes): of the last answer that is no cookie or crumb. `clock`: the time on Yahoo's
    side. `limited`: it said 429, `retry_after` the seconds it asked to wait. `outcome`: what was had, for the log.
    """

    symbol: str
    began: float
    status: int | None = None
    start: bytes = b""
    limited: bool = False
    retry_after: float | None = None
    clock: datetime | None = None
    requests: int = 0
    outcome: str = ""

    @property
    def is_page(self) -> bool:
        return self.start.startswith(b"<")

    def seconds_for(self, asked: str) -> float:
        """How long the request may take. Raises TimeoutError when the question's time is up."""
        self.status = None if _is_data(asked) else self.status
        left = self.began + PATIENCE - monotonic()
        if left < SHORTEST or (not _is_data(asked) and _hung.get(asked, 0.0) > self.began):
            raise TimeoutError(f"no time for {asked}")
        return left if _is_data(asked) else min(left, PATIENCE * ASIDE)

    def hear(self, asked: str, response: Any) -> None:
        """Takes note of an answer. Raises the MarketError of one that ends the question."""
        start = response.content[:200].lstrip()
        self.requests += 1
        self.clock = _moment(response.headers.get("Date")) or self.clock
        if response.status_code == 429 or (asked.endswith("/getcrumb") and b"Too Many Requests" in start):
            self.limited = True
            self.retry_after = _seconds(response.headers.get("Retry-After"), self.clock)
        if _is_data(asked):
            self.status, self.start = response.status_code, start
            self._end_if_final()

    def check(self) -> None:
        """Raises the MarketError of a refusal that yfinance let pass."""
        if self.status is not None and self.status >= 400:
            raise _error(self, YFException())

    def _end_if_final(self) -> None:
        if self.status == 404 and not self.is_page:
            raise UnknownSymbol(self.symbol)
        if self.status == 429:
            raise RateLimited(self.symbol, self.retry_after)
        if self.status is not None and self.status >= 500:
            raise YahooRefused(self.symbol, self.status)


# When a request for a cookie or crumb last hung: yfinance sends them one thread at a time, and the questions
# that were waiting for their turn meanwhile would sit through the same hang, one after the other
_hung: dict[str, float] = {}
_call: ContextVar[Call | None] = ContextVar("_call", default=None)
_attaching = threading.Lock()


@contextmanager
def asking(symbol: str, what: str) -> Iterator[Call]:
    """The question `what` about `symbol`, through yfinance, within PATIENCE. Raises a MarketError, and no other."""
    call = Call(symbol, monotonic())
    under_way = _call.set(call)
    try:
        _prepare()
        _listen_in(YfData()._session)
        yield call
    except MarketError as error:
        log.info("%.40r %s: %s", symbol, what, error)
        raise
    except (YFException, OSError, *UNREADABLE) as error:
        failure = _error(call, error)
        log.info("%.40r %s: %s [%s]", symbol, what, failure, type(error).__name__)
        raise failure from error
    else:
        log.info("%.40r %s: %s, %d requests", symbol, what, call.outcome, call.requests)
    finally:
        _call.reset(under_way)


@cache
def _prepare() -> None:
    yf.config.debug.hide_exceptions = False  # else a failure is an empty frame
    logging.getLogger("yfinance").setLevel(logging.ERROR)  # its debug lines hold crumbs, its warnings are our sentences
    warnings.filterwarnings("ignore", module="yfinance")  # of what pandas will take from it one day
    # Its SQLite files fail on a full or read-only disk and when two processes write, and a stale cookie in
    # them fails every request: a folder that cannot be made turns them off, and cookies stay in memory
    yf.set_tz_cache_location(str(Path(__file__) / "none"))
    yf.cache._CookieCacheManager._Cookie_cache = _CookieCache()


class _CookieCache(dict[str, Any]):
    """What yfinance asks of its cookie cache. Without one it fetches a cookie for each request."""

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        cookie = self.get(strategy)
        return cookie and {"cookie": cookie}

    store = dict.__setitem__


def _listen_in(session: Any) -> None:
    with _attaching:
        if "request" not in vars(session):
            session.request = partial(_request, session.request)


def _request(send: Callable[..., Any], method: str, url: str, **kwargs: Any) -> Any:
    call = _call.get()
    if call is None:
        return send(method, url, **kwargs)
    parts = urlsplit(url)
    asked = f"{method} {parts.hostname}{parts.path}"
    patience = call.seconds_for(asked)
    try:
        response = send(method, url, **{**kwargs, "timeout": patience})
    except OSError as error:
        log.info("%s: %s", asked, type(error).__name__)
        if "Timeout" in _names(error):
            _hung[asked] = monotonic()
        raise
    log.info("%s: %s, %d bytes", asked, response.status_code, len(response.content))
    call.hear(asked, response)
    return response


def _is_data(asked: str) -> bool:
    """Whether the request is for prices, targets or matches, and no cookie or crumb."""
    return "/finance/" in asked


def _error(call: Call, error: Exception) -> MarketError:
    if isinstance(error, YFRateLimitError) or (call.limited and call.status in (None, 401, 403)):
        return RateLimited(call.symbol, call.retry_after)
    if str(error).startswith("Invalid ISIN"):  # yfinance looks up what may be one, and found no share for it
        return UnknownSymbol(call.symbol)
    if isinstance(error, YFPricesMissingError) and call.status in (200, 400, 422) and b'"chart"' in call.start:
        unknown = (error.yahoo_reason or "").startswith("No data found")
        return UnknownSymbol(call.symbol) if unknown else NoBars(call.symbol)
    if call.status is not None and call.status >= 400:
        return YahooRefused(call.symbol, call.status)
    if isinstance(error, OSError):
        return YahooUnreachable(call.symbol, _broken(error))
    if "CURRENTLY DOWN" in str(error):
        return YahooUnreachable(call.symbol, "it is down for maintenance")
    return MalformedAnswer(call.symbol, _unreadable(call, error))


def _broken(error: OSError) -> str:
    reasons = (reason.format(patience=PATIENCE) for name, reason in BROKEN.items() if name in _names(error))
    return next(reasons, "no connection")


def _names(error: Exception) -> set[str]:
    return {each.__name__ for each in type(error).__mro__}


def _unreadable(call: Call, error: Exception) -> str:
    if call.is_page:
        return "it is a web page"
    if type(error).__name__ == "JSONDecodeError":
        return "it is cut off"
    return "a part of it is missing or not as expected"


def _moment(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header) if header else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(header: str | None, clock: datetime | None) -> float | None:
    """Retry-After in either form, seconds or a date; None where it says nothing that can be kept."""
    if header is None:
        return None
    if header.strip().isdecimal():
        wait = float(header)
    elif moment := _moment(header):
        wait = (moment - (clock or datetime.now(UTC))).total_seconds()
    else:
        return None
    return wait if 0.0 < wait <= LONGEST_WAIT else None
