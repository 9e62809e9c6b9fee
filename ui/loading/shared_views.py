"""Analyses and charts that viewers share: two who look at the same ticker as of the same day get the same objects.

Nobody changes them in place. They are kept for a little while only: the next prices make others.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date as Date
from typing import TYPE_CHECKING

import streamlit as st

from charts.levels import chart
from charts.options import Highlight, Overlay, Period
from charts.palette import Theme
from indicators.analysis import Analysis, Scale
from indicators.intervals.bar_units import Interval
from market.market_data import MarketData
from tickers.request import analyse_market_data

if TYPE_CHECKING:
    import plotly.graph_objects as go

KEPT_SECONDS = 120.0
MAX_ANALYSES, MAX_CHARTS = 256, 256  # of 0.3 and 0.4 MB


def shared_analysis(data: MarketData, as_of: Date | None, scale: Scale, interval: Interval) -> Analysis:
    """Do as `analyse_market_data`, once for all who have the same data on the same day. Raises `TooEarly`."""
    return _analysis(data, as_of, scale, interval, Date.today())


def shared_chart(
    analysis: Analysis,
    period: Period,
    overlays: frozenset[Overlay],
    theme: Theme,
    height: int,
    width: int,
    highlight: Highlight | None = None,
) -> go.Figure:
    """Do as `levels_figure`, once for all who see the same shared analysis in the same way."""
    _, figure = _analysis_and_chart(analysis, period, overlays, theme, height, width, highlight)
    return figure


def _content(data: MarketData) -> bytes:
    """Return what an analysis may be made of; equal bytes mean equal data."""
    return pickle.dumps(replace(data, consensus=None, stale=False, age_notice=None, retry_at=None))


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_ANALYSES, hash_funcs={MarketData: _content}, show_spinner=False)
def _analysis(data: MarketData, as_of: Date | None, scale: Scale, interval: Interval, today: Date) -> Analysis:
    return analyse_market_data(data, as_of, scale, interval)


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_CHARTS, hash_funcs={Analysis: id}, show_spinner=False)
def _analysis_and_chart(
    analysis: Analysis,
    period: Period,
    overlays: frozenset[Overlay],
    theme: Theme,
    height: int,
    width: int,
    highlight: Highlight | None,
) -> tuple[Analysis, go.Figure]:
    """Return the chart with its analysis: while both are kept, no other analysis can have the same id."""
    figure = chart.levels_figure(analysis, period, overlays, theme, height, width, highlight=highlight)
    return analysis, figure
