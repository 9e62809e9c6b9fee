"""One's own targets: a CSV read row by row, and written again without loss."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from urllib.parse import urlsplit

from market.errors import BadSymbol
from market.price_target import PriceTarget
from market.symbols import parse_symbol
from text.escape import FORMULA_START, escape_formula
from text.plain_text import to_one_line

COLUMNS = (
    "firm",
    "analyst",
    "symbol",
    "date",
    "rating",
    "prior_rating",
    "target",
    "prior_target",
    "horizon",
    "note",
    "url",
)
REQUIRED = ("firm", "symbol", "date")
MAX_BYTES = 2_000_000
MAX_ROWS = 10_000
MAX_PROBLEMS = 100  # a page of sentences; past it the file, not the row, is at fault
MAX_CELL = 2_000
MAX_TARGET = 1e9
FIRST_YEAR, LAST_YEAR = 1900, 2100

PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,30})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_LINE = re.compile(r"[^\r\n]+")
ALLOWED_CONTROLS = frozenset("\t\r\n")

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableTargetsFile(ValueError):
    """The file as a whole cannot be read; str() is the sentence that says why and what to do."""


@dataclass(frozen=True)
class RowProblem:
    """What was left out of a file: the line it begins on (the header is line 1) and why, in a sentence."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


@dataclass(frozen=True)
class OwnTargets:
    """The rows that were taken, in the file's order, and what was not."""

    rows: tuple[PriceTarget, ...]
    problems: tuple[RowProblem, ...] = ()


class _Refused(ValueError):
    """One row's reason, raised where it is found and caught where the row is read."""


def read_targets_csv(source: str | bytes, origin: str = "own") -> OwnTargets:
    """Rows of a CSV with the columns `COLUMNS`, in any order; firm, symbol and date must be there.

    A row needs a target or a rating. Days are ISO (2025-11-24), numbers plain and positive (18 or
    18.50), addresses http or https, symbols as Yahoo writes them. Bytes are UTF-8, or UTF-16 with its
    mark. Columns may be parted by semicolons or tabs too. Text stays text: cells are stripped of outer
    blanks (a note is not), an apostrophe that defused a formula on export is taken off, and control
    characters other than tabs and line ends refuse the row. `origin` becomes the rows' `source`.

    Raises UnreadableTargets when the file is over 2 MB, is no text or has no such header.
    """
    lines = _cells(_text(source))
    columns, problems = _header(next(lines, (1, [])))
    rows: list[PriceTarget] = []
    for read, (line, cells) in enumerate(lines):
        if read >= MAX_ROWS or len(problems) >= MAX_PROBLEMS:
            problems.append(RowProblem(line, _stopped(read)))
            break
        try:
            rows.append(_row(columns, cells, origin))
        except _Refused as reason:
            problems.append(RowProblem(line, str(reason)))
    return OwnTargets(tuple(rows), tuple(problems))


def write_targets_csv(rows: Iterable[PriceTarget]) -> str:
    """The rows as a CSV that `read_own_targets` reads back the same.

    Cells that a spreadsheet would run (they begin with = + - @, a tab or a line end) get an apostrophe
    in front. `action` and `source` have no column: the one follows from the ratings, the other is the file's.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(row, column)) for column in COLUMNS] for row in rows)
    return written.getvalue()


def _text(source: str | bytes) -> str:
    if len(source) > MAX_BYTES:
        raise UnreadableTargetsFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB: split it into smaller ones.")
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if source.startswith(mark)), "utf-8")
    try:
        return source.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableTargetsFile("The file is not UTF-8 text: save it as «CSV UTF-8» and drop it again.") from None


def _cells(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """The line on which each row that is not blank begins, and its cells or what is wrong with their quotes."""
    header = FIRST_LINE.search(text)
    delimiter = max(",;\t", key=header.group().count) if header else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells: list[str] | csv.Error = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = error
        if isinstance(cells, csv.Error) or any(cell.strip() for cell in cells):
            yield line, cells


def _header(first: tuple[int, list[str] | csv.Error]) -> tuple[list[str], list[RowProblem]]:
    line, cells = first
    names = [] if isinstance(cells, csv.Error) else ["_".join(cell.casefold().split()) for cell in cells]
    missing = [each for each in REQUIRED if each not in names]
    if missing or not {"target", "rating"} & set(names):
        wanted = " and ".join(missing) or "target or rating"
        raise UnreadableTargetsFile(
            f"The file has no column {wanted}: its first line must name the columns, of {', '.join(COLUMNS)}."
        )
    twice = sorted({name for name in names if names.count(name) > 1 and name in COLUMNS})
    if twice:
        raise UnreadableTargetsFile(f"The file has the column {twice[0]} twice: keep one of them.")
    unknown = [name for name in names if name and name not in COLUMNS]
    return names, [RowProblem(line, f"The column {_quoted(each)} is not known and was not read.") for each in unknown]


def _stopped(read: int) -> str:
    if read >= MAX_ROWS:
        return f"From here on nothing was read: a file may have {MAX_ROWS:,} rows."
    return f"From here on nothing was read: more than {MAX_PROBLEMS} things are wrong with this file."


def _row(columns: list[str], cells: list[str] | csv.Error, origin: str) -> PriceTarget:
    if isinstance(cells, csv.Error):
        raise _Refused(f"The row is no valid CSV ({cells}): close each quote, and double those inside.")
    if len(cells) > len(columns):
        raise _Refused(
            f"The row has {len(cells)} cells, the header {len(columns)}: put quotes around text that has a comma in it."
        )
    cell = {column: _restored(column, text) for column, text in zip(columns, cells, strict=False)}
    row = PriceTarget(
        symbol=_symbol("symbol", cell),
        firm=_needed("firm", cell),
        date=_day("date", cell),
        target=_figure("target", cell),
        prior_target=_figure("prior_target", cell),
        rating=_words("rating", cell),
        prior_rating=_words("prior_rating", cell),
        analyst=_words("analyst", cell),
        horizon=_words("horizon", cell),
        note=_words("note", cell),
        url=_address("url", cell),
        source=origin,
    )
    if row.target is None and row.rating is None:
        raise _Refused("The row has neither a target nor a rating.")
    return row


def _restored(column: str, text: str) -> str:
    """The cell as it was before export: without the apostrophe that defused it, and without outer blanks."""
    kept = text if column == "note" else text.strip()
    bare = kept[1:] if kept.startswith("'") and FORMULA_START.match(kept) else kept
    return bare if column == "note" and bare.strip() else bare.strip()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return escape_formula(value.isoformat() if isinstance(value, Date) else str(value))


def _words(column: str, cell: Mapping[str, str]) -> str | None:
    text = cell.get(column) or None
    if text is None:
        return None
    if len(text) > MAX_CELL:
        raise _Refused(f"The {column} has {len(text):,} characters: shorten it to {MAX_CELL:,}.")
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in ALLOWED_CONTROLS for each in text):
        raise _Refused(f"The {column} holds control characters: type it anew as plain text.")
    return text


def _needed(column: str, cell: Mapping[str, str]) -> str:
    text = _words(column, cell)
    if text is None:
        raise _Refused(f"The row has no {column}.")
    return text


def _symbol(column: str, cell: Mapping[str, str]) -> str:
    text = _needed(column, cell)
    try:
        return parse_symbol(text)
    except BadSymbol:
        raise _Refused(f"{_quoted(text)} is no ticker symbol: write it as Yahoo Finance does, such as CIFR.") from None


def _day(column: str, cell: Mapping[str, str]) -> Date:
    text = _needed(column, cell)
    try:
        day = Date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Refused(f"{_quoted(text)} is no day: write it as year-month-day, such as 2025-11-24.")
    return day


def _figure(column: str, cell: Mapping[str, str]) -> float | None:
    text = cell.get(column)
    if not text:
        return None
    value = float(text) if PLAIN_NUMBER.fullmatch(text) else 0.0
    if not 0.0 < value <= MAX_TARGET:
        raise _Refused(f"{_quoted(text)} in {column} is no plain positive number: write it such as 18 or 18.50.")
    return value


def _address(column: str, cell: Mapping[str, str]) -> str | None:
    text = _words(column, cell)
    if text is not None and not _is_web_address(text):
        raise _Refused(f"{_quoted(text)} is no web address: it must begin with https:// or http://.")
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, text))


def _quoted(text: str) -> str:
    return f"«{to_one_line(text, 40)}»"
