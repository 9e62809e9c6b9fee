"""Figures in a table, written as everywhere else: with the same marks, and a minus sign instead of a hyphen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from text.numbers import PriceFormat

MAX_STYLED_CELLS = 20_000  # styling a longer table would keep the page waiting, and pandas refuses 262,145


def round_columns(frame: pd.DataFrame, places: Mapping[str, int]) -> pd.DataFrame:
    """Return `frame` with columns rounded to the decimals that are shown: a screen reader reads the figure itself."""
    known = {column: decimals for column, decimals in places.items() if column in frame}
    return frame.assign(**{column: frame[column].astype(float).round(decimals) for column, decimals in known.items()})


def style_numbers(frame: pd.DataFrame, formats: Mapping[str, Callable[[Any], str]]) -> Styler | pd.DataFrame:
    """Return `frame` with its columns of `formats` written by these functions; a very long table stays as it is."""
    if not _can_be_styled(frame):
        return frame
    return frame.style.format({column: write for column, write in formats.items() if column in frame}, na_rep="")


def style_prices(
    table: Styler | pd.DataFrame, tickers: pd.Series, columns: Sequence[str], by_ticker: Mapping[str, PriceFormat]
) -> Styler | pd.DataFrame:
    """Return a styled table of many tickers with each one's prices in its own format; any other stays as it is.

    `tickers`: the ticker of each row, by a unique index.
    """
    if isinstance(table, pd.DataFrame):
        return table
    for ticker, written in by_ticker.items():
        figure: dict[str, Any] = dict.fromkeys(columns, written.number)
        table = table.format(figure, na_rep="", subset=(tickers.index[tickers == ticker], list(columns)))
    return table


def unstyled_format(frame: pd.DataFrame, format: str) -> str | None:
    """Return `format` for the column config if the table is too long to be styled, else None: it would override."""
    return None if _can_be_styled(frame) else format


def _can_be_styled(frame: pd.DataFrame) -> bool:
    return frame.size <= MAX_STYLED_CELLS
