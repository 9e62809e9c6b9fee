"""Analyze thousands of stored tickers on every core, without pictures and without a request to Yahoo."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import partial
from multiprocessing import get_context

from indicators.analysis import Scale, TooEarly
from indicators.intervals.bar_units import Interval
from market.errors import MarketError
from market.market_data import MarketData
from market.source import SourceKey
from market.sources import fetch_stored
from market.symbols import Symbol
from tickers.json_document import analysis_document
from tickers.parallel import map_in_order
from tickers.request import analyse_market_data

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
class ScanResult:
    """One ticker's line of JSON, or the sentence that says why there is none.

    `notices`: sentences on the age of outdated prices and targets.
    """

    symbol: str
    line: str | None
    reason: str | None = None
    notices: tuple[str, ...] = ()


def scan_stored(
    symbols: Sequence[Symbol],
    as_of: Date | None = None,
    scale: Scale = "linear",
    source: SourceKey = "yahoo",
    jobs: int | None = None,
    interval: Interval = "1d",
) -> Iterator[ScanResult]:
    """Yield the document of each stored ticker in the order of `symbols`, a chunk as soon as it is done.

    Requests nothing from Yahoo; `chance` is null. `jobs`: how many processes, by default one a core.
    """
    chunks = [symbols[start : start + CHUNK_TICKERS] for start in range(0, len(symbols), CHUNK_TICKERS)]
    jobs = min(jobs or os.cpu_count() or 1, len(chunks))
    scan_chunk = partial(_scan_chunk, as_of=as_of, scale=scale, source=source, interval=interval)
    if jobs <= 1:
        for chunk in chunks:
            yield from scan_chunk(chunk)
        return
    # A forked worker would share the locks of the parent's threads and its connection to the store
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for results in map_in_order(scan_chunk, chunks, pool, ahead=CHUNKS_AHEAD_PER_JOB * jobs):
            yield from results


def _scan_chunk(
    symbols: Sequence[Symbol], as_of: Date | None, scale: Scale, source: SourceKey, interval: Interval
) -> list[ScanResult]:
    return [_scan_ticker(symbol, as_of, scale, source, interval) for symbol in symbols]


def _scan_ticker(symbol: Symbol, as_of: Date | None, scale: Scale, source: SourceKey, interval: Interval) -> ScanResult:
    try:
        data = _load_stored(symbol, as_of, source)
        document = analysis_document(analyse_market_data(data, as_of, scale, interval))
    except (MarketError, TooEarly) as error:
        return ScanResult(symbol, None, str(error))
    return ScanResult(symbol, json.dumps(document, ensure_ascii=False, allow_nan=False), notices=data.notices)


def _load_stored(symbol: Symbol, as_of: Date | None, source: SourceKey) -> MarketData:
    """Return what `source` has without a request, with its age if it is outdated. Raises a `MarketError`.

    Data that reaches the as-of day is complete, however long ago it was fetched.
    """
    data = fetch_stored(symbol, source)
    if data is None:
        raise NotStored(symbol)
    reaches_as_of = as_of is not None and as_of <= data.history.bars.index[-1].date()
    return replace(data, notices=(data.age_notice,)) if data.age_notice and not reaches_as_of else data
