"""A watchlist's rows as CSV and Excel files."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pandas as pd
import pytest

from exports.watchlist_files import csv_bytes, excel_bytes, to_frame
from indicators import analyse
from indicators.watchlist_row import watchlist_row
from market.sample import sample
from tickers.batch import FailedTicker


@pytest.fixture(scope="module")
def rows() -> dict:
    symbols = ("CIFR", "CLSK")
    loaded = {symbol: watchlist_row(analyse(sample.history(symbol), sample.targets(symbol))) for symbol in symbols}
    return loaded | {"XYZQ": FailedTicker("XYZQ", "=HYPERLINK(1)")}


def test_a_csv_holds_every_figure_and_no_formula(rows):
    frame = pd.read_csv(io.BytesIO(csv_bytes(rows))).set_index("symbol")
    assert frame.loc["CIFR", "price"] == 16.77 and not frame.loc["CIFR", "above_ema_20"]
    assert frame.loc["CIFR", "newest"] == "Overweight from Neutral, target $18 from $12"
    assert frame.loc["XYZQ", "problem"] == "'=HYPERLINK(1)" and pd.isna(frame.loc["XYZQ", "price"])


def test_an_excel_file_holds_every_figure_and_formulas_as_text(rows):
    with ZipFile(io.BytesIO(excel_bytes(rows))) as archive:
        sheet, texts = (archive.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "sharedStrings"))
    assert "<f>" not in sheet and "<v>16.77</v>" in sheet
    assert "HYPERLINK(1)" in texts and "Overweight from Neutral, target $18 from $12" in texts
    assert all(f">{column}<" in texts for column in to_frame(rows).columns)
