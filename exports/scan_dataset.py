"""A scan as one table of levels, trendlines and targets: Parquet files by year, which DuckDB and Polars read as one.

    FOLDER/year=2025/CIFR.parquet

A ticker's files are written once all its days are done, then its name is added to the journal, so that a scan that was
stopped goes on with the others.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date as Date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from exports.atomic_files import atomic_file, remove_abandoned, write_atomically
from market.symbols import file_stem

JOURNAL = "_finished.jsonl"  # readers of a dataset leave out files whose names begin with an underscore
OF_LINES = ("value", "status", "tentative", "offered")
OF_TARGETS = ("analyst", "rating", "action", "stale", "counted")
WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("symbol", WORD),
        ("as_of", pa.date32()),
        ("session", pa.date32()),
        ("price", pa.float64()),
        ("currency", WORD),
        ("source", WORD),
        ("row", WORD),  # level, trendline or target
        ("kind", WORD),
        ("label", WORD),
        ("value", pa.float64()),  # of the level, the line at the session, or the target
        ("role", WORD),
        ("distance_pct", pa.float64()),
        ("distance_atr", pa.float64()),
        ("status", WORD),
        ("tentative", pa.bool_()),
        ("offered", pa.bool_()),
        ("analyst", WORD),
        ("day", pa.date32()),
        ("rating", WORD),
        ("action", WORD),
        ("prior_value", pa.float64()),
        ("stale", pa.bool_()),
        ("counted", pa.bool_()),
    ]
)


def scan_table(documents: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return the rows of one or many documents (see `tickers.json_document`), in their order."""
    return pa.Table.from_pylist([row for document in documents for row in _rows(document)], SCHEMA)


def _rows(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield one document's levels, trendlines and targets."""
    shared = {name: document[name] for name in ("symbol", "price", "currency", "source")}
    shared |= {name: Date.fromisoformat(document[name]) for name in ("as_of", "session")}
    for level in document["levels"]:
        yield shared | level | {"row": "level", "value": level["price"], "price": shared["price"]}
    for line in document["trendlines"]:
        yield shared | {name: line[name] for name in OF_LINES} | {"row": "trendline", "kind": line["side"]}
    for target in document["targets"]:
        yield (
            shared
            | {name: target[name] for name in OF_TARGETS}
            | {
                "row": "target",
                "label": target["firm"],
                "value": target["target"],
                "prior_value": target["prior_target"],
                "distance_pct": target["upside_pct"],
                "currency": target["currency"],
                "day": Date.fromisoformat(target["date"]),
            }
        )


class ScanDataset:
    """The folder of one scan. `purpose` says what it is made for: a resumed scan keeps what has the same."""

    def __init__(self, folder: Path, purpose: Mapping[str, str], resume: bool = False) -> None:
        self._folder = folder
        self._purpose = dict(purpose)
        folder.mkdir(parents=True, exist_ok=True)
        self.finished = frozenset(self._read_journal()) if resume else frozenset()
        write_atomically(folder / JOURNAL, "".join(map(self._journal_line, sorted(self.finished))).encode("ascii"))

    def add(self, symbol: str, documents: Iterable[Mapping[str, Any]]) -> None:
        """Write all of a ticker's days, then note that it is finished."""
        by_year = defaultdict(list)
        for document in documents:
            by_year[document["as_of"][:4]].append(document)
        for year, of_year in by_year.items():
            part = self._folder / f"year={year}"
            part.mkdir(exist_ok=True)
            remove_abandoned(part)
            with atomic_file(part / f"{file_stem(symbol)}.parquet") as file:
                parquet.write_table(scan_table(of_year), file)
        with (self._folder / JOURNAL).open("a", encoding="ascii") as journal:
            journal.write(self._journal_line(symbol))

    def _journal_line(self, symbol: str) -> str:
        return json.dumps({"symbol": symbol, "purpose": self._purpose}) + "\n"

    def _read_journal(self) -> Iterator[str]:
        """Yield the tickers that an earlier scan of the same purpose finished; a line cut short names none."""
        journal = self._folder / JOURNAL
        for line in journal.read_text(encoding="ascii").splitlines() if journal.exists() else ():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry["purpose"] == self._purpose:
                yield entry["symbol"]
