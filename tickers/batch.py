"""The same work for each of many tickers, several under way at once; one that comes to nothing says why."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from indicators.analysis import TooEarly
from market.errors import MarketError
from tickers.parallel import map_as_completed, map_in_order

TICKER_FAILURES: tuple[type[Exception], ...] = (MarketError, TooEarly)
DEFAULT_JOBS = 4  # two tabs draw; meanwhile one ticker is fetched and one is analysed

Made = TypeVar("Made")


@dataclass(frozen=True)
class FailedTicker:
    """A ticker without a result: `reason` is the whole sentence, `cause` the same without the symbol before it."""

    symbol: str
    reason: str
    cause: str = field(default="", compare=False)

    @classmethod
    def from_error(cls, symbol: str, error: Exception) -> FailedTicker:
        """Return the failure for an error whose `cause` and `advice`, if it has them, leave out the symbol."""
        cause, advice = getattr(error, "cause", ""), getattr(error, "advice", "")
        return cls(symbol, str(error), f"{cause}, so {advice}" if advice else cause)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cause", self.cause or self.reason)


def run_in_order(
    work: Callable[[str], Made],
    symbols: Sequence[str],
    jobs: int = DEFAULT_JOBS,
    failures: tuple[type[Exception], ...] = TICKER_FAILURES,
) -> Generator[Made | FailedTicker]:
    """Yield `work` of each ticker, or why it failed, in the order of `symbols`; at most `jobs` run at once.

    `failures`: the exceptions that fail one ticker and let the others go on. Any other ends the run.
    """
    with _pool(jobs) as pool:
        yield from map_in_order(lambda symbol: _outcome(work, symbol, failures), symbols, pool, ahead=jobs + 2)


def run_as_completed(
    work: Callable[[str], Made],
    symbols: Sequence[str],
    jobs: int = DEFAULT_JOBS,
    failures: tuple[type[Exception], ...] = TICKER_FAILURES,
) -> Generator[tuple[str, Made | FailedTicker]]:
    """Yield the same with each ticker's symbol, in the order of completion: a slow one holds up no other."""
    with _pool(jobs) as pool:
        yield from map_as_completed(
            lambda symbol: (symbol, _outcome(work, symbol, failures)), symbols, pool, ahead=jobs
        )


@contextmanager
def _pool(jobs: int) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="batch")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False)  # whoever stops does not wait for what is still running


def _outcome(work: Callable[[str], Made], symbol: str, failures: tuple[type[Exception], ...]) -> Made | FailedTicker:
    try:
        return work(symbol)
    except failures as error:
        return FailedTicker.from_error(symbol, error)
