"""Up to eight tickers side by side, each in a small levels chart of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.base_layout import axis_affixes, base_layout, sample_mark, text_annotation
from charts.compare_chart import MOST
from charts.options import Period, visible_bars
from charts.palette import PALETTES, Palette, Theme
from charts.price_traces import band_traces, candle_traces, ema_traces, later_session, session_breaks, trendline_traces
from charts.source_names import source_name
from indicators.analysis import EMA_SPANS, Analysis
from market.sources import is_demo
from text import numbers
from text.escape import escape_plotly

ROW = 300  # pixels a row of charts
TOP, BOTTOM, HEADING = 66, 44, 46
ACROSS, BESIDE = 0.045, 0.012  # shares of the width: between two charts for the prices, and right of the last


@dataclass(frozen=True)
class Place:
    """Where the n-th small chart stands: the numbers of its axes, and its part of the picture."""

    number: int
    left: float
    right: float
    low: float
    high: float

    @property
    def axis(self) -> str:
        return "" if self.number == 0 else str(self.number + 1)


def _height(count: int, columns: int) -> int:
    return TOP + BOTTOM + ROW * max(-(-count // columns), 1)


def small_multiples_figure(
    analyses: Sequence[Analysis], period: Period = "1y", theme: Theme = "light", columns: int = 2
) -> go.Figure:
    """One small chart a ticker on its own price axis: candles, EMAs, bands and the lines that lead."""
    palette = PALETTES[theme]
    shown = analyses[:MOST]
    columns = min(columns, max(len(shown), 1))
    height = _height(len(shown), columns)
    places = _places(len(shown), columns, height)
    layout = _layout(palette, height) | {"annotations": _words(shown, places, palette), "shapes": []}
    traces: list[dict[str, Any]] = []
    for analysis, place in zip(shown, places, strict=True):
        visible = visible_bars(analysis.bars, period)
        traces += [
            trace | {"xaxis": f"x{place.axis}", "yaxis": f"y{place.axis}"}
            for trace in _traces(analysis, visible, palette)
        ]
        layout |= _axes(analysis, visible, place, palette)
        layout["shapes"].append(_price_line(analysis, place, palette))
    return go.Figure({"data": traces, "layout": layout})


def _places(count: int, columns: int, height: int) -> list[Place]:
    plot = height - TOP - BOTTOM
    rows = max(-(-count // columns), 1)
    width = (1.0 - BESIDE) / columns
    tall = 1.0 / rows
    heading = HEADING / plot
    return [
        Place(
            number,
            left=(number % columns) * width + (ACROSS if number % columns else 0.0),
            right=(number % columns + 1) * width,
            low=1.0 - (number // columns + 1) * tall + 26 / plot,
            high=1.0 - (number // columns) * tall - heading,
        )
        for number in range(count)
    ]


def _traces(analysis: Analysis, visible: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    start, decimals = visible.index[0], numbers.price_decimals(analysis.price)
    return [
        *band_traces(analysis, start, palette, decimals),
        *candle_traces(visible, palette),
        *ema_traces(analysis, start, palette, decimals),
        *trendline_traces(analysis.leading, visible, palette),
    ]


def _axes(analysis: Analysis, visible: pd.DataFrame, place: Place, palette: Palette) -> dict[str, Any]:
    sessions = pd.DatetimeIndex(visible.index)
    prefix, suffix = axis_affixes(analysis.currency)
    return {
        f"xaxis{place.axis}": {
            "domain": [place.left, place.right],
            "anchor": f"y{place.axis}",
            "range": [sessions[0] - pd.Timedelta(hours=18), later_session(sessions, 6)],
            "rangebreaks": session_breaks(sessions),
            "rangeslider": {"visible": False},
            "showgrid": False,
            "nticks": 4,
            "tickangle": 0,
            "tickfont": {"color": palette.muted, "size": 10},
            "hoverformat": "%a %-d %b %Y",
        },
        f"yaxis{place.axis}": {
            "domain": [place.low, place.high],
            "anchor": f"x{place.axis}",
            "gridcolor": palette.grid,
            "zeroline": False,
            "nticks": 5,
            "tickfont": {"color": palette.muted, "size": 10},
            "range": _price_range(analysis, visible),
            "type": analysis.scale,
            "tickprefix": prefix,
            "ticksuffix": suffix,
        },
    }


def _price_range(analysis: Analysis, visible: pd.DataFrame) -> list[float]:
    """The bars and, where they have a place on the scale, the bands; on the log scale in powers of ten."""
    bands = analysis.bands.loc[visible.index[0] :]
    prices = np.concatenate([visible[["low", "high"]].to_numpy().ravel(), bands[["lower", "upper"]].to_numpy().ravel()])
    shown = prices[np.isfinite(prices) & ((prices > 0) | (analysis.scale == "linear"))]
    places = np.log10(shown) if analysis.scale == "log" else shown
    low, high = float(places.min()), float(places.max())
    room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return [low - room, high + room]


def _price_line(analysis: Analysis, place: Place, palette: Palette) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{place.axis} domain",
        "yref": f"y{place.axis}",
        "x0": 0,
        "x1": 1,
        "y0": analysis.price,
        "y1": analysis.price,
        "line": {"color": palette.ink, "width": 1, "dash": "dot"},
        "layer": "below",
    }


def _words(analyses: Sequence[Analysis], places: Sequence[Place], palette: Palette) -> list[dict[str, Any]]:
    headings = [
        line
        for analysis, place in zip(analyses, places, strict=True)
        for line in (
            _above(_heading(analysis, palette), place.left, place.high, 18, palette.ink, 14),
            _above(_standing(analysis), place.left, place.high, 2, palette.muted, 11),
        )
    ]
    sample = any(is_demo(analysis.source) for analysis in analyses)
    names = " and ".join(sorted({escape_plotly(source_name(analysis.source)) for analysis in analyses}))
    under = sample_mark(palette) if sample else names
    day = max((analysis.as_of for analysis in analyses), default=None)
    title = f"<b>Levels</b>{f' as of {numbers.format_day(day)}' if day else ''} · {under}"
    averages = "  ".join(
        f"<span style='color:{palette.ema(rank)}'>━ EMA {span}</span>" for rank, span in enumerate(EMA_SPANS)
    )
    foot = "Each chart on its own price axis · Levelboard"
    return [
        _above(title, 0.0, 1.0, 20, palette.ink, 15, xshift=-44),
        _above(averages, 1.0 - BESIDE, 1.0, 22, palette.muted, 11, xanchor="right"),
        text_annotation(foot, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-20, xshift=-44),
        *headings,
    ]


def _heading(analysis: Analysis, palette: Palette) -> str:
    price = escape_plotly(
        numbers.format_price(analysis.price, analysis.currency, numbers.price_decimals(analysis.price))
    )
    if analysis.change_pct is None:
        return f"<b>{escape_plotly(analysis.symbol)}</b>  {price}"
    colour = palette.rise if analysis.change_pct >= 0 else palette.fall
    change = f"<span style='color:{colour}'>{numbers.format_percent(analysis.change_pct)}</span>"
    return f"<b>{escape_plotly(analysis.symbol)}</b>  {price}  {change}"


def _standing(analysis: Analysis) -> str:
    """The support and the consensus, as far as there are any."""
    parts = []
    line = analysis.support
    if line is not None:
        name = "tentative line" if line.tentative else "trendline"
        parts.append(
            f"{name} {numbers.format_number(line.value, numbers.price_decimals(analysis.price))}, {line.status}"
        )
    mean = analysis.consensus
    if mean is not None:
        target = escape_plotly(numbers.format_target(mean.mean, analysis.currency))
        parts.append(f"consensus {target} ({numbers.format_percent(mean.upside_pct)})")
    return " · ".join(parts)


def _above(text: str, x: float, y: float, by: int, colour: str, size: int, **place: object) -> dict[str, Any]:
    return text_annotation(text, x, y, colour, size, **({"yanchor": "bottom", "yshift": by} | place))


def _layout(palette: Palette, height: int) -> dict[str, Any]:
    return {
        **base_layout(palette),
        "height": height,
        "margin": {"l": 58, "r": 14, "t": TOP, "b": BOTTOM},
        "hovermode": "x",
        "dragmode": "pan",
    }
