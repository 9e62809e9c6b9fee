"""Signed figures in a table, written as everywhere else: with a minus, which is no hyphen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

MOST_CELLS = 20_000  # of a table that is styled: a longer one would keep the page waiting, and pandas refuses 262,145


def style_signed(frame: pd.DataFrame, written: Mapping[str, Callable[[Any], str]]) -> Styler | pd.DataFrame:
    """`frame` with these columns, where it has them, as they are written; a table of very many rows as it is."""
    if not _is_styled(frame):
        return frame
    return frame.style.format({name: how for name, how in written.items() if name in frame}, na_rep="")


def unstyled_format(frame: pd.DataFrame, otherwise: str) -> str | None:
    """The format of such a column: none where the table is styled, for Streamlit would take it instead."""
    return None if _is_styled(frame) else otherwise


def _is_styled(frame: pd.DataFrame) -> bool:
    return frame.size <= MOST_CELLS
