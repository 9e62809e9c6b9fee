"""What a firm's own word for its rating means, in a table: buy, hold or sell, each in its colour."""

from __future__ import annotations

from typing import Any

import streamlit as st

from indicators.analysts.ratings import Stance

COLOURS: dict[Stance, str] = {"buy": "green", "hold": "gray", "sell": "red"}


def cell(stance: Stance | None) -> list[Stance] | None:
    """None where the firm's word is unknown."""
    return None if stance is None else [stance]


def column() -> Any:
    return st.column_config.MultiselectColumn(
        options=list(COLOURS), color=list(COLOURS.values()), width=64, help="What the firm's own word means"
    )
