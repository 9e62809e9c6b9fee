"""Reads one file of daily bars, CSV or Parquet, into a raw table.

Columns, in any case and order: `date` (ISO, such as 2025-11-24; a time after it is ignored), `open`, `high`, `low`,
`close`, and if present `volume` (0 without it), `splits` (new shares per old share on the day of a split, such as
20; empty, 0 or 1 on other days) and `dividends` (the amount a share on its ex-date; empty or 0 on other days). Other
columns are ignored. Prices are adjusted for splits. Empty cells are missing.

A CSV has a header, UTF-8 text and commas, semicolons or tabs between cells; lines that begin with # are comments. In a
Parquet file the date may also be the index.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from market.price_history import BAR_COLUMNS
from text.plain_text import quote

MAX_BYTES = 50_000_000  # a century of daily bars is 2 MB
REQUIRED = ("date", "open", "high", "low", "close")
NUMBERS = (*BAR_COLUMNS, "splits", "dividends")
SYNONYMS = {"stock_splits": "splits"}  # yfinance's own name
ISO_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
MISSING = ("", "nan", "nat", "null", "none", "na", "n/a")
FIRST_YEAR, LAST_YEAR = 1800, 2200


class BadTable(ValueError):
    """Why a table cannot be read: `place` is the line or row ("line 12"), "" for the file as a whole."""

    def __init__(self, reason: str, place: str = "", fix: str = "") -> None:
        super().__init__(reason, place, fix)
        self.reason, self.place, self.fix = reason, place, fix


def read_bar_table(path: Path) -> pd.DataFrame:
    """Return a table with the columns `BAR_COLUMNS`, `splits` and `dividends`, indexed by day, as the file has them.

    Missing figures are NaN. Raises `BadTable`.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadTable(f"the file is larger than {MAX_BYTES // 1_000_000} MB", fix="remove bars that are not daily")
        return _read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path.read_bytes())
    except OSError as error:
        raise BadTable(f"the file cannot be read ({error.strerror or type(error).__name__})") from error


def split_csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a CSV that is neither blank nor a comment, with the line it ends on. Raises `BadTable`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadTable("the file is not UTF-8 text", fix="save it as 'CSV UTF-8'") from None
    lines = ["" if line.startswith("#") else line for line in io.StringIO(text, newline="")]
    header = next((line for line in lines if line.strip()), "")
    reader = csv.reader(lines, delimiter=max(",;\t", key=header.count), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadTable(f"the line is not valid CSV ({error})", f"line {reader.line_num}") from None
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def column_names(header: Sequence[object], required: Sequence[str]) -> list[str]:
    """Return the names of a header in lower case, "stock_splits" as "splits". Raises `BadTable`."""
    names = ["_".join(str(name).casefold().split()) for name in header]
    names = [SYNONYMS.get(name, name) for name in names]
    missing = [name for name in required if name not in names]
    if missing:
        raise BadTable(f"there is no column {' or '.join(missing)}", fix=f"name the columns {', '.join(required)}")
    repeated = sorted({name for name in names if names.count(name) > 1 and name in (*REQUIRED, *NUMBERS, *required)})
    if repeated:
        raise BadTable(f"the column {repeated[0]} comes twice", fix="keep one of them")
    return names


def _read_csv(content: bytes) -> pd.DataFrame:
    rows = split_csv_rows(content)
    _, header = next(rows, (1, []))
    names = column_names(header, REQUIRED)
    places = {name: names.index(name) for name in NUMBERS if name in names}
    date_place = names.index("date")
    days: list[pd.Timestamp] = []
    figures: dict[str, list[float]] = {name: [] for name in places}
    for line, cells in rows:
        if len(cells) != len(names):
            raise BadTable(f"there are {len(cells)} cells, but {len(names)} columns", f"line {line}")
        days.append(_parse_date(cells[date_place], f"line {line}"))
        for name, place in places.items():
            figures[name].append(_parse_number(cells[place], name, f"line {line}"))
    return _complete(pd.DataFrame(figures, index=pd.DatetimeIndex(days, name="date"), dtype=float))


def _parse_date(text: str, place: str) -> pd.Timestamp:
    if text.casefold() in MISSING:
        raise BadTable("there is no date", place, "write dates as 2025-11-24")
    found = ISO_DATE.fullmatch(text)
    try:
        day = pd.Timestamp(found.group(1)) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadTable(f"{quote(text)} is not a date", place, "write dates as 2025-11-24")
    return day


def _parse_number(text: str, name: str, place: str) -> float:
    if text.casefold() in MISSING:
        return float("nan")
    value = float(text) if NUMBER.fullmatch(text) else float("inf")
    if not np.isfinite(value):
        raise BadTable(f"{quote(text)} in {name} is not a number", place)
    return value


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except (ValueError, TypeError, KeyError, NotImplementedError) as error:  # pyarrow's own errors are ValueErrors
        raise BadTable("the file is not valid Parquet", fix="write it again") from error
    if not any(str(name).strip().casefold() == "date" for name in frame.columns):
        frame = _dates_from_index(frame)
    names = column_names(list(frame.columns), REQUIRED)
    columns = dict(zip(names, (frame.iloc[:, place] for place in range(len(names))), strict=True))
    days = _parquet_dates(columns["date"])
    figures = {name: _parquet_numbers(name, columns[name]) for name in NUMBERS if name in columns}
    return _complete(pd.DataFrame(figures, index=pd.DatetimeIndex(days, name="date"), dtype=float))


def _dates_from_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its index as the column `date`, if the index holds dates."""
    index = frame.index
    if isinstance(index, pd.DatetimeIndex) or str(index.name).casefold() == "date":
        return frame.assign(date=index)
    return frame


def _parquet_dates(column: pd.Series) -> pd.DatetimeIndex:
    if isinstance(column.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(column):
        days = pd.DatetimeIndex(column)
        for row in np.flatnonzero(days.isna()):
            raise BadTable("there is no date", f"row {row + 1}")
        return days.tz_localize(None).normalize()
    return pd.DatetimeIndex([_parse_date(str(value), f"row {row}") for row, value in enumerate(column, 1)])


def _parquet_numbers(name: str, column: pd.Series) -> np.ndarray:
    if pd.api.types.is_bool_dtype(column):
        raise BadTable(f"the column {name} holds no numbers")
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    values = ["" if pd.api.types.is_scalar(value) and pd.isna(value) else str(value) for value in column]
    return np.array([_parse_number(value.strip(), name, f"row {row}") for row, value in enumerate(values, 1)])


def _complete(table: pd.DataFrame) -> pd.DataFrame:
    """Add the optional columns that the file lacks: no volume, splits or dividends."""
    if table.empty:
        raise BadTable("the file has no rows", fix="add daily bars")
    days = pd.DatetimeIndex(table.index, name="date").as_unit("us")
    return table.reindex(columns=[*NUMBERS]).set_axis(days)
