"""The same work for each of many tickers, several under way at once; one that comes to nothing says why."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from charts.png import BrowserFailed
from indicators.analysis import TooEarly
from market.at_once import as_done, in_order
from market.errors import MarketError

JOBS = 4  # two tabs draw; meanwhile one ticker is fetched and one is analysed

Made = TypeVar("Made")


@dataclass(frozen=True)
class Failed:
    """A ticker that came to nothing; `reason` is the whole sentence."""

    symbol: str
    reason: str


def each_ticker(work: Callable[[str], Made], symbols: Sequence[str], jobs: int = JOBS) -> Generator[Made | Failed]:
    """`work` of each ticker, or why it came to nothing, in the order of `symbols`; at most `jobs` are under way.

    Raises `NoBrowser`, since then no picture can be drawn at all.
    """
    with _pool(jobs) as pool:
        yield from in_order(lambda symbol: _outcome(work, symbol), symbols, pool, ahead=jobs + 2)


def ticker_by_ticker(
    work: Callable[[str], Made], symbols: Sequence[str], jobs: int = JOBS
) -> Generator[tuple[str, Made | Failed]]:
    """The same with the ticker's symbol, as they come: one that keeps Yahoo waiting holds up no other."""
    with _pool(jobs) as pool:
        yield from as_done(lambda symbol: (symbol, _outcome(work, symbol)), symbols, pool, ahead=jobs)


@contextmanager
def _pool(jobs: int) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="album")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False)  # who stops does not wait for what is under way


def _outcome(work: Callable[[str], Made], symbol: str) -> Made | Failed:
    try:
        return work(symbol)
    except (MarketError, TooEarly, BrowserFailed) as error:
        return Failed(symbol, str(error))
