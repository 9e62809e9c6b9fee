"""Figures in a table, written as everywhere else: with the same marks, and a minus sign instead of a hyphen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

MAX_STYLED_CELLS = 20_000  # styling a longer table would keep the page waiting, and pandas refuses 262,145


def style_numbers(frame: pd.DataFrame, formats: Mapping[str, Callable[[Any], str]]) -> Styler | pd.DataFrame:
    """Return `frame` with its columns of `formats` written by these functions; a very long table stays as it is."""
    if not _can_be_styled(frame):
        return frame
    return frame.style.format({column: write for column, write in formats.items() if column in frame}, na_rep="")


def unstyled_format(frame: pd.DataFrame, format: str) -> str | None:
    """Return `format` for the column config if the table is too long to be styled, else None: it would override."""
    return None if _can_be_styled(frame) else format


def _can_be_styled(frame: pd.DataFrame) -> bool:
    return frame.size <= MAX_STYLED_CELLS
