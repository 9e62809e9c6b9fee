"""A scan as Parquet: every figure in its row, read back by DuckDB as one typed table."""

from __future__ import annotations

from collections import Counter
from datetime import date as Date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.scan_dataset import JOURNAL, SCHEMA, ScanDataset, scan_table
from indicators import analyse
from market.sample import sample
from tickers.json_document import analysis_document

DAYS = (Date(2024, 12, 30), Date(2025, 1, 6), Date(2025, 11, 24))


def documents(symbol: str, days: tuple[Date, ...] = DAYS) -> list[dict[str, Any]]:
    history, targets = sample.history(symbol), sample.targets(symbol)
    return [analysis_document(analyse(history, targets, day)) for day in days]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan") / "miners.parquet"
    dataset = ScanDataset(folder, {"scale": "linear"})
    for symbol in ("CIFR", "IREN"):
        dataset.add(symbol, documents(symbol))
    return folder


def test_duckdb_finds_every_level_line_and_target(folder: Path) -> None:
    query = "select symbol, as_of, row, count(*) from read_parquet(?, hive_partitioning=true) group by all"
    found = {tuple(row[:3]): row[3] for row in duckdb.sql(query, params=[f"{folder}/*/*.parquet"]).fetchall()}
    expected: Counter[tuple[str, Date, str]] = Counter()
    for document in (*documents("CIFR"), *documents("IREN")):
        for row, part in (("level", "levels"), ("trendline", "trendlines"), ("target", "targets")):
            if document[part]:
                expected[document["symbol"], Date.fromisoformat(document["as_of"]), row] += len(document[part])
    assert found == dict(expected)


def test_its_columns_are_typed_and_the_year_is_one(folder: Path) -> None:
    table = duckdb.read_parquet(f"{folder}/*/*.parquet", hive_partitioning=True)
    types = dict(zip(table.columns, map(str, table.types), strict=True))
    assert (types["as_of"], types["value"], types["offered"], types["symbol"]) == (
        "DATE",
        "DOUBLE",
        "BOOLEAN",
        "VARCHAR",
    )
    assert sorted(table.distinct().aggregate("year").fetchall()) == [(2024,), (2025,)]
    (document,) = documents("CIFR", DAYS[2:])
    levels = table.filter(f"symbol = 'CIFR' and as_of = '{DAYS[2]}' and row = 'level'")
    assert levels.project("label, value, price").fetchall() == [
        (level["label"], level["price"], document["price"]) for level in document["levels"]
    ]


def test_a_target_in_another_currency_keeps_its_own() -> None:
    document = documents("CIFR", DAYS[2:])[0]
    foreign = document["targets"][0] | {"currency": "CAD", "upside_pct": None}
    (row,) = scan_table([document | {"levels": [], "trendlines": [], "targets": [foreign]}]).to_pylist()
    assert (row["currency"], row["distance_pct"], row["value"]) == ("CAD", None, foreign["target"])
    assert row["day"] == Date.fromisoformat(foreign["date"])


def test_without_rows_the_table_has_its_columns() -> None:
    assert scan_table([]).schema == SCHEMA


def test_a_resumed_scan_knows_what_is_finished_for_the_same_purpose(folder: Path) -> None:
    assert ScanDataset(folder, {"scale": "linear"}, resume=True).finished == {"CIFR", "IREN"}
    assert ScanDataset(folder, {"scale": "log"}, resume=True).finished == frozenset()


def test_a_line_cut_short_is_no_finished_ticker(tmp_path: Path) -> None:
    dataset = ScanDataset(tmp_path, {})
    dataset.add("CIFR", documents("CIFR", DAYS[:1]))
    journal = tmp_path / JOURNAL
    journal.write_text(journal.read_text() + '{"symbol": "IREN", "pur')
    assert ScanDataset(tmp_path, {}, resume=True).finished == {"CIFR"}


def test_a_scan_that_is_not_resumed_begins_anew(tmp_path: Path) -> None:
    ScanDataset(tmp_path, {}).add("CIFR", documents("CIFR", DAYS[:1]))
    assert ScanDataset(tmp_path, {}).finished == frozenset()
    assert ScanDataset(tmp_path, {}, resume=True).finished == frozenset()
