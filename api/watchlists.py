"""The watchlists: `/api/watchlists` names them, `/api/watchlists/NAME` has a ticker's row each."""

from __future__ import annotations

import math
from datetime import date as Date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.answers import json_answer
from api.parameters import analysis_request
from api.problems import UnknownWatchlist, WatchlistsUnknown
from exports.watchlist_files import figures
from indicators.watchlist_row import WatchlistRow, watchlist_row
from market.store.store import Watchlist, get_store
from tickers.batch import run_in_order
from tickers.request import AnalysisRequest, load_analysis

router = APIRouter()


@router.get("/watchlists")
def watchlists(request: Request) -> Response:
    """Return the watchlists with their tickers, in the users' order."""
    lists = [{"name": watchlist.name, "symbols": watchlist.symbols} for watchlist in shared_watchlists()]
    return json_answer(lists, request)


@router.get("/watchlists/{name}")
def watchlist(name: str, asked: Annotated[AnalysisRequest, Depends(analysis_request)], request: Request) -> Response:
    """Return a row of figures per ticker, with the columns of the CSV; `problem` says why one has none."""
    return json_answer(watchlist_figures(name, asked), request, asked.as_of)


def shared_watchlists() -> tuple[Watchlist, ...]:
    """Return the watchlists that everyone may see. Raises `WatchlistsUnknown`."""
    if not (known := get_store().watchlists()):
        raise WatchlistsUnknown
    return known


def symbols_of(name: str) -> tuple[str, ...]:
    """Return the tickers of the watchlist, in its order. Raises `UnknownWatchlist` or `WatchlistsUnknown`."""
    symbols = next((listed.symbols for listed in shared_watchlists() if listed.name == name), None)
    if symbols is None:
        raise UnknownWatchlist(name)
    return symbols


def watchlist_figures(name: str, asked: AnalysisRequest) -> list[dict[str, Any]]:
    """Return the rows of the watchlist, in its order. Raises `UnknownWatchlist` or `WatchlistsUnknown`."""
    return [plain(figures(row)) for row in run_in_order(lambda symbol: _row(symbol, asked), symbols_of(name))]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row in values that JSON has: days in ISO form, None for what is no finite number."""
    return {name: _plain_value(value) for name, value in row.items()}


def _row(symbol: str, asked: AnalysisRequest) -> WatchlistRow:
    return watchlist_row(load_analysis(symbol, asked))


def _plain_value(value: Any) -> Any:
    if isinstance(value, Date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
