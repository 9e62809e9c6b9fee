"""A grid of up to eight small levels charts, one per ticker."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.base_layout import axis_affixes, base_layout, sample_warning, text_annotation
from charts.compare.compare_chart import MAX_TICKERS
from charts.options import Period, visible_bars
from charts.palette import PALETTES, Palette, Theme
from charts.price_traces import band_traces, candle_traces, ema_traces, session_after, session_breaks, trendline_traces
from charts.source_names import is_demo, source_name
from indicators.analysis import EMA_SPANS, Analysis
from text import numbers
from text.escape import escape_plotly

ROW_HEIGHT_PX = 300
MARGIN = {"l": 58, "r": 14, "t": 66, "b": 44}
TEXT_SHIFT_PX = 14 - MARGIN["l"]  # title and footer start left of the plot
HEADING_HEIGHT_PX = 46
DATE_LABELS_HEIGHT_PX = 26
PRICE_LABELS_SHARE = 0.045  # of the figure's width, left of each chart but the first of a row
RIGHT_GAP_SHARE = 0.012  # of the figure's width, right of the last chart of a row
EXTENSION_SESSIONS = 6  # shown past the last bar


@dataclass(frozen=True)
class GridCell:
    """The position of the n-th small chart: the number of its axes, and its edges in fractions of the plot."""

    number: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def axis_suffix(self) -> str:
        """Plotly's suffix of the axes' names: x, x2, x3 ..."""
        return "" if self.number == 0 else str(self.number + 1)


def small_multiples_figure(
    analyses: Sequence[Analysis], period: Period = "1y", theme: Theme = "light", columns: int = 2
) -> go.Figure:
    """Return a grid of charts, each on its own price axis with candles, EMAs, bands and the leading trendlines.

    Only the first `MAX_TICKERS` analyses are drawn.
    """
    palette = PALETTES[theme]
    shown = analyses[:MAX_TICKERS]
    columns = min(columns, max(len(shown), 1))
    height = _figure_height(len(shown), columns)
    cells = _grid_cells(len(shown), columns, height)
    charts = [
        (analysis, visible_bars(analysis.bars, period), cell) for analysis, cell in zip(shown, cells, strict=True)
    ]
    layout = _layout(palette, height)
    for analysis, visible, cell in charts:
        layout |= _axes(analysis, visible, cell, palette)
    return go.Figure(
        {
            "data": [trace for chart in charts for trace in _traces(*chart, palette)],
            "layout": layout
            | {
                "annotations": [*_title_and_footer(shown, palette), *_headings(shown, cells, palette)],
                "shapes": [_price_line(analysis, cell, palette) for analysis, _, cell in charts],
            },
        }
    )


def _row_count(count: int, columns: int) -> int:
    return max(math.ceil(count / columns), 1)


def _figure_height(count: int, columns: int) -> int:
    return MARGIN["t"] + MARGIN["b"] + ROW_HEIGHT_PX * _row_count(count, columns)


def _grid_cells(count: int, columns: int, height: int) -> list[GridCell]:
    plot_height = height - MARGIN["t"] - MARGIN["b"]
    column_width = (1.0 - RIGHT_GAP_SHARE) / columns
    row_height = 1.0 / _row_count(count, columns)
    return [
        GridCell(
            number,
            left=(number % columns) * column_width + (PRICE_LABELS_SHARE if number % columns else 0.0),
            right=(number % columns + 1) * column_width,
            bottom=1.0 - (number // columns + 1) * row_height + DATE_LABELS_HEIGHT_PX / plot_height,
            top=1.0 - (number // columns) * row_height - HEADING_HEIGHT_PX / plot_height,
        )
        for number in range(count)
    ]


def _traces(analysis: Analysis, visible: pd.DataFrame, cell: GridCell, palette: Palette) -> list[dict[str, Any]]:
    start, places = visible.index[0], analysis.price_format.places
    traces = (
        *band_traces(analysis, start, palette, places),
        *candle_traces(visible, palette, places),
        *ema_traces(analysis, start, palette, places),
        *(line | {"hoverinfo": "skip"} for line in trendline_traces(analysis.leading, visible, palette, places)),
    )
    return [trace | {"xaxis": f"x{cell.axis_suffix}", "yaxis": f"y{cell.axis_suffix}"} for trace in traces]


def _axes(analysis: Analysis, visible: pd.DataFrame, cell: GridCell, palette: Palette) -> dict[str, Any]:
    sessions = pd.DatetimeIndex(visible.index)
    prefix, suffix = axis_affixes(analysis.price_format)
    return {
        f"xaxis{cell.axis_suffix}": {
            "type": "date",
            "domain": [cell.left, cell.right],
            "anchor": f"y{cell.axis_suffix}",
            "range": [sessions[0] - pd.Timedelta(hours=18), session_after(sessions, EXTENSION_SESSIONS)],
            "rangebreaks": session_breaks(sessions),
            "rangeslider": {"visible": False},
            "showgrid": False,
            "nticks": 4,
            "tickangle": 0,
            "tickfont": {"color": palette.muted, "size": 10},
            "hoverformat": "%a %-d %b %Y",
        },
        f"yaxis{cell.axis_suffix}": {
            "domain": [cell.bottom, cell.top],
            "anchor": f"x{cell.axis_suffix}",
            "gridcolor": palette.grid,
            "zeroline": False,
            "nticks": 5,
            "tickfont": {"color": palette.muted, "size": 10},
            "range": _price_range(analysis, visible),
            "type": analysis.scale,
            "exponentformat": "none",
            "hoverformat": f",.{analysis.price_format.places}f",
            "tickprefix": prefix,
            "ticksuffix": suffix,
        },
    }


def _price_range(analysis: Analysis, visible: pd.DataFrame) -> list[float]:
    """Return the padded range of bars and bands, as powers of ten on a log scale, where only positive prices count."""
    bands = analysis.bands.loc[visible.index[0] :]
    prices = np.concatenate([visible[["low", "high"]].to_numpy().ravel(), bands[["lower", "upper"]].to_numpy().ravel()])
    drawable = prices[np.isfinite(prices) & ((prices > 0) | (analysis.scale == "linear"))]
    coordinates = np.log10(drawable) if analysis.scale == "log" else drawable
    low, high = float(coordinates.min()), float(coordinates.max())
    padding = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return [low - padding, high + padding]


def _price_line(analysis: Analysis, cell: GridCell, palette: Palette) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{cell.axis_suffix} domain",
        "yref": f"y{cell.axis_suffix}",
        "x0": 0,
        "x1": 1,
        "y0": analysis.price,
        "y1": analysis.price,
        "line": {"color": palette.ink, "width": 1, "dash": "dot"},
        "layer": "below",
    }


def _title_and_footer(analyses: Sequence[Analysis], palette: Palette) -> list[dict[str, Any]]:
    has_demo_data = any(is_demo(analysis.source) for analysis in analyses)
    names = " and ".join(sorted({escape_plotly(source_name(analysis.source)) for analysis in analyses}))
    source = sample_warning(palette) if has_demo_data else names
    as_of = max((analysis.as_of for analysis in analyses), default=None)
    title = f"<b>Levels</b>{f' as of {numbers.format_day(as_of)}' if as_of else ''} · {source}"
    legend = "  ".join(
        f"<span style='color:{palette.ema_line(rank)}'>━ EMA {span}</span>" for rank, span in enumerate(EMA_SPANS)
    )
    footer = "Each chart has its own price axis · Levelboard"
    return [
        _text_above(title, 0.0, 1.0, 20, palette.ink, 15, xshift=TEXT_SHIFT_PX),
        _text_above(legend, 1.0 - RIGHT_GAP_SHARE, 1.0, 22, palette.muted, 11, xanchor="right"),
        text_annotation(footer, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-20, xshift=TEXT_SHIFT_PX),
    ]


def _headings(analyses: Sequence[Analysis], cells: Sequence[GridCell], palette: Palette) -> list[dict[str, Any]]:
    return [
        line
        for analysis, cell in zip(analyses, cells, strict=True)
        for line in (
            _text_above(_price_heading(analysis, palette), cell.left, cell.top, 18, palette.ink, 14),
            _text_above(_support_and_consensus(analysis), cell.left, cell.top, 2, palette.muted, 11),
        )
    ]


def _price_heading(analysis: Analysis, palette: Palette) -> str:
    price = escape_plotly(analysis.price_format.price(analysis.price))
    if analysis.change_pct is None:
        return f"<b>{escape_plotly(analysis.symbol)}</b>  {price}"
    color = palette.rise if analysis.change_pct >= 0 else palette.fall
    change = f"<span style='color:{color}'>{numbers.format_percent(analysis.change_pct)}</span>"
    return f"<b>{escape_plotly(analysis.symbol)}</b>  {price}  {change}"


def _support_and_consensus(analysis: Analysis) -> str:
    """Return the support trendline and the consensus target, as far as they exist."""
    parts = []
    line = analysis.support
    if line is not None:
        name = "tentative line" if line.tentative else "trendline"
        value = analysis.price_format.number(line.value)
        parts.append(f"{name} {value}, {line.status}")
    consensus = analysis.consensus
    if consensus is not None:
        target = escape_plotly(analysis.price_format.target(consensus.mean))
        parts.append(f"consensus {target} ({numbers.format_percent(consensus.upside_pct)})")
    return " · ".join(parts)


def _text_above(
    text: str, x: float, y: float, shift_px: int, color: str, size: int, **overrides: object
) -> dict[str, Any]:
    """Return text whose lower edge is `shift_px` above `y`."""
    return text_annotation(text, x, y, color, size, **({"yanchor": "bottom", "yshift": shift_px} | overrides))


def _layout(palette: Palette, height: int) -> dict[str, Any]:
    return {
        **base_layout(palette),
        "height": height,
        "margin": MARGIN,
        "hovermode": "x",
        "dragmode": "pan",
    }
