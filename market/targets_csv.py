"""Price targets as CSV: read row by row, with a reason for each row that is refused, and written without loss."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from decimal import Decimal
from itertools import islice
from urllib.parse import urlsplit

from market.decimal_mark import NumberStyle, find_number_style
from market.errors import BadSymbol
from market.price_target import PriceTarget
from market.symbols import Symbol, parse_symbol
from text.escape import FORMULA_START, escape_formula
from text.numbers import MINOR_UNIT_SUFFIXES, format_integer
from text.plain_text import quote

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
    "currency",
)
REQUIRED = ("firm", "symbol", "date")
PRICE_COLUMNS = ("target", "prior_target")
ALIASES = {  # what others call a column
    **dict.fromkeys(("broker", "brokerage", "bank", "house", "research_firm", "analyst_firm", "firm_name"), "firm"),
    **dict.fromkeys(("ticker", "stock", "ticker_symbol", "stock_symbol"), "symbol"),
    **dict.fromkeys(("day", "published", "published_date", "date_published", "rating_date"), "date"),
    **dict.fromkeys(("price_target", "target_price", "targetprice", "pricetarget", "pt"), "target"),
    **dict.fromkeys(("prior_price_target", "previous_price_target", "old_price_target"), "prior_target"),
    **dict.fromkeys(("previous_target", "old_target", "prior_pt"), "prior_target"),
    **dict.fromkeys(("recommendation", "new_rating", "current_rating"), "rating"),
    **dict.fromkeys(("new_target", "new_price_target", "current_target"), "target"),
    **dict.fromkeys(("previous_rating", "old_rating", "prior_recommendation"), "prior_rating"),
    "link": "url",
    "ccy": "currency",
}
EXPORTED = (COLUMNS, COLUMNS[:-1])  # by this version, and by those before there was a currency
MAX_BYTES = 2_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 100  # looking up names takes time with the square of their number
MAX_PROBLEMS = 100  # more sentences than a page holds: the file as a whole is at fault
MAX_CELL_LENGTH = 2_000  # characters
MAX_TARGET = 1e9
FIRST_YEAR, LAST_YEAR = 1900, 2100

ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ].+)?")
CURRENCY = re.compile("[A-Za-z]{3}")
FIRST_LINE = re.compile(r"[^\r\n]+")
SEPARATOR_LINE = re.compile(r"\s*\"?sep=([,;\t|])\"?[,;\t|]*[ ]*(\r\n|\r|\n|$)", re.IGNORECASE)  # written by Excel
# A cell that stands for nothing; text that says so is written with an apostrophe, as a formula is
MISSING = re.compile(r"'*(?:n/?a|n\.a\.?|#n/a|none|null|-+|[–—]+)", re.IGNORECASE)
ALLOWED_CONTROLS = frozenset("\t\r\n")

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableTargetsFile(ValueError):
    """The file as a whole cannot be read; `str(error)` says why and what to do."""


@dataclass(frozen=True)
class RowProblem:
    """A row that was not read: the line it begins on (the header is line 1) and the reason, a sentence."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason}"


@dataclass(frozen=True)
class OwnTargets:
    """The rows of a file that were read, in its order, and the problems of those that were not."""

    rows: tuple[PriceTarget, ...]
    problems: tuple[RowProblem, ...] = ()


class _RowRefused(ValueError):
    """Why one row cannot be read, a sentence."""


def read_targets_csv(source: str | bytes, origin: str = "own") -> OwnTargets:
    """Read a CSV with the columns `COLUMNS`, in any order; firm, symbol and date are required.

    A row needs a target or a rating. Dates are ISO (2025-11-24), of which a time is dropped; numbers
    positive, with the decimal mark that `market.decimal_mark` finds for the whole file; addresses http
    or https; symbols as `parse_symbol` knows them; currencies codes such as USD or GBp, and where there
    is none, the listing's. Empty, `n/a` and `-` are missing. Bytes are UTF-8, or UTF-16 with a byte
    order mark. Semicolons, tabs and bars (|) separate columns too, or what a first line `sep=;` names;
    columns may have the names of `ALIASES`. Cells lose outer blanks (except a note's) and the
    apostrophe that an export put before a formula; a row with control characters other than tabs and
    line ends is refused. `origin` becomes the `source` of each row.

    Raises UnreadableTargetsFile if the file is over 2 MB, is not text or lacks such a header.
    """
    lines = _split_rows(_decode(source))
    columns, problems = _read_header(next(lines, (1, [])))
    table = list(islice(lines, MAX_ROWS + 1))
    numbers = find_number_style(_price_cells(columns, table), plain=tuple(columns) in EXPORTED)
    rows: list[PriceTarget] = []
    for rows_read, (line, cells) in enumerate(table):
        if rows_read >= MAX_ROWS or len(problems) >= MAX_PROBLEMS:
            problems.append(RowProblem(line, _limit_reason(rows_read)))
            break
        try:
            rows.append(_read_row(columns, cells, numbers, origin))
        except _RowRefused as reason:
            problems.append(RowProblem(line, str(reason)))
    return OwnTargets(tuple(rows), tuple(problems))


def write_targets_csv(rows: Iterable[PriceTarget]) -> str:
    """Return the rows as a CSV that `read_targets_csv` reads back unchanged.

    Cells that a spreadsheet would run (they begin with = + - @, a tab or a line end) get an apostrophe
    in front. `action` and `source` have no column: one follows from the ratings, the other from the file.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_write_cell(getattr(row, column)) for column in COLUMNS] for row in rows)
    return text.getvalue()


def _decode(source: str | bytes) -> str:
    if len(source) > MAX_BYTES:
        raise UnreadableTargetsFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB: split it into smaller ones.")
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if source.startswith(mark)), "utf-8")
    try:
        return source.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableTargetsFile("The file is not UTF-8 text: save it as 'CSV UTF-8' and add it again.") from None


def _split_rows(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield for each row that is not blank the line it begins on, and its cells or the error in its quotes."""
    stated = SEPARATOR_LINE.match(text)
    text = text[stated.end() :] if stated else text
    header = FIRST_LINE.search(text)
    delimiter = stated.group(1) if stated else max(",;\t|", key=header.group().count) if header else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines_before = 1 if stated else 0
    while True:
        line = reader.line_num + 1 + lines_before
        try:
            cells: list[str] | csv.Error = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = error
        if isinstance(cells, csv.Error) or any(cell.strip() for cell in cells):
            yield line, cells


def _read_header(first: tuple[int, list[str] | csv.Error]) -> tuple[list[str], list[RowProblem]]:
    line, cells = first
    if not isinstance(cells, csv.Error) and len(cells) > MAX_COLUMNS and any(map(str.strip, cells[MAX_COLUMNS:])):
        raise UnreadableTargetsFile(
            f"The file has {format_integer(len(cells))} columns: a file may have {MAX_COLUMNS}, so remove the others."
        )
    names = [] if isinstance(cells, csv.Error) else _column_names(cells[:MAX_COLUMNS])
    missing = [column for column in REQUIRED if column not in names]
    if missing or not {"target", "rating"} & set(names):
        absent = " and ".join(missing) or "target or rating"
        raise UnreadableTargetsFile(
            f"The file has no column {absent}: its first line must name the columns, of {', '.join(COLUMNS)}."
        )
    repeated = sorted({name for name in names if names.count(name) > 1 and name in COLUMNS})
    if repeated:
        raise UnreadableTargetsFile(f"The file has the column {repeated[0]} twice: keep one of them.")
    unknown = [name for name in names if name and name not in COLUMNS]
    return names, [RowProblem(line, f"The column {quote(name)} is not known and was not read.") for name in unknown]


def _column_names(cells: Iterable[str]) -> list[str]:
    """Return the names of the header's columns; an alias stands for its column unless that is there itself."""
    named = ["_".join(re.split(r"[\s_-]+", cell.strip().casefold())) for cell in cells]
    return [name if ALIASES.get(name, name) in named else ALIASES[name] for name in named]


def _price_cells(columns: list[str], table: Iterable[tuple[int, list[str] | csv.Error]]) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each cell that should hold a number."""
    places = [columns.index(name) for name in PRICE_COLUMNS if name in columns]
    for line, cells in table:
        if not isinstance(cells, csv.Error):
            yield from ((line, cells[place].strip()) for place in places if place < len(cells))


def _limit_reason(rows_read: int) -> str:
    if rows_read >= MAX_ROWS:
        return f"Nothing was read from here on: a file may have {format_integer(MAX_ROWS)} rows."
    return f"Nothing was read from here on: the file has more than {MAX_PROBLEMS} errors."


def _read_row(columns: list[str], cells: list[str] | csv.Error, numbers: NumberStyle, origin: str) -> PriceTarget:
    if isinstance(cells, csv.Error):
        raise _RowRefused(f"The row is not valid CSV ({cells}): close each quote, and double those inside.")
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise _RowRefused(
            f"The row has {len(cells)} cells, the header {len(columns)}: put quotes around text that contains a comma."
        )
    cell = {column: _unescape(column, text) for column, text in zip(columns, cells, strict=False)}
    row = PriceTarget(
        symbol=_read_symbol("symbol", cell),
        firm=_required_text("firm", cell),
        date=_read_date("date", cell),
        target=_read_price("target", cell, numbers),
        prior_target=_read_price("prior_target", cell, numbers),
        rating=_optional_text("rating", cell),
        prior_rating=_optional_text("prior_rating", cell),
        analyst=_optional_text("analyst", cell),
        horizon=_optional_text("horizon", cell),
        note=_optional_text("note", cell),
        url=_read_url("url", cell),
        source=origin,
        currency=_read_currency("currency", cell),
    )
    if row.target is None and row.rating is None:
        raise _RowRefused("The row has neither a target nor a rating.")
    return row


def _unescape(column: str, text: str) -> str:
    """Return the cell as it was before export: without the apostrophe of `_write_cell` and without outer blanks.

    A cell that stands for nothing is empty.
    """
    kept = text if column == "note" else text.strip()
    if not kept.startswith("'") and MISSING.fullmatch(kept.strip()):
        return ""
    is_escaped = kept.startswith("'") and (FORMULA_START.match(kept) or MISSING.fullmatch(kept.strip()))
    bare = kept[1:] if is_escaped else kept
    return bare if column == "note" and bare.strip() else bare.strip()


def _write_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    text = value.isoformat() if isinstance(value, Date) else str(value)
    return f"'{text}" if MISSING.fullmatch(text.strip()) else escape_formula(text)


def _optional_text(column: str, cell: Mapping[str, str]) -> str | None:
    text = cell.get(column) or None
    if text is None:
        return None
    if len(text) > MAX_CELL_LENGTH:
        raise _RowRefused(
            f"The {column} has {format_integer(len(text))} characters: shorten it to {format_integer(MAX_CELL_LENGTH)}."
        )
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in ALLOWED_CONTROLS for char in text):
        raise _RowRefused(f"The {column} contains control characters: type it again as plain text.")
    return text


def _required_text(column: str, cell: Mapping[str, str]) -> str:
    text = _optional_text(column, cell)
    if text is None:
        raise _RowRefused(f"The row has no {column}.")
    return text


def _read_symbol(column: str, cell: Mapping[str, str]) -> Symbol:
    text = _required_text(column, cell)
    try:
        return parse_symbol(text)
    except BadSymbol:
        reason = f"{quote(text)} is not a ticker symbol: write it as Yahoo Finance does, such as CIFR."
        raise _RowRefused(reason) from None


def _read_date(column: str, cell: Mapping[str, str]) -> Date:
    text = _required_text(column, cell)
    found = ISO_DAY.fullmatch(text)
    try:
        day = datetime.fromisoformat(text).date() if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _RowRefused(f"{quote(text)} is not a date: write it as year-month-day, such as 2025-11-24.")
    return day


def _read_price(column: str, cell: Mapping[str, str], numbers: NumberStyle) -> float | None:
    text = cell.get(column)
    if not text:
        return None
    if (doubt := numbers.doubt(text)) is not None:
        raise _RowRefused(f"{quote(text)} in {column} {doubt}.")
    value = numbers.value(text)
    if value is None or not 0.0 < value <= MAX_TARGET:
        raise _RowRefused(f"{quote(text)} in {column} is not a plain positive number: write it as 18 or 18.50.")
    return value


def _read_currency(column: str, cell: Mapping[str, str]) -> str | None:
    text = _optional_text(column, cell)
    if text is None:
        return None
    code = text if text in MINOR_UNIT_SUFFIXES else text.upper()  # GBp is pence and gbp pounds
    if not CURRENCY.fullmatch(code):
        raise _RowRefused(f"{quote(text)} is not a currency: write its code of three letters, such as USD or GBp.")
    return code


def _read_url(column: str, cell: Mapping[str, str]) -> str | None:
    text = _optional_text(column, cell)
    if text is not None and not _is_web_address(text):
        raise _RowRefused(f"{quote(text)} is not a web address: it must begin with https:// or http://.")
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, text))
