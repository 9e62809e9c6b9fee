"""One question, «what is known of this symbol?», asked of Yahoo or of the built-in sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from market.errors import MarketError
from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget

if TYPE_CHECKING:
    from market.yahoo import YahooConsensus

Source = Literal["yahoo", "sample"]
SOURCES: tuple[Source, ...] = ("yahoo", "sample")
AT_ONCE = 4  # requests under way: more of them meet Yahoo's rate limit sooner than they save time


@dataclass(frozen=True)
class Answer:
    """Bars and targets of one symbol; `notices` says in sentences what could not be had."""

    history: PriceHistory
    targets: tuple[PriceTarget, ...]
    consensus: YahooConsensus | None = None
    notices: tuple[str, ...] = ()


def ask(symbol: str, source: Source = "yahoo", basis: PriceBasis = "split-adjusted") -> Answer:
    """What `source` knows of `symbol`. Raises a `MarketError` when it has no bars.

    Targets that fail while the bars arrive are a notice: the levels are worth showing without.
    """
    return _from_sample(symbol) if source == "sample" else _from_yahoo(symbol, basis)


def _from_sample(symbol: str) -> Answer:
    from market import sample

    return Answer(sample.history(symbol), sample.targets(symbol))


def _from_yahoo(symbol: str, basis: PriceBasis) -> Answer:
    from market import yahoo

    history = yahoo.fetch_history(symbol, basis)
    try:
        return Answer(history, yahoo.fetch_targets(symbol), yahoo.fetch_consensus(symbol))
    except MarketError as error:
        return Answer(history, (), None, (f"Analyst targets could not be fetched. {error}",))


def ask_each(symbols: Sequence[str], source: Source = "yahoo") -> Iterator[tuple[str, Answer | MarketError]]:
    """Each symbol with its answer or with the error that came instead, in the order in which they arrive.

    A few are asked at once, within Yahoo's patience; to stop taking is to stop asking.
    """
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask")
    try:
        asked = {pool.submit(ask, symbol, source): symbol for symbol in symbols}
        for done in as_completed(asked):
            yield asked[done], _outcome(done)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _outcome(done: Future[Answer]) -> Answer | MarketError:
    try:
        return done.result()
    except MarketError as error:
        return error
