"""Do the same work for many tickers, several at a time; a ticker that fails says why and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from indicators.analysis import TooEarly
from market.errors import MarketError
from text.plain_text import to_one_line
from tickers.parallel import map_as_completed, map_in_order

TICKER_FAILURES: tuple[type[Exception], ...] = (MarketError, TooEarly)
DEFAULT_JOBS = 4  # two browsers draw while one ticker is fetched and one is analyzed

MAX_FAULT_LENGTH = 100  # characters of what Python said

Result = TypeVar("Result")

log = logging.getLogger("levelboard")


class UnusableFigures(MarketError):
    """The figures of the symbol met a fault of this program, such as prices beyond what a float can hold."""

    def __init__(self, symbol: str, fault: Exception) -> None:
        super().__init__(symbol, fault)
        self.fault = fault

    @property
    def cause(self) -> str:
        said = to_one_line(str(self.fault), MAX_FAULT_LENGTH)
        return f"its figures could not be worked with ({type(self.fault).__name__}: {said})"


@dataclass(frozen=True)
class FailedTicker:
    """A ticker without a result: `reason` is the whole sentence, `cause` the same without the symbol before it."""

    symbol: str
    reason: str
    cause: str = field(default="", compare=False)

    @classmethod
    def from_error(cls, symbol: str, error: Exception) -> FailedTicker:
        """Return the failure for an error whose `explanation`, if it has one, leaves out the symbol."""
        return cls(symbol, str(error), getattr(error, "explanation", ""))

    def __post_init__(self) -> None:
        object.__setattr__(self, "cause", self.cause or self.reason)


def run_in_order(
    work: Callable[[str], Result],
    symbols: Sequence[str],
    jobs: int = DEFAULT_JOBS,
    failures: tuple[type[Exception], ...] = TICKER_FAILURES,
    endings: tuple[type[Exception], ...] = (),
) -> Generator[Result | FailedTicker]:
    """Yield `work` of each ticker, or why it failed, in the order of `symbols`; at most `jobs` run at once.

    Whatever `work` raises fails one ticker and lets the others go on, but for `endings`, which end the run.
    `failures`: the exceptions whose text is a sentence for the user.
    """
    with _open_pool(jobs) as pool:
        yield from map_in_order(
            lambda symbol: run_ticker(work, symbol, failures, endings), symbols, pool, ahead=jobs + 2
        )


def run_as_completed(
    work: Callable[[str], Result],
    symbols: Sequence[str],
    jobs: int = DEFAULT_JOBS,
    failures: tuple[type[Exception], ...] = TICKER_FAILURES,
    endings: tuple[type[Exception], ...] = (),
) -> Generator[tuple[str, Result | FailedTicker]]:
    """Yield the same with each ticker's symbol, in the order of completion: a slow one delays no other."""
    with _open_pool(jobs) as pool:
        yield from map_as_completed(
            lambda symbol: (symbol, run_ticker(work, symbol, failures, endings)), symbols, pool, ahead=jobs
        )


@contextmanager
def _open_pool(jobs: int) -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="batch")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False)  # a caller who stops early does not wait for what is still running


def run_ticker(
    work: Callable[[str], Result],
    symbol: str,
    failures: tuple[type[Exception], ...] = TICKER_FAILURES,
    endings: tuple[type[Exception], ...] = (),
) -> Result | FailedTicker:
    """Return `work` of one ticker, or why it failed: see `run_in_order`."""
    try:
        return work(symbol)
    except failures as error:
        return FailedTicker.from_error(symbol, error)
    except endings:
        raise
    except Exception as fault:  # the one boundary for a ticker: its fault must not end a run over thousands
        log.info("%s failed", symbol, exc_info=True)  # for the log file: the terminal gets a sentence
        return FailedTicker.from_error(symbol, UnusableFigures(symbol, fault))
