"""Errors as JSON problem documents (RFC 9457), with the sentences that the pages show."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date as Date
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from exports.png import PngError
from indicators.analysis import TooEarly
from market.errors import BadSymbol, MarketError, UnknownSymbol
from market.yahoo.errors import NoBars, QueueFull, RateLimited
from text.plain_text import quote

ASK_AGAIN_SECONDS = 60  # where the source does not say when


class WatchlistsUnknown(Exception):
    """The store is away, and its watchlists were never read."""

    def __str__(self) -> str:
        return "The watchlists cannot be read while the store is away: ask again in a minute"


# The first that fits: the more special errors stand before their bases
STATUS_OF_ERROR: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (BadSymbol, HTTPStatus.BAD_REQUEST),
    (UnknownSymbol, HTTPStatus.NOT_FOUND),
    (NoBars, HTTPStatus.NOT_FOUND),
    (RateLimited, HTTPStatus.SERVICE_UNAVAILABLE),
    (QueueFull, HTTPStatus.SERVICE_UNAVAILABLE),
    (MarketError, HTTPStatus.BAD_GATEWAY),
    (TooEarly, HTTPStatus.NOT_FOUND),
    (PngError, HTTPStatus.SERVICE_UNAVAILABLE),
    (WatchlistsUnknown, HTTPStatus.SERVICE_UNAVAILABLE),
)


class NoTickers(Exception):
    """The request names no ticker."""

    def __str__(self) -> str:
        return "No ticker was named: add symbols=CIFR,CLSK or watchlist=NAME"


class SinceTooLate(Exception):
    """The request asks for changes after a day, up to one that is not later."""

    def __init__(self, since: Date, as_of: Date | None) -> None:
        super().__init__(since, as_of)
        self.since, self.as_of = since, as_of

    def __str__(self) -> str:
        return f"since={self.since} leaves no day up to {self.as_of or 'today'}: name an earlier day"


class UnknownWatchlist(Exception):
    """There is no watchlist of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is no watchlist {quote(self.name)}: /api/watchlists names them"


class NotAllowed(Exception):
    """The request has no valid token and does not come from this computer."""

    def __str__(self) -> str:
        return "This needs a token: send the header 'Authorization: Bearer TOKEN' with one of LEVELS_API_TOKEN"


class TooManyRequests(Exception):
    """The token's limit of requests per minute is used up."""

    def __init__(self, per_minute: int) -> None:
        super().__init__(per_minute)
        self.per_minute = per_minute

    def __str__(self) -> str:
        return f"More than {self.per_minute} requests within a minute: ask again in a minute"


def problem(status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return a problem document: `title` is the status in words, `detail` the sentence."""
    document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(document, status, headers, media_type="application/problem+json")


async def answer_data_error(_: Request, error: Exception) -> Response:
    """Answer an error of the data or the picture."""
    status = next(status for kind, status in STATUS_OF_ERROR if isinstance(error, kind))
    wait = getattr(error, "retry_after", None) or ASK_AGAIN_SECONDS
    busy = status is HTTPStatus.SERVICE_UNAVAILABLE
    return problem(status, str(error), {"Retry-After": f"{wait:.0f}"} if busy else None)


async def answer_bad_request(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, str(error))


async def answer_unknown_watchlist(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.NOT_FOUND, str(error))


async def answer_not_allowed(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.UNAUTHORIZED, str(error), {"WWW-Authenticate": "Bearer"})


async def answer_too_many_requests(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), {"Retry-After": "60"})


async def answer_bad_parameter(_: Request, error: Exception) -> Response:
    """Answer parameters that cannot be read, in one sentence on the first of them."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    expected = str(first["msg"]).removeprefix("Value error, ")
    sentence = f"{first['loc'][-1]} {quote(str(first.get('input')))} cannot be read: {expected}"
    return problem(HTTPStatus.BAD_REQUEST, sentence)


async def answer_http_error(_: Request, error: Exception) -> Response:
    """Answer what the framework refuses, such as an unknown address."""
    assert isinstance(error, HTTPException)
    return problem(HTTPStatus(error.status_code), f"{error.detail}: /api/openapi.json lists what there is")


async def answer_fault(_: Request, __: Exception) -> Response:
    """Answer a fault of our own, whose traceback the server logs."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong in Levelboard; its log has the details")


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
HANDLERS: dict[int | type[Exception], Handler] = {
    **dict.fromkeys((kind for kind, _ in STATUS_OF_ERROR), answer_data_error),
    **dict.fromkeys((NoTickers, SinceTooLate), answer_bad_request),
    UnknownWatchlist: answer_unknown_watchlist,
    NotAllowed: answer_not_allowed,
    TooManyRequests: answer_too_many_requests,
    RequestValidationError: answer_bad_parameter,
    HTTPException: answer_http_error,
    Exception: answer_fault,
}
