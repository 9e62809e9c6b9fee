"""Analyze thousands of stored tickers on every core or on a cluster, without pictures or a request to Yahoo."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import partial

from indicators.analysis import Analysis, TooEarly
from market.errors import MarketError
from market.market_data import MarketData
from market.sources import fetch_stored
from market.symbols import Symbol
from tickers.batch import FailedTicker, run_ticker
from tickers.json_document import analysis_document
from tickers.parallel import map_as_completed, map_in_order, open_processes
from tickers.replay import replay
from tickers.request import AnalysisRequest, analyse_market_data

CHUNK_TICKERS = 16  # handed to a worker at once: a third of a second's work, so that the handing over costs nothing
CHUNKS_AHEAD_PER_JOB = 3


class NotStored(MarketError):
    """The store has no prices of the symbol."""

    @property
    def cause(self) -> str:
        return "nothing is stored for it yet"

    @property
    def advice(self) -> str:
        return "view or export it once, then scan again"


@dataclass(frozen=True)
class ScanRequest(AnalysisRequest):
    """How each ticker is analyzed: as of each of `days`, the earliest first; without any, as of `as_of`."""

    days: tuple[Date, ...] = ()


@dataclass(frozen=True)
class ScanTask:
    """Tickers for one worker.

    `data`: what is stored of each, or why that is nothing, where the worker cannot read the store itself.
    """

    symbols: tuple[Symbol, ...]
    data: tuple[MarketData | MarketError, ...] | None = None


@dataclass(frozen=True)
class ScanResult:
    """One ticker's lines of JSON, one a day.

    `notices`: sentences on the age of outdated prices and targets.
    """

    symbol: str
    lines: tuple[str, ...]
    notices: tuple[str, ...] = ()


def scan_stored(
    symbols: Sequence[Symbol], request: ScanRequest = ScanRequest(), jobs: int | None = None, ordered: bool = True
) -> Iterator[ScanResult | FailedTicker]:
    """Yield the documents of each stored ticker, or why there are none, a chunk of tickers as soon as it is done.

    In the order of `symbols`, or as they come. Requests nothing from Yahoo; `chance` is null. `jobs`: how many
    processes, by default one a core.
    """
    chunk = 1 if request.days else CHUNK_TICKERS
    tasks = [ScanTask(tuple(symbols[start : start + chunk])) for start in range(0, len(symbols), chunk)]
    jobs = min(jobs or os.cpu_count() or 1, len(tasks))
    if jobs <= 1:
        for task in tasks:
            yield from scan_task(task, request)
        return
    with open_processes(jobs) as pool:
        yield from scan_in_pool(tasks, request, pool, CHUNKS_AHEAD_PER_JOB * jobs, ordered)


def scan_in_pool(
    tasks: Iterable[ScanTask], request: ScanRequest, pool: Executor, ahead: int, ordered: bool
) -> Iterator[ScanResult | FailedTicker]:
    """Yield the results of the tasks, of which at most `ahead` are with the pool or waiting to be taken."""
    take = map_in_order if ordered else map_as_completed
    for results in take(partial(scan_task, request=request), tasks, pool, ahead):
        yield from results


def scan_task(task: ScanTask, request: ScanRequest) -> list[ScanResult | FailedTicker]:
    """Return a result for each ticker of the task: what a worker runs."""
    data = task.data or (None,) * len(task.symbols)
    return [
        run_ticker(partial(_scan_ticker, data=known, request=request), symbol)
        for symbol, known in zip(task.symbols, data, strict=True)
    ]


def _scan_ticker(symbol: str, data: MarketData | MarketError | None, request: ScanRequest) -> ScanResult:
    if isinstance(data, MarketError):
        raise data
    data = data or load_stored(Symbol(symbol), request)
    documents = (analysis_document(analysis) for analysis in _analyses(data, request))
    lines = tuple(json.dumps(document, ensure_ascii=False, allow_nan=False) for document in documents)
    return ScanResult(symbol, lines, data.notices)


def _analyses(data: MarketData, request: ScanRequest) -> Iterator[Analysis]:
    """Yield the Analysis of each day that was asked for. Raises `TooEarly` where no day is late enough."""
    if not request.days:
        yield analyse_market_data(data, request.as_of, request.scale, request.interval)
        return
    first = data.history.bars.index[0].date()
    days = [day for day in request.days if day >= first]
    if not days:
        raise TooEarly(data.history.symbol, request.days[-1], first)
    before_log = [day for day in days if not data.has_log_of(day)]
    yield from replay(data.history, data.targets, before_log, request.scale, request.interval)
    for day in days[len(before_log) :]:
        yield analyse_market_data(data, day, request.scale, request.interval)


def load_stored(symbol: Symbol, request: ScanRequest) -> MarketData:
    """Return what the source has without a request, with its age if it is outdated. Raises a `MarketError`."""
    data = fetch_stored(symbol, request.source)
    if data is None:
        raise NotStored(symbol)
    last = request.days[-1] if request.days else request.as_of
    return replace(data, notices=(data.age_notice,)) if data.age_notice and data.is_outdated_on(last) else data
