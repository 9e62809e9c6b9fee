"""A ticker's levels and targets as CSV, Excel and JSON, with no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd

from indicators.analysis import Analysis
from text.escape import table_cell
from tickers.json_document import analysis_document


def csv_bytes(analysis: Analysis) -> bytes:
    """Return the levels, targets among them, as UTF-8 with a byte-order mark, by which Excel recognizes it."""
    return _frame(analysis_document(analysis)["levels"]).to_csv(index=False, float_format="%.9g").encode("utf-8-sig")


def excel_bytes(analysis: Analysis) -> bytes:
    """Return a sheet of the levels and one of the targets, where text stays text whatever it begins with."""
    document, file = analysis_document(analysis), io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        for name in ("levels", "targets"):
            _frame(document[name]).to_excel(writer, sheet_name=name.capitalize(), index=False)
            sheet = writer.sheets[name.capitalize()]
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return file.getvalue()


def json_bytes(analysis: Analysis) -> bytes:
    """Return the object that `levelboard.py export --json` prints."""
    return json.dumps(analysis_document(analysis), ensure_ascii=False, allow_nan=False).encode()


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per object, its texts escaped for a spreadsheet."""
    return pd.DataFrame(
        [{key: table_cell(value) if isinstance(value, str) else value for key, value in row.items()} for row in rows]
    )
