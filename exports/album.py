"""An album: one picture per ticker, drawn with the same options, and the figures behind it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import plotly.graph_objects as go

from charts.levels.chart import levels_picture
from charts.options import DEFAULT_OVERLAYS, Overlay, Period
from charts.palette import Theme
from exports import png
from exports.fonts import font_notice
from indicators.analysis import Analysis
from indicators.ladder import LadderRow, ladder
from indicators.summary.summary import technical_read
from text.numbers import PriceFormat
from tickers.batch import DEFAULT_JOBS, TICKER_FAILURES, FailedTicker, run_in_order
from tickers.json_document import analysis_document
from tickers.request import AnalysisRequest, load_analysis

Document = dict[str, Any]
PICTURE_FAILURES = (*TICKER_FAILURES, png.BrowserFailed)
NO_PICTURES = (png.BrowserNotFound,)  # of any ticker


@dataclass(frozen=True)
class Picture:
    """One ticker's PNG, the name of its file, its figures (see `tickers.json_document`) and its ladder.

    `price_format`: how its prices are written. `notices`: which data is old or missing, and why, and what the picture
    cannot show.
    """

    symbol: str
    file: str
    png: bytes
    document: Document
    ladder: tuple[LadderRow, ...]
    notices: tuple[str, ...] = ()
    price_format: PriceFormat = field(default_factory=PriceFormat)


@dataclass(frozen=True)
class PictureOptions:
    """Options shared by all pictures of an album; `commentary` puts the technical read below each."""

    period: Period = "1y"
    overlays: frozenset[Overlay] = DEFAULT_OVERLAYS
    theme: Theme = "light"
    commentary: bool = False


def draw_png(analysis: Analysis, options: PictureOptions) -> bytes:
    """Return a PNG of 1600 x 900 pixels at scale 2, taller by the lines of its commentary.

    If it has names that no font of this computer can draw, it says so.
    """
    return png.render_png(_figure(analysis, options))


def draw_svg(analysis: Analysis, options: PictureOptions) -> bytes:
    """Return the same picture as SVG, whose texts are drawn with the fonts of whoever opens it."""
    return png.render(_figure(analysis, options), "svg")


def _figure(analysis: Analysis, options: PictureOptions) -> go.Figure:
    sentences = (technical_read(analysis) if options.commentary else None, font_notice(analysis))
    caption = " ".join(filter(None, sentences))
    return levels_picture(analysis, options.period, options.overlays, options.theme, caption)


def make_picture(
    symbol: str,
    request: AnalysisRequest,
    options: PictureOptions,
    describe: Callable[[Analysis], Document] = analysis_document,
) -> Picture:
    """Make one page of an album. Raises what `load_analysis` and `draw_png` raise."""
    analysis = load_analysis(symbol, request)
    return Picture(
        symbol=symbol,
        file=png.file_name(analysis),
        png=draw_png(analysis, options),
        document=describe(analysis),
        ladder=ladder(analysis),
        price_format=analysis.price_format,
        notices=(*analysis.notices, *filter(None, (font_notice(analysis),))),
    )


def make_album(
    symbols: Sequence[str], request: AnalysisRequest, options: PictureOptions, jobs: int = DEFAULT_JOBS
) -> Generator[Picture | FailedTicker]:
    """Yield each ticker's picture, or why there is none, in the order of `symbols`."""
    work = partial(make_picture, request=request, options=options)
    yield from run_in_order(work, symbols, jobs, PICTURE_FAILURES, NO_PICTURES)
