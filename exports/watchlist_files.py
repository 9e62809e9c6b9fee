"""A watchlist's rows as CSV and Excel files: every figure, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd

from indicators.analysis import EMA_SPANS
from indicators.watchlist_row import WatchlistRow
from market.symbols import file_stem
from text.escape import table_cell
from tickers.batch import FailedTicker

Rows = Mapping[str, WatchlistRow | FailedTicker]


def file_stem_of(watchlist_name: str) -> str:
    """Return the name of a watchlist's files, without the extension."""
    return file_stem(watchlist_name.upper()).lower()


def csv_bytes(rows: Rows) -> bytes:
    """Return the rows as UTF-8 with a byte-order mark, by which Excel recognizes it."""
    return to_frame(rows).to_csv(index=False, float_format="%.9g").encode("utf-8-sig")


def excel_bytes(rows: Rows) -> bytes:
    """Return the rows as one sheet, where text stays text whatever it begins with."""
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        frame = to_frame(rows)
        frame.to_excel(writer, sheet_name="Watchlist", index=False)
        sheet = writer.sheets["Watchlist"]
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
        sheet.autofit()
    return file.getvalue()


def to_frame(rows: Rows) -> pd.DataFrame:
    """Return one row per ticker, in the order of the list; `problem` says why one has no figures."""
    return pd.DataFrame([{name: _cell(value) for name, value in figures(row).items()} for row in rows.values()])


def _cell(value: Any) -> Any:
    return table_cell(value) if isinstance(value, str) else value


def figures(row: WatchlistRow | FailedTicker) -> dict[str, Any]:
    """Return the figures of one ticker by column, texts as they came; a failed one has only its `problem`."""
    if isinstance(row, FailedTicker):
        return {"symbol": row.symbol, "problem": row.reason}
    support, resistance, newest = row.support, row.resistance, row.newest
    return {
        "symbol": row.symbol,
        "name": row.name,
        "currency": row.currency,
        "source": row.source,
        "as_of": row.as_of,
        "in_progress": row.in_progress,
        "price": row.price,
        "change_pct": row.change_pct,
        **{f"above_ema_{span}": row.above.get(span) for span in EMA_SPANS},
        "percent_b": row.percent_b,
        "support": support and support.kind,
        "support_status": support and support.status,
        "support_low": support and support.low,
        "support_high": support and support.high,
        "support_distance_pct": support and support.distance_pct,
        "resistance": resistance and resistance.label,
        "resistance_price": resistance and resistance.price,
        "resistance_distance_pct": resistance and resistance.distance_pct,
        "consensus_upside_pct": row.upside_pct,
        "newest_day": newest and newest.date,
        "newest_firm": newest and newest.firm,
        "newest": newest and newest.words(row.price_format),
        "problem": None,
    }
