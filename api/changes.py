"""What changed on several tickers: `/api/changes`."""

from __future__ import annotations

from datetime import date as Date
from threading import Condition
from typing import Annotated, Any

from cachetools import TTLCache, cached
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator

from alerts.many_tickers import ChangesRequest, changes_in_this_process
from alerts.recent_changes import change_document
from api.answers import FRESH_SECONDS, json_answer
from api.parameters import AsOf, Source, past_day
from api.problems import NoTickers, SinceTooLate
from api.watchlists import symbols_of
from market.sources import default_source
from market.symbols import Symbol, parse_symbol
from tickers.batch import FailedTicker

router = APIRouter()
CACHED_ANSWERS = 16
MAX_TICKERS = 500  # as many as a watchlist holds


def _readable_symbols(text: str | None) -> str | None:
    if len(_names(text)) > MAX_TICKERS:
        raise ValueError(f"it names more than {MAX_TICKERS} tickers, ask for them in parts")
    return text


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


Symbols = Annotated[
    str | None,
    Query(description="Tickers, separated by commas.", examples=["CIFR,CLSK"]),
    AfterValidator(_readable_symbols),
]
WatchlistName = Annotated[str | None, Query(description="The name of a watchlist, instead of tickers.")]
Since = Annotated[
    Date | None,
    Query(description="ISO day after which changes are told. By default the last session's.", examples=["2025-11-17"]),
    AfterValidator(past_day),
]


def named_symbols(symbols: Symbols = None, watchlist: WatchlistName = None) -> tuple[Symbol, ...]:
    """Return the tickers asked for. Raises `NoTickers`, `BadSymbol`, `UnknownWatchlist` or `WatchlistsUnknown`."""
    listed = () if watchlist is None else watched_symbols(watchlist)
    if not (named := dict.fromkeys((*map(parse_symbol, _names(symbols)), *listed))):
        raise NoTickers
    return tuple(named)


def watched_symbols(name: str) -> tuple[Symbol, ...]:
    """Return the tickers of a watchlist. Raises `UnknownWatchlist` or `WatchlistsUnknown`."""
    return tuple(map(parse_symbol, symbols_of(name)))


def changes_request(asof: AsOf = None, since: Since = None, source: Source = None) -> ChangesRequest:
    """Return which changes are wanted. Raises `SinceTooLate`."""
    if since and since >= (asof or Date.today()):
        raise SinceTooLate(since, asof)
    return ChangesRequest(source or default_source(), asof, since or 1)


@router.get("/changes")
def changes(
    symbols: Annotated[tuple[Symbol, ...], Depends(named_symbols)],
    asked: Annotated[ChangesRequest, Depends(changes_request)],
    request: Request,
) -> Response:
    """Return what changed, as `levelboard.py changes --json` prints it, the newest change of a ticker first.

    `changes`: an object for each. `problems`: a ticker and a sentence for each that failed. `notices`: the same for
    each whose data is old or incomplete.
    """
    return json_answer(shared_changes(symbols, asked), request, asked.as_of)


@cached(TTLCache[Any, dict[str, list[dict[str, Any]]]](CACHED_ANSWERS, FRESH_SECONDS), condition=Condition())
def shared_changes(symbols: tuple[Symbol, ...], asked: ChangesRequest) -> dict[str, list[dict[str, Any]]]:
    """Return the answer, computed once for equal questions."""
    results = list(changes_in_this_process(symbols, asked))
    failed = [result for result in results if isinstance(result, FailedTicker)]
    found = [result for result in results if not isinstance(result, FailedTicker)]
    return {
        "changes": [change_document(change) for ticker in found for change in ticker.changes],
        "problems": [{"symbol": ticker.symbol, "problem": ticker.reason} for ticker in failed],
        "notices": [{"symbol": ticker.symbol, "notice": notice} for ticker in found for notice in ticker.notices],
    }
