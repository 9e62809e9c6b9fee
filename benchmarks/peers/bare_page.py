"""The page that `bench_page` compares the Levels page with: a ticker box, a chart of as many traces, nothing else.

The traces are of the kinds that the levels chart has: candles, volume bars, lines over the whole year, and marks in a
second panel. `bench_page` serves it and sets `BARE_TRACES` to the number of traces of the Levels page.
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

SESSIONS = 252
TRACES = int(os.environ.get("BARE_TRACES", "14"))
SYMBOLS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")


def bare_figure(symbol: str) -> go.Figure:
    """Return a figure of `TRACES` traces over a year of generated bars."""
    random = np.random.default_rng(SYMBOLS.index(symbol))
    close = 20.0 * np.exp(np.cumsum(random.normal(0.0, 0.03, SESSIONS)))
    days = pd.bdate_range("2024-11-25", periods=SESSIONS)
    lines = [go.Scatter(x=days, y=close * factor) for factor in np.linspace(0.8, 1.2, 6)]
    marks = [go.Scatter(x=[1, 1], y=[10, 20], xaxis="x2") for _ in range(TRACES - len(lines) - 2)]
    candles = go.Candlestick(x=days, open=close * 0.99, high=close * 1.02, low=close * 0.97, close=close)
    volume = go.Bar(x=days, y=random.uniform(1e6, 1e7, SESSIONS), yaxis="y2")
    figure = go.Figure([candles, volume, *lines, *marks])
    panels = {"xaxis": {"domain": [0, 0.7]}, "xaxis2": {"domain": [0.72, 1]}}
    axes = {"yaxis": {"domain": [0.25, 1]}, "yaxis2": {"domain": [0, 0.2]}}
    return figure.update_layout(
        title=symbol, height=780, showlegend=False, xaxis_rangeslider_visible=False, **panels, **axes
    )


st.set_page_config(layout="wide")
ticker = st.sidebar.selectbox("Ticker", SYMBOLS, key="ticker", bind="query-params")
st.plotly_chart(bare_figure(ticker), theme=None, key="chart")
