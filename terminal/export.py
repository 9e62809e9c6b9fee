"""`levelboard.py export`: pictures, figures, or both, for one ticker or many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from charts.options import DEFAULT_OVERLAYS, DEFAULT_PERIODS, PANE_NAMES, Overlay, Period
from charts.palette import Theme
from indicators.analysis import Analysis, Scale
from indicators.intervals.bar_units import Interval
from indicators.trendlines.significance import chance_of_line
from market.source import SourceKey
from terminal.exit_status import CannotContinue, ExitStatus
from terminal.options import JobCount, OneOf, analysis_options, interval_option, ticker_options, verbose_option
from terminal.output import print_json, print_line, report_each, report_notices
from terminal.tickers import NamedTickers, named_tickers
from tickers.batch import DEFAULT_JOBS, FailedTicker, run_in_order
from tickers.evidence import evidence_of
from tickers.evidence_document import evidence_document
from tickers.json_document import analysis_document
from tickers.request import AnalysisRequest, load_analysis

if TYPE_CHECKING:
    from exports.album_folder import AlbumFolder, LooseFiles
    from exports.gallery import Entry

EXAMPLES = """\b
Examples:
  python levelboard.py export CIFR CLSK --as-of 2025-11-24 --out pictures
  python levelboard.py export CIFR --json --no-png
  python levelboard.py export CIFR --interval 1wk --commentary
  python levelboard.py export --watchlist Miners --out pictures --resume
"""


@dataclass(frozen=True)
class ExportOptions:
    """The options of `levelboard.py export` but for the tickers, named as on the command line."""

    as_of: Date | None
    source: SourceKey
    scale: Scale
    interval: Interval
    out: Path | None
    resume: bool
    as_json: bool
    no_png: bool
    period: Period | None
    pane: Overlay | None
    theme: Theme
    commentary: bool
    jobs: int
    evidence: bool
    earnings: bool

    @property
    def request(self) -> AnalysisRequest:
        return AnalysisRequest(self.source, self.as_of, self.scale, interval=self.interval, earnings=self.earnings)

    @property
    def period_shown(self) -> Period:
        """The period named, else the one that suits the interval."""
        return self.period or DEFAULT_PERIODS[self.interval]

    @property
    def overlays(self) -> frozenset[Overlay]:
        """The usual ones, and the pane named."""
        return DEFAULT_OVERLAYS | ({self.pane} if self.pane else set())

    @property
    def describe(self) -> Callable[[Analysis], dict[str, Any]]:
        """What makes a ticker's document; the chance of a line is measured only if someone reads it."""
        if self.evidence:
            return document_with_evidence
        return document_with_chance if self.as_json else analysis_document

    @property
    def purpose(self) -> dict[str, str]:
        """What has to be the same for a picture of an earlier run to be kept by --resume."""
        as_of = self.as_of or f"{Date.today()}, the latest"
        names = (
            "source",
            "scale",
            "interval",
            "period_shown",
            "pane",
            "theme",
            "commentary",
            "as_json",
            "evidence",
            "earnings",
        )
        return {"as_of": str(as_of)} | {name: str(getattr(self, name)) for name in names}


@click.command(epilog=EXAMPLES, short_help="Write pictures, print figures, or both.")
@ticker_options
@analysis_options
@interval_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the pictures to this folder, with an index.html that shows them.  [default: this folder, without]",
)
@click.option("--resume", is_flag=True, help="Keep the pictures in DIR that were made today with the same options.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures, one JSON object a line.")
@click.option("--evidence", is_flag=True, help="Add to the JSON how often such levels held and such targets were met.")
@click.option("--no-png", is_flag=True, help="Draw no picture; without --json, print the commentary.")
@click.option(
    "--period",
    type=OneOf(get_args(Period)),
    show_default="1y, of weekly bars 5y, of monthly ones max",
    help="Period shown.",
)
@click.option("--earnings", is_flag=True, help="Ask for earnings days too: two more requests a ticker and day.")
@click.option("--pane", type=OneOf(tuple(PANE_NAMES)), help="Add a pane below the volume: RSI(14) or MACD(12, 26, 9).")
@click.option("--theme", type=OneOf(get_args(Theme)), default="light", show_default=True, help="Colors.")
@click.option("--commentary", is_flag=True, help="Include the commentary under each picture.")
@click.option("--jobs", type=JobCount(), default=DEFAULT_JOBS, show_default=True, metavar="N", help="Tickers at once.")
@verbose_option
def export(tickers: tuple[str, ...], watchlist: str | None, tickers_from: str | None, **values: Any) -> int:
    """Write a PNG of each ticker, print its figures, or both.

    TICKERS are symbols of Yahoo Finance, such as CIFR or ^GSPC. A ticker that fails is reported and the others go on;
    the exit status is then 1.
    """
    options = ExportOptions(**values)
    if options.resume and options.out is None:
        raise CannotContinue("--resume continues a folder: name it with --out.")
    if options.evidence and not options.as_json:
        raise CannotContinue("--evidence adds to the JSON: give --json too.")
    named = named_tickers(tickers, watchlist, tickers_from)
    failed = _print_figures(named.symbols, options) if options.no_png else _write_pictures(named, options)
    return ExitStatus.UNUSABLE if failed or named.invalid else ExitStatus.OK


def document_with_chance(analysis: Analysis) -> dict[str, Any]:
    """Return the document with the chance of the leading line; measuring every line would take minutes."""
    return analysis_document(analysis, {line: chance_of_line(analysis.bars, line) for line in analysis.leading[:1]})


def document_with_evidence(analysis: Analysis) -> dict[str, Any]:
    """Return the same with what was measured on the bars of the ticker, which takes seconds the first time."""
    return document_with_chance(analysis) | {"evidence": evidence_document(analysis, evidence_of(analysis))}


def _print_figures(symbols: tuple[str, ...], options: ExportOptions) -> int:
    """Print each ticker's figures or commentary and return how many tickers failed."""

    def load_document(symbol: str) -> tuple[dict[str, Any], tuple[str, ...]]:
        analysis = load_analysis(symbol, options.request)
        return options.describe(analysis), analysis.notices

    def report(result: tuple[dict[str, Any], tuple[str, ...]]) -> None:
        document, notices = result
        report_notices(document["symbol"], notices)
        if options.as_json:
            print_json(document)
        else:
            print_line(document["read"])

    return report_each(run_in_order(load_document, symbols, options.jobs), len(symbols), report)


def _write_pictures(named: NamedTickers, options: ExportOptions) -> int:
    """Write each ticker's picture, print its file name or figures, and return how many tickers failed."""
    from exports.png import BrowserNotFound

    album = _open_album(named.symbols, options)
    try:
        with album:
            for error in named.invalid:
                album.add_failure(FailedTicker.from_error(error.symbol, error))
            entries = _entries(album, options)
            failed = report_each(entries, len(named.symbols), partial(_report_picture, options=options))
    except BrowserNotFound as error:
        raise CannotContinue(f"{error}; --no-png gives the figures without it.") from None
    if album.page and not options.as_json:
        print_line(str(album.page))
    return failed


def _open_album(symbols: tuple[str, ...], options: ExportOptions) -> AlbumFolder | LooseFiles:
    from exports.album_folder import AlbumFolder, LooseFiles

    if options.out is None:
        return LooseFiles(symbols)
    return AlbumFolder(options.out, symbols, options.purpose, options.resume)


def _entries(album: AlbumFolder | LooseFiles, options: ExportOptions) -> Iterator[Entry | FailedTicker]:
    """Yield the pictures that the album has, then those that it lacks, drawn and added, or why there is none."""
    from exports.album import NO_PICTURES, PICTURE_FAILURES, PictureOptions, make_picture

    look = PictureOptions(options.period_shown, options.overlays, options.theme, options.commentary)
    draw = partial(make_picture, request=options.request, options=look, describe=options.describe)
    yield from album.finished
    for result in run_in_order(draw, album.missing, options.jobs, PICTURE_FAILURES, NO_PICTURES):
        if isinstance(result, FailedTicker):
            album.add_failure(result)
            yield result
        else:
            report_notices(result.symbol, result.notices)
            yield album.add(result)


def _report_picture(entry: Entry, options: ExportOptions) -> None:
    if options.as_json:
        print_json(entry.document)
    else:
        print_line(str((options.out or Path()) / entry.file))
