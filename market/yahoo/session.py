"""Calls to Yahoo through yfinance's session: one deadline per call, one log line, and a `MarketError` on failure.

yfinance opens the session itself, waits 10 to 30 seconds for each of up to seven requests per call, drops the headers
of a response, and meets every status from 400 up with new cookies and the same request again. So all requests of its
session pass through `_request`: those of one call share a deadline, are logged without cookies, crumbs or queries,
and record Yahoo's clock. A response that no new cookie can improve (no such symbol, too many requests, an error of
Yahoo's own) ends the call at once.
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
from prometheus_client import Counter
from yfinance.data import YfData
from yfinance.exceptions import YFException, YFPricesMissingError, YFRateLimitError

from market.errors import MarketError, UnknownSymbol
from market.yahoo.errors import MalformedResponse, NoBars, RateLimited, YahooRefused, YahooUnreachable

CALL_TIMEOUT_SECONDS = 10.0  # for all requests of a call together
COOKIE_TIME_SHARE = 0.25  # of the timeout, for a cookie or a crumb: prices come without them too
MIN_TIMEOUT_SECONDS = 0.05  # less is useless, and curl takes less than a thousandth of a second for "no timeout"
MAX_BODY_BYTES = 20_000_000  # ten years of daily bars are half a megabyte, sixty years of an index two
MAX_RETRY_AFTER_SECONDS = 24 * 3600.0

# Failures without a response, by the class names that curl_cffi and requests share, the special ones first
CONNECTION_FAILURES = {
    "Timeout": "no response within {timeout:.0f} seconds",
    "TimeoutError": "no response within {timeout:.0f} seconds",
    "DNSError": "its address was not found",
    "SSLError": "no secure connection",
    "ProxyError": "the proxy does not let it through",
    "IncompleteRead": "the connection failed",
    "ConnectionError": "the connection failed",
}
# What code raises that reads a response of an unexpected form
PARSE_ERRORS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, AssertionError, RecursionError)

log = logging.getLogger("levelboard.yahoo")
CALLS = Counter(
    "levelboard_yahoo_calls", "Calls to Yahoo Finance by what was asked and what came", ("subject", "outcome")
)


@dataclass
class Call:
    """A call under way, since `began` on the monotonic clock.

    `status` and `start` (200 bytes) belong to the last response that is no cookie or crumb. `clock`: Yahoo's time.
    `limited`: a response was 429, with `retry_after` seconds to wait. `response`: the last one with data in it.
    `outcome`: what was received, for the log.
    """

    symbol: str
    began: float
    status: int | None = None
    start: bytes = b""
    limited: bool = False
    retry_after: float | None = None
    clock: datetime | None = None
    requests: int = 0
    response: Any = None
    outcome: str = ""

    @property
    def is_page(self) -> bool:
        return self.start.startswith(b"<")

    def timeout_for(self, endpoint: str) -> float:
        """Return how many seconds the request may take. Raises TimeoutError if the call's time is up."""
        self.status = None if _is_data(endpoint) else self.status
        left = self.began + CALL_TIMEOUT_SECONDS - monotonic()
        if left < MIN_TIMEOUT_SECONDS or (not _is_data(endpoint) and _hung.get(endpoint, 0.0) > self.began):
            raise TimeoutError(f"no time for {endpoint}")
        return left if _is_data(endpoint) else min(left, CALL_TIMEOUT_SECONDS * COOKIE_TIME_SHARE)

    def record(self, endpoint: str, response: Any) -> None:
        """Record a response. Raises the MarketError of one that ends the call."""
        start = response.content[:200].lstrip()
        self.requests += 1
        self.clock = _parse_http_date(response.headers.get("Date")) or self.clock
        if response.status_code == 429 or (endpoint.endswith("/getcrumb") and b"Too Many Requests" in start):
            self.limited = True
            self.retry_after = _retry_after_seconds(response.headers.get("Retry-After"), self.clock)
        if _is_data(endpoint):
            self.status, self.start, self.response = response.status_code, start, response
            self._raise_if_final()

    def check(self) -> None:
        """Raise the MarketError of an HTTP error that yfinance ignored."""
        if self.status is not None and self.status >= 400:
            raise _market_error(self, YFException())

    def _raise_if_final(self) -> None:
        if self.status == 404 and not self.is_page:
            raise UnknownSymbol(self.symbol)
        if self.status == 429:
            raise RateLimited(self.symbol, self.retry_after)
        if self.status is not None and self.status >= 500:
            raise YahooRefused(self.symbol, self.status)


# When a request for a cookie or crumb last hung, by endpoint: yfinance sends these one thread at a time, and calls
# that wait for their turn would sit through the same hang one after the other
_hung: dict[str, float] = {}
_call: ContextVar[Call | None] = ContextVar("_call", default=None)
_attaching = threading.Lock()


@contextmanager
def yahoo_call(symbol: str, subject: str) -> Iterator[Call]:
    """Time and log the requests that yfinance sends within; turn its exceptions into a MarketError.

    `subject`: what is requested of the symbol ("bars"), for the log.
    """
    call = Call(symbol, monotonic())
    token = _call.set(call)
    try:
        _configure_yfinance()
        _intercept_requests(YfData()._session)
        yield call
    except MarketError as error:
        CALLS.labels(subject, type(error).__name__).inc()
        log.info("%.40r %s: %s", symbol, subject, error)
        raise
    except (YFException, OSError, *PARSE_ERRORS) as error:
        failure = _market_error(call, error)
        CALLS.labels(subject, type(failure).__name__).inc()
        log.info("%.40r %s: %s [%s]", symbol, subject, failure, type(error).__name__)
        raise failure from error
    else:
        CALLS.labels(subject, "answered").inc()
        log.info("%.40r %s: %s, %d requests", symbol, subject, call.outcome, call.requests)
    finally:
        _call.reset(token)


@cache
def _configure_yfinance() -> None:
    yf.config.debug.hide_exceptions = False  # else a failure is an empty frame
    logging.getLogger("yfinance").setLevel(logging.ERROR)  # debug lines contain crumbs, warnings repeat our errors
    warnings.filterwarnings("ignore", module="yfinance")  # deprecations of pandas
    # Its SQLite files fail on a full or read-only disk and when two processes write, and a stale cookie in
    # them fails every request: a folder that cannot be created turns them off, and cookies stay in memory
    yf.set_tz_cache_location(str(Path(__file__) / "none"))
    yf.cache._CookieCacheManager._Cookie_cache = _CookieCache()


class _CookieCache(dict[str, Any]):
    """A cookie cache in memory for yfinance, which without one fetches a cookie for each request."""

    def lookup(self, strategy: str) -> dict[str, Any] | None:
        cookie = self.get(strategy)
        return cookie and {"cookie": cookie}

    store = dict.__setitem__


def _intercept_requests(session: Any) -> None:
    with _attaching:
        if "request" not in vars(session):
            session.request = partial(_request, session.request)


def _request(send: Callable[..., Any], method: str, url: str, **kwargs: Any) -> Any:
    call = _call.get()
    if call is None:
        return send(method, url, **kwargs)
    parts = urlsplit(url)
    endpoint = f"{method} {parts.hostname}{parts.path}"
    timeout, body = call.timeout_for(endpoint), _Body()
    try:
        response = send(method, url, **{**kwargs, "timeout": timeout, "content_callback": body.add})
    except OSError as error:
        log.info("%s: %s", endpoint, type(error).__name__)
        if "Timeout" in _class_names(error):
            _hung[endpoint] = monotonic()
        raise
    response.content = body.content
    log.info("%s: %s, %d bytes", endpoint, response.status_code, len(response.content))
    call.record(endpoint, response)
    return response


class _BodyTooLarge(OSError):
    """A response is longer than anything Yahoo has to say; on the wire it may have been short."""


class _Body:
    """The unpacked body of a response as it comes in."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._bytes = 0

    @property
    def content(self) -> bytes:
        return b"".join(self._parts)

    def add(self, part: bytes) -> int:
        """Take the next part and return its length, as curl wants it. Raises `_BodyTooLarge`."""
        self._bytes += len(part)
        if self._bytes > MAX_BODY_BYTES:
            raise _BodyTooLarge
        self._parts.append(part)
        return len(part)


def _is_data(endpoint: str) -> bool:
    """Return whether the request is for prices, targets, matches or earnings rather than a cookie or crumb."""
    return "/finance/" in endpoint or "/calendar/" in endpoint


def _market_error(call: Call, error: Exception) -> MarketError:
    if isinstance(error, YFRateLimitError) or (call.limited and call.status in (None, 401, 403)):
        return RateLimited(call.symbol, call.retry_after)
    if str(error).startswith("Invalid ISIN"):  # yfinance takes some symbols for one, and finds no share
        return UnknownSymbol(call.symbol)
    if isinstance(error, YFPricesMissingError) and call.status in (200, 400, 422) and b'"chart"' in call.start:
        unknown = (error.yahoo_reason or "").startswith("No data found")
        return UnknownSymbol(call.symbol) if unknown else NoBars(call.symbol)
    if call.status is not None and call.status >= 400:
        return YahooRefused(call.symbol, call.status)
    if isinstance(error, _BodyTooLarge):
        return MalformedResponse(call.symbol, f"it is longer than {MAX_BODY_BYTES // 1_000_000} MB")
    if isinstance(error, OSError):
        return YahooUnreachable(call.symbol, _connection_failure(error))
    if "CURRENTLY DOWN" in str(error):
        return YahooUnreachable(call.symbol, "it is down for maintenance")
    return MalformedResponse(call.symbol, _parse_failure(call, error))


def _connection_failure(error: OSError) -> str:
    names = _class_names(error)
    reason = next((reason for name, reason in CONNECTION_FAILURES.items() if name in names), "no connection")
    return reason.format(timeout=CALL_TIMEOUT_SECONDS)


def _class_names(error: Exception) -> set[str]:
    return {base.__name__ for base in type(error).__mro__}


def _parse_failure(call: Call, error: Exception) -> str:
    if call.is_page:
        return "it is a web page"
    if type(error).__name__ == "JSONDecodeError":
        return "it is cut off"
    return "a part of it is missing or not as expected"


def _parse_http_date(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header) if header else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _retry_after_seconds(header: str | None, clock: datetime | None) -> float | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date; None if absent or out of range."""
    if header is None:
        return None
    if header.strip().isdecimal():
        wait = float(header)
    elif moment := _parse_http_date(header):
        wait = (moment - (clock or datetime.now(UTC))).total_seconds()
    else:
        return None
    return wait if 0.0 < wait <= MAX_RETRY_AFTER_SECONDS else None
