"""Who may ask the API, and how often: this computer, and whoever has one of the tokens of `LEVELS_API_TOKEN`."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
from collections.abc import Iterable
from functools import cache

from fastapi import Request
from pyrate_limiter import Duration, Limiter, Rate

from api.problems import NotAllowed, TooManyRequests

TOKENS_VARIABLE = "LEVELS_API_TOKEN"
REQUESTS_PER_MINUTE = 300
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
LOCAL_CALLER = "this computer"


def tokens() -> tuple[str, ...]:
    """Return the tokens that the environment allows, separated by commas or spaces."""
    return tuple(os.environ.get(TOKENS_VARIABLE, "").replace(",", " ").split())


def check_request(request: Request) -> None:
    """Let the request pass, or raise `NotAllowed` or `TooManyRequests`.

    Where the dashboard asks its viewers to sign in (`app.state.is_open_here()` is False), so does the API ask for
    a token, on this computer too.
    """
    caller = _token_caller(request.headers.get("authorization", ""), tokens())
    if caller is None and request.app.state.is_open_here() and is_from_this_computer(request):
        caller = LOCAL_CALLER
    if caller is None:
        raise NotAllowed
    if not _limiter(caller).try_acquire(caller, blocking=False):
        raise TooManyRequests(REQUESTS_PER_MINUTE)


def is_from_this_computer(request: Request) -> bool:
    """Return whether the request was made here, under this computer's own name and not handed on by a web server."""
    if request.client is None or any(name in request.headers for name in PROXY_HEADERS):
        return False
    return request.url.hostname in LOCAL_NAMES and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _token_caller(header: str, allowed: Iterable[str]) -> str | None:
    """Return a name for the holder of the token in the header, which does not reveal it; None without a valid one.

    Every token is compared, each in constant time, so that the time tells nothing of them.
    """
    scheme, _, given = header.partition(" ")
    digest = hashlib.sha256(given.strip().encode()).digest()
    equal = [hmac.compare_digest(hashlib.sha256(token.encode()).digest(), digest) for token in allowed]
    return digest.hex() if scheme.lower() == "bearer" and any(equal) else None


@cache
def _limiter(caller: str) -> Limiter:
    """Return the limiter of one caller: there are as many as tokens."""
    return Limiter([Rate(REQUESTS_PER_MINUTE, Duration.MINUTE)])
