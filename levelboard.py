"""The terminal's entry: the same analysis as PNG and JSON, for one ticker or many."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date as Date
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NoReturn

from tqdm import tqdm

from indicators.analysis import Analysis
from indicators.trendlines.significance import chance_of_line
from logs import start_logging
from market.errors import BadSymbol
from market.sources import SOURCES, default_source
from market.symbols import Symbol, parse_symbol, split_symbols
from tickers.json_document import analysis_document

if TYPE_CHECKING:
    from exports.album import PictureOptions
    from exports.album_folder import AlbumFolder, LooseFiles
    from exports.gallery import Entry
    from tickers.request import AnalysisRequest

tqdm.set_lock(RLock())  # its own is one of processes, which Python 3.14 complains of where Ctrl-C ends them at once

UNUSABLE, MISUSED, INTERRUPTED, UNREAD = 1, 2, 130, 141  # the last two as the shell counts SIGINT and SIGPIPE


class Stop(Exception):
    """Why nothing more can be exported, as a sentence."""


def main(arguments: list[str] | None = None) -> int:
    """Exports each ticker named; returns 0, or 1 when one of them was unusable."""
    options = _parser().parse_args(arguments)
    start_logging(options.verbose)
    try:
        return _run(options)
    except KeyboardInterrupt:
        _say("Stopped. What was exported is there; with --out and --resume it goes on from here.")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
        _say("Stopped, because nobody reads the output any more.")
        return UNREAD
    except Stop as reason:
        _say(reason)
    except OSError as error:
        _say(f"{error.filename or 'The output'} cannot be written ({error.strerror}): make room or name another --out.")
    except Exception:  # the one boundary: a fault of ours is a sentence, and a traceback for those who ask
        logging.getLogger("levelboard").info("The export failed", exc_info=True)
        _say("Levelboard itself failed here; --verbose shows where.")
    return UNUSABLE


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{message} (--help lists what can be asked)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(description=__doc__, epilog="Exit status: 0, or 1 when a ticker was unusable, 2 when misused.")
    add = parser.add_argument
    add("tickers", nargs="*", metavar="TICKER", help="symbols of Yahoo Finance, such as CIFR or ^GSPC")
    add("--watchlist", metavar="NAME", help="the tickers of a watchlist of the dashboard")
    add("--tickers-from", metavar="FILE", help="the tickers in a file, apart by lines, blanks or commas; - reads them")
    add("--as-of", type=_day, metavar="YYYY-MM-DD", help="nothing later is used")
    add("--out", type=Path, metavar="DIR", help="where the PNGs go, with an index.html (default: here, without)")
    add("--resume", action="store_true", help="leave out what is in DIR already, made today with the same options")
    add("--json", action="store_true", help="print one JSON object a ticker, one a line")
    add("--no-png", action="store_true", help="draw no picture; without --json, print the read")
    add("--scan", action="store_true", help="JSON of what is stored, by every core; nothing is asked of Yahoo")
    add("--jobs", type=_count, metavar="N", help="how many at once (default: 4 pictures, in a scan one a core)")
    add("--source", choices=tuple(SOURCES), default=default_source())
    add("--scale", choices=("linear", "log"), default="linear")
    add("--period", choices=("3m", "6m", "1y", "2y", "5y", "max"), default="1y")
    add("--theme", choices=("light", "dark"), default="light")
    add("--read", action="store_true", help="write the three sentences under the picture")
    add("--verbose", action="store_true", help="say on standard error what was asked of Yahoo")
    return parser


def _day(text: str) -> Date:
    try:
        day = Date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{text}» is no day: write one such as 2025-11-24") from None
    if day > Date.today():
        raise argparse.ArgumentTypeError(f"{day} is still to come: name a day up to today")
    return day


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"«{text}» is no number of jobs: write one from 1 to 64")
    return int(text)


def _say(sentence: object) -> None:
    tqdm.write(str(sentence), file=sys.stderr)


def _run(options: argparse.Namespace) -> int:
    if options.resume and options.out is None:
        raise Stop("--resume goes on with a folder: name it with --out.")
    symbols, bad = _symbols(options)
    for error in bad:
        _say(error)
    if not symbols and not bad:
        raise Stop("No ticker was named: name some, or a --watchlist, or a file with --tickers-from.")
    failed = _scan(symbols, options) if options.scan else _export(symbols, bad, options)
    return UNUSABLE if bad or failed else 0


def _symbols(options: argparse.Namespace) -> tuple[list[Symbol], list[BadSymbol]]:
    """The tickers named, each once, and what cannot be one."""
    named = [*options.tickers, *_of_watchlist(options.watchlist), *_in_file(options.tickers_from)]
    symbols: dict[Symbol, None] = {}
    bad: list[BadSymbol] = []
    for text in named:
        try:
            symbols[parse_symbol(text)] = None
        except BadSymbol as error:
            bad.append(error)
    return list(symbols), bad


def _of_watchlist(name: str | None) -> tuple[str, ...]:
    if name is None:
        return ()
    from market.store.store import get_store

    watchlists = get_store().watchlists()
    for watchlist in watchlists:
        if watchlist.name.casefold() == name.strip().casefold():
            return watchlist.symbols
    raise Stop(f"There is no watchlist «{name}»: there is {', '.join(each.name for each in watchlists)}.")


def _in_file(name: str | None) -> list[str]:
    if name is None:
        return []
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Stop(f"{name} cannot be read ({reason}): name a file of tickers.") from None
    return split_symbols("\n".join(line.partition("#")[0] for line in text.splitlines()))


@contextmanager
def _counted(total: int) -> Iterator[tqdm[Any]]:
    """A progress bar with the time left, where standard error is a terminal."""
    bar = tqdm(total=total, unit="ticker", file=sys.stderr, disable=None, leave=False, dynamic_ncols=True)
    try:
        yield bar
    finally:
        bar.close()


def _print(line: str) -> None:
    tqdm.write(line, file=sys.stdout)
    sys.stdout.flush()


def _scan(symbols: list[Symbol], options: argparse.Namespace) -> int:
    """Prints the figures of what is stored; returns how many tickers were unusable."""
    from market.store.store import get_store
    from tickers.scan import scan

    if not SOURCES[options.source].is_local and (notice := get_store().notice) is not None:
        _say(notice)
    failed = 0
    with _counted(len(symbols)) as bar:
        for each in scan(symbols, options.as_of, options.scale, options.source, options.jobs):
            if each.line is None:
                failed += 1
                _say(each.reason)
            else:
                _warn(each.symbol, each.notices)
                _print(each.line)
            bar.update()
    return failed


def _export(symbols: list[Symbol], bad: list[BadSymbol], options: argparse.Namespace) -> int:
    """Prints figures, writes pictures, or both; returns how many tickers came to nothing."""
    from exports.album import PictureOptions
    from exports.png import BrowserNotFound
    from tickers.request import AnalysisRequest

    request = AnalysisRequest(options.source, options.as_of, options.scale)
    look = PictureOptions(options.period, theme=options.theme, commentary=options.read)
    try:
        return (
            _figures(symbols, request, options) if options.no_png else _pictures(symbols, bad, request, look, options)
        )
    except BrowserNotFound as error:
        raise Stop(f"{error}; --no-png gives the figures without it.") from None


def _figures(symbols: list[Symbol], request: AnalysisRequest, options: argparse.Namespace) -> int:
    from tickers.batch import DEFAULT_JOBS, FailedTicker, run_in_order
    from tickers.request import load_analysis

    def work(symbol: str) -> tuple[dict[str, Any], tuple[str, ...]]:
        analysis = load_analysis(symbol, request)
        return _described(analysis) if options.json else analysis_document(analysis), analysis.notices

    failed = 0
    with _counted(len(symbols)) as bar:
        for each in run_in_order(work, symbols, options.jobs or DEFAULT_JOBS):
            if isinstance(each, FailedTicker):
                failed += 1
                _say(each.reason)
            else:
                figures, notices = each
                _warn(figures["symbol"], notices)
                if options.json:
                    _print_json(figures)
                else:
                    _print(figures["read"])
            bar.update()
    return failed


def _pictures(
    symbols: list[Symbol],
    bad: list[BadSymbol],
    request: AnalysisRequest,
    look: PictureOptions,
    options: argparse.Namespace,
) -> int:
    from exports.album import make_picture
    from tickers.batch import DEFAULT_JOBS, FailedTicker, run_in_order

    work = partial(
        make_picture, request=request, options=look, describe=_described if options.json else analysis_document
    )
    album = _folder(symbols, options)
    failed = 0
    with _counted(len(symbols)) as bar, album:
        for error in bad:
            album.miss(FailedTicker.from_error(error.symbol, error))
        for entry in album.there:
            _report(entry, options)
            bar.update()
        for each in run_in_order(work, album.missing, options.jobs or DEFAULT_JOBS):
            if isinstance(each, FailedTicker):
                failed += 1
                _say(each.reason)
                album.miss(each)
            else:
                _warn(each.symbol, each.notices)
                _report(album.keep(each), options)
            bar.update()
    if album.page and not options.json:
        _print(str(album.page))
    return failed


def _folder(symbols: list[Symbol], options: argparse.Namespace) -> AlbumFolder | LooseFiles:
    from exports.album_folder import AlbumFolder, LooseFiles

    if options.out is None:
        return LooseFiles(symbols)
    as_of = options.as_of or f"{Date.today()}, the latest"
    alike = {name: str(getattr(options, name)) for name in ("source", "scale", "period", "theme", "read", "json")}
    return AlbumFolder(options.out, symbols, {"as_of": str(as_of)} | alike, options.resume)


def _warn(symbol: str, notices: tuple[str, ...]) -> None:
    """What is old or could not be had; the ticker counts as exported all the same."""
    for notice in notices:
        _say(f"{symbol}: {notice}")


def _report(entry: Entry, options: argparse.Namespace) -> None:
    if options.json:
        _print_json(entry.document)
    else:
        _print(str((options.out or Path()) / entry.file))


def _print_json(figures: dict[str, Any]) -> None:
    _print(json.dumps(figures, ensure_ascii=False, allow_nan=False))


def _described(analysis: Analysis) -> dict[str, Any]:
    """The document with the chance of the line that leads; that of every line would take minutes."""
    return analysis_document(analysis, {line: chance_of_line(analysis.bars, line) for line in analysis.leading[:1]})


def _leave(status: int) -> NoReturn:
    """Ends this process; after Ctrl-C at once, without the threads that still wait for Yahoo."""
    if status == INTERRUPTED:
        if (png := sys.modules.get("exports.png")) is not None:
            png.close()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    _leave(main())
