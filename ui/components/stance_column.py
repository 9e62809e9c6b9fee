"""The table column that says what a firm's rating means: buy, hold or sell, each in its color."""

from __future__ import annotations

from typing import Any

import streamlit as st

from indicators.analysts.ratings import Stance

STANCE_COLORS: dict[Stance, str] = {"buy": "green", "hold": "gray", "sell": "red"}


def stance_cell(stance: Stance | None) -> list[Stance] | None:
    """Return the cell of a stance; None where the meaning of the rating is unknown."""
    return None if stance is None else [stance]


def stance_column() -> Any:
    """Return the column config for `stance_cell` values."""
    return st.column_config.MultiselectColumn(
        options=list(STANCE_COLORS),
        color=list(STANCE_COLORS.values()),
        width=64,
        help="What the firm's own rating means",
    )
