"""A ticker's levels and targets as files: the figures of its JSON, and no text that a spreadsheet would run."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from zipfile import ZipFile

import pandas as pd
import pytest

from exports.ticker_files import csv_bytes, excel_bytes, json_bytes
from indicators.analysis import Analysis, analyse
from market.sample import sample
from tickers.json_document import analysis_document


@pytest.fixture(scope="module")
def cifr() -> Analysis:
    hostile = [replace(target, firm="=cmd()") for target in sample.targets("CIFR")]
    return analyse(sample.history("CIFR"), hostile)


def test_csv_has_the_levels_of_the_json(cifr: Analysis) -> None:
    read = pd.read_csv(io.BytesIO(csv_bytes(cifr)), encoding="utf-8-sig")
    levels = analysis_document(cifr)["levels"]
    assert read["price"].tolist() == pytest.approx([level["price"] for level in levels], rel=1e-8)
    assert list(read.columns) == list(levels[0])


def test_excel_has_a_sheet_of_levels_and_one_of_targets_whose_texts_stay_texts(cifr: Analysis) -> None:
    with ZipFile(io.BytesIO(excel_bytes(cifr))) as book:
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
        assert 'name="Levels"' in (names := book.read("xl/workbook.xml").decode()) and 'name="Targets"' in names
        assert "&apos;=cmd()" in (texts := book.read("xl/sharedStrings.xml").decode()) or "'=cmd()" in texts
    assert all("<row" in sheet and "<f>" not in sheet for sheet in sheets)


def test_json_is_the_object_of_the_terminal(cifr: Analysis) -> None:
    assert json.loads(json_bytes(cifr)) == json.loads(json.dumps(analysis_document(cifr)))
