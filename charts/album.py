"""A picture and the figures of each of many tickers, several under way at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import partial
from typing import Any, TypeVar

from charts import png
from charts.levels_chart import SHOWN, Overlay, Period, levels_picture
from charts.palette import Theme
from indicators.analysis import Analysis, Scale, TooEarly, analyse
from indicators.document import document
from indicators.read import technical_read
from market.at_once import as_done, in_order
from market.errors import MarketError
from market.feed import Answer, Source, ask
from market.price_history import PriceBasis

JOBS = 4  # two tabs draw; meanwhile one ticker is fetched and one is analysed

Document = dict[str, Any]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Wish:
    """What the pictures of an album have in common; `read`: the technical read stands under each."""

    source: Source = "yahoo"
    as_of: Date | None = None
    scale: Scale = "linear"
    period: Period = "1y"
    overlays: frozenset[Overlay] = SHOWN
    theme: Theme = "light"
    basis: PriceBasis = "split-adjusted"
    read: bool = False


@dataclass(frozen=True)
class Picture:
    """One ticker's PNG, the name of its file, and what is known of it (see `indicators.document`).

    `notices` say what of it is old or could not be had, and why.
    """

    symbol: str
    file: str
    png: bytes
    document: Document
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """A ticker that came to nothing; `reason` is the whole sentence."""

    symbol: str
    reason: str


def examined(symbol: str, wish: Wish) -> Analysis:
    """The analysis that the wish asks for. Raises a `MarketError` or `TooEarly`."""
    return analysed(ask(symbol, wish.source, wish.basis), wish.as_of, wish.scale)


def analysed(answer: Answer, as_of: Date | None, scale: Scale) -> Analysis:
    """The analysis of an answer, with what the answer says of itself. Raises `TooEarly`."""
    analysis = analyse(answer.history, answer.targets, as_of, scale)
    return replace(analysis, notices=answer.notices, targets_known=answer.targets_known)


def drawn(analysis: Analysis, wish: Wish) -> bytes:
    """The picture as a PNG of 1600 x 900 pixels, twice the size, higher by the lines of its read."""
    read = technical_read(analysis) if wish.read else ""
    return png.png(levels_picture(analysis, wish.period, wish.overlays, wish.theme, read))


def picture(symbol: str, wish: Wish, describe: Callable[[Analysis], Document] = document) -> Picture:
    """One page of an album. Raises what `examined` and `drawn` do."""
    analysis = examined(symbol, wish)
    return Picture(symbol, png.file_name(analysis), drawn(analysis, wish), describe(analysis), analysis.notices)


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
    except (MarketError, TooEarly, png.BrowserFailed) as error:
        return Failed(symbol, str(error))


def album(symbols: Sequence[str], wish: Wish, jobs: int = JOBS) -> Generator[Picture | Failed]:
    """Each ticker's picture, or why there is none."""
    yield from each_ticker(partial(picture, wish=wish), symbols, jobs)
