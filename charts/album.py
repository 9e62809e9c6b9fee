"""An album: what its pictures have in common, and each ticker's picture with its figures."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import partial
from typing import Any

from charts import png
from charts.each_ticker import JOBS, Failed, each_ticker
from charts.levels_chart import SHOWN, Overlay, Period, levels_picture
from charts.palette import Theme
from indicators.analysis import Analysis, Scale, analyse
from indicators.document import document
from indicators.read import technical_read
from market.feed import Answer, Source, ask
from market.price_history import PriceBasis

Document = dict[str, Any]


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


def album(symbols: Sequence[str], wish: Wish, jobs: int = JOBS) -> Generator[Picture | Failed]:
    """Each ticker's picture, or why there is none."""
    yield from each_ticker(partial(picture, wish=wish), symbols, jobs)
