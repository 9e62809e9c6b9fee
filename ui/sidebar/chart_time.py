"""The controls of time: the as-of day of every page, and the period and interval of a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Date
from typing import Literal

import streamlit as st

from charts.options import DEFAULT_PERIODS, PERIODS
from indicators.intervals.bar_units import BAR_UNITS, Interval

INTERVALS: tuple[Interval, ...] = tuple(BAR_UNITS)
FIRST_DAY = Date(1962, 1, 2)  # the oldest daily bar that Yahoo serves

LabelVisibility = Literal["visible", "collapsed"]


def draw_as_of(label: LabelVisibility = "visible", on_change: Callable[[], None] | None = None) -> None:
    """Draw the day of the analysis; `on_change` may correct what was typed."""
    st.date_input(
        "As of",
        value=None,
        min_value=FIRST_DAY,
        max_value="today",
        format="YYYY-MM-DD",
        key="asof",
        bind="query-params",
        on_change=on_change,
        label_visibility=label,
        help="The day of the analysis: no later price or target is used. Leave empty for the latest day.",
    )


def draw_period(label: LabelVisibility = "visible") -> None:
    """Draw the choice of how much of the past a chart shows."""
    st.segmented_control(
        "Period",
        options=list(PERIODS),
        default="1y",
        required=True,
        key="period",
        bind="query-params",
        label_visibility=label,
    )


def draw_interval(label: LabelVisibility = "visible") -> None:
    """Draw the choice of the bars that a chart and its levels are made of."""
    st.segmented_control(
        "Interval",
        options=INTERVALS,
        default="1d",
        required=True,
        key="interval",
        bind="query-params",
        on_change=_choose_period_for_interval,
        label_visibility=label,
        help="Bars of days, weeks or months: EMAs, bands, lines and zones are those of the bars shown.",
    )


def _choose_period_for_interval() -> None:
    st.session_state["period"] = DEFAULT_PERIODS[st.session_state["interval"]]
