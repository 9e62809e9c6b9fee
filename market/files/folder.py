"""The folder that `LEVELS_FILES` names.

    SYMBOL.csv, SYMBOL.parquet    daily bars of one symbol (`bar_table`); with both, the CSV is read
    targets.csv                   optional: analysts' targets, in the form of one's own targets (`market.targets_csv`)
    symbols.csv                   optional: columns symbol, name and currency; without a row the name is the symbol and
                                  the currency unknown

SYMBOL is the ticker in any case (`BRK-B.csv`), or `market.symbols.file_stem` of it where a file system does not allow
that, or what `parse_symbol` reads as the ticker (`cifr.us.csv`). Files are found by comparing names in the folder's
listing, so no symbol can become a path outside of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from market.bar_faults import sentences
from market.clean_bars import clean_bars
from market.errors import BadSymbol
from market.events.company_events import dividends_of
from market.files.bar_table import BadTable, column_names, read_bar_table, split_csv_rows
from market.files.errors import FOLDER_VARIABLE, BadFile, FolderNotFound, NotInFolder
from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.symbols import Symbol, file_stem, instrument_of, parse_symbol, parse_symbols
from market.targets_csv import OwnTargets, UnreadableTargetsFile, read_targets_csv

BAR_SUFFIXES = (".csv", ".parquet")
TARGETS_FILE, SYMBOLS_FILE = "targets.csv", "symbols.csv"
MAX_NAME_LENGTH = 120  # characters
MAX_CACHED_FILES = 8


@dataclass(frozen=True)
class SymbolEntry:
    """One row of symbols.csv."""

    name: str
    currency: str


def folder_setting() -> str:
    """Return what `LEVELS_FILES` says, "" if it is unset."""
    return os.environ.get(FOLDER_VARIABLE, "").strip()


def read_history(symbol: Symbol) -> PriceHistory:
    """Return the bars of `symbol`, cleaned. Raises `FolderNotFound`, `NotInFolder` or `BadFile`."""
    path = _bar_file(symbol)
    try:
        table = read_bar_table(path)
    except BadTable as error:
        raise _bad_file(symbol, path, error) from error
    bars, faults = clean_bars(table)
    if bars.empty:
        raise BadFile(symbol, path.name, "no bar has all four prices", "complete the file")
    entry = _symbol_entries(symbol).get(symbol, SymbolEntry(symbol, ""))
    splits = table["splits"]
    return PriceHistory(
        symbol=symbol,
        name=entry.name,
        currency=entry.currency,
        bars=bars,
        splits=splits[(splits > 0.0) & (splits != 1.0)].sort_index().rename(None),
        source="files",
        fetched_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        remarks=tuple(f"{path.name}: {note}" for note in sentences(faults)),
        instrument=instrument_of(symbol),
        dividends=dividends_of(table["dividends"].sort_index()),
    )


def read_targets(symbol: Symbol) -> OwnTargets:
    """Return the targets of `symbol`, and the problems of the whole file. Raises `BadFile`."""
    path = _files(symbol).get(TARGETS_FILE)
    if path is None:
        return OwnTargets(())
    try:
        stat = path.stat()
        read = _read_targets_file(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise BadFile(symbol, path.name, f"the file cannot be read ({error.strerror})") from error
    except UnreadableTargetsFile as error:
        raise BadFile(symbol, path.name, str(error).removesuffix(".")) from error
    return OwnTargets(_rows_of(symbol, read), read.problems)


def listed_symbols() -> tuple[str, ...]:
    """Return the symbols that have a file, in alphabetical order; () if the folder cannot be read."""
    try:
        files = _files("")
        named = set(_symbol_entries(""))
    except (FolderNotFound, BadFile):
        return ()
    stems = {name.rpartition(".")[0] for name in files if name not in (TARGETS_FILE, SYMBOLS_FILE)}
    valid, _ = parse_symbols(stems)
    return tuple(sorted({*valid, *(symbol for symbol in named if file_stem(symbol).lower() in stems)}))


def _rows_of(symbol: Symbol, read: OwnTargets) -> tuple[PriceTarget, ...]:
    return tuple(row for row in read.rows if row.symbol == symbol)


def _files(symbol: str) -> dict[str, Path]:
    """Return the files of the folder by their names in lower case. Raises `FolderNotFound`."""
    setting = folder_setting()
    if not setting:
        raise FolderNotFound(symbol)
    try:
        entries = sorted(Path(setting).expanduser().iterdir())
    except (OSError, RuntimeError) as error:  # RuntimeError: ~user of nobody
        raise FolderNotFound(symbol, setting) from error
    wanted = (path for path in entries if path.suffix.lower() in BAR_SUFFIXES and path.is_file())
    return {path.name.lower(): path for path in wanted}


def _bar_file(symbol: Symbol) -> Path:
    files = _files(symbol)
    for stem in (symbol.lower(), file_stem(symbol).lower(), *_stems_of_other_spelling(symbol, files)):
        for suffix in BAR_SUFFIXES:
            name = f"{stem}{suffix}"
            if name in files and name not in (TARGETS_FILE, SYMBOLS_FILE):
                return files[name]
    raise NotInFolder(symbol, symbol)


def _stems_of_other_spelling(symbol: Symbol, files: Iterable[str]) -> Iterator[str]:
    """Yield the names of files that are named after the symbol as others spell it: cifr.us for CIFR."""
    for name in files:
        stem = name.rpartition(".")[0]
        if parse_symbols([stem])[0] == [symbol]:
            yield stem


def _symbol_entries(symbol: str) -> dict[str, SymbolEntry]:
    """Return the rows of symbols.csv by symbol. Raises `BadFile`."""
    path = _files(symbol).get(SYMBOLS_FILE)
    if path is None:
        return {}
    try:
        stat = path.stat()
        return _read_symbols_file(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise BadFile(symbol, path.name, f"the file cannot be read ({error.strerror})") from error
    except BadTable as error:
        raise _bad_file(symbol, path, error) from error


@lru_cache(MAX_CACHED_FILES)
def _read_symbols_file(path: Path, modified: int, size: int) -> dict[str, SymbolEntry]:
    """Read symbols.csv; `modified` and `size` only tell one version of the file from another in the cache."""
    rows = split_csv_rows(path.read_bytes())
    _, header = next(rows, (1, []))
    names = column_names(header, ("symbol",))
    entries: dict[str, SymbolEntry] = {}
    for line, cells in rows:
        row = dict(zip(names, cells, strict=False))
        try:
            symbol = parse_symbol(row["symbol"])
        except BadSymbol as error:
            raise BadTable(error.cause, f"line {line}", error.advice) from error
        name = " ".join(row.get("name", "").split())[:MAX_NAME_LENGTH]
        entries[symbol] = SymbolEntry(name or symbol, row.get("currency", "").strip()[:8])
    return entries


@lru_cache(MAX_CACHED_FILES)
def _read_targets_file(path: Path, modified: int, size: int) -> OwnTargets:
    """Read targets.csv; `modified` and `size` only tell one version of the file from another in the cache."""
    return read_targets_csv(path.read_bytes(), origin="files")


def _bad_file(symbol: str, path: Path, error: BadTable) -> BadFile:
    place = f"{path.name}, {error.place}" if error.place else path.name
    return BadFile(symbol, place, error.reason, error.fix)
