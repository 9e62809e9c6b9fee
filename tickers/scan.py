"""The figures of thousands of tickers out of the store, without pictures, by every core."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date as Date
from functools import partial
from multiprocessing import get_context

from indicators.analysis import Scale, TooEarly, analyse
from market.errors import MarketError
from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.source import SourceKey
from market.sources import fetch_stored
from market.symbols import Symbol
from tickers.json_document import analysis_document
from tickers.parallel import map_in_order

CHUNK = 16  # tickers a worker takes at a time: a third of a second's work, next to which handing over is nothing


class NotStored(MarketError):
    """The store has no prices of the symbol."""

    @property
    def cause(self) -> str:
        return "nothing is stored for it yet"

    @property
    def advice(self) -> str:
        return "view or export it once, then scan again"


Known = tuple[PriceHistory, tuple[PriceTarget, ...], tuple[str, ...]]  # and how old that is, where it is old


@dataclass(frozen=True)
class Scanned:
    """One ticker's line of JSON, or the sentence that says why there is none. `notices`: how old it is, if it is."""

    symbol: str
    line: str | None
    reason: str | None = None
    notices: tuple[str, ...] = ()


def scan(
    symbols: Sequence[Symbol],
    as_of: Date | None = None,
    scale: Scale = "linear",
    source: SourceKey = "yahoo",
    jobs: int = 0,
) -> Iterator[Scanned]:
    """The document of each ticker as it is stored, in the order of `symbols`, a chunk as soon as it is done.

    Nothing is asked of Yahoo; `chance` is null. `jobs` processes, by default one a core.
    """
    jobs = min(jobs or os.cpu_count() or 1, -(-len(symbols) // CHUNK))
    work = partial(_chunk, as_of=as_of, scale=scale, source=source)
    chunks = [symbols[start : start + CHUNK] for start in range(0, len(symbols), CHUNK)]
    if jobs <= 1:
        for chunk in chunks:
            yield from work(chunk)
        return
    # Forked, a worker would share the parent's threads' locks and its connection to the store
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for done in map_in_order(work, chunks, pool, ahead=3 * jobs):
            yield from done


def _chunk(symbols: Sequence[Symbol], as_of: Date | None, scale: Scale, source: SourceKey) -> list[Scanned]:
    return [_one(symbol, as_of, scale, source) for symbol in symbols]


def _one(symbol: Symbol, as_of: Date | None, scale: Scale, source: SourceKey) -> Scanned:
    try:
        history, targets, notices = _stored(symbol, as_of, source)
        figures = analysis_document(analyse(history, targets, as_of, scale))
    except (MarketError, TooEarly) as error:
        return Scanned(symbol, None, str(error))
    return Scanned(symbol, json.dumps(figures, ensure_ascii=False, allow_nan=False), notices=notices)


def _stored(symbol: Symbol, as_of: Date | None, source: SourceKey) -> Known:
    """Return what `source` has without a request. Data that reaches the as-of day is complete, however old."""
    data = fetch_stored(symbol, source)
    if data is None:
        raise NotStored(symbol)
    outdated = data.age_notice is not None and (as_of is None or as_of > data.history.bars.index[-1].date())
    return data.history, data.targets, (data.age_notice,) if outdated and data.age_notice else ()
