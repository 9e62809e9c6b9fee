"""A figure with a second line: a change, in its color and with an arrow, or a note, gray and without one."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from text import numbers

Direction = tuple[Literal["green", "red", "off"], Literal["up", "down", "off"]]
DIRECTIONS: dict[str, Direction] = {"+": ("green", "up"), "−": ("red", "down")}
NO_DIRECTION: Direction = ("off", "off")


def draw_metric_with_change(name: str, figure: str, change_pct: float | None, of_change: str = "") -> None:
    """Draw `figure` and the percent by which it changed, without the name, which only a screen reader needs.

    Streamlit alone takes a minus sign, which is not a hyphen, for a rise.
    """
    change = None if change_pct is None else numbers.format_percent(change_pct)
    color, arrow = DIRECTIONS.get((change or "0")[0], NO_DIRECTION)
    st.metric(
        name,
        figure,
        change and f"{change}{of_change}",
        delta_color=color,
        delta_arrow=arrow,
        label_visibility="collapsed",
    )


def draw_metric_with_note(label: str, figure: str, note: str, help: str | None = None) -> None:
    """Draw `figure` with `note` below it; `help` is shown on demand."""
    st.metric(label, figure, note, delta_color="off", delta_arrow="off", help=help)
