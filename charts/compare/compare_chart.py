"""Performance of up to eight tickers on one chart, rebased to the close of one day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_warning, text_annotation
from charts.compare.percent_axis import PercentAxis, fit_percent_axis
from charts.label_spacing import spread_labels
from charts.palette import PALETTES, Palette, Theme
from charts.price_traces import session_breaks
from charts.source_names import is_demo, source_name
from indicators.analysis import Scale
from indicators.rebase import Rebased
from text import numbers
from text.escape import escape_plotly

MAX_TICKERS = 8  # more lines cannot be told apart, whatever their colors
MARGIN = {"l": 64, "r": 132, "t": 84, "b": 62}
TEXT_SHIFT_PX = 18 - MARGIN["l"]  # title and footer start left of the plot
LABEL_SPACING_PX = 18.0  # for 12 px type
LABEL_INSET_PX = 6.0  # between the outermost label and the end of the axis
LATE_START_DAYS = 5  # a long weekend: a ticker that starts later than this after the others is named

# After Okabe & Ito (https://jfly.uni-koeln.de/color/), changed as little as needed for any two lines of the same dash
# to differ by a CIELAB distance of 22, for color-blind readers too. Eight such hues do not exist: the last four dash.
LINE_COLORS: dict[Theme, tuple[str, ...]] = {
    "light": ("#0872b2", "#e05b0b", "#14181f", "#991e6b", "#336646", "#7f5206", "#238eb2", "#6847cc"),
    "dark": ("#60a9f2", "#f2693c", "#f1f4f8", "#bf4ca2", "#2fbf89", "#d8a756", "#a9d6f2", "#9760f2"),
}
LINE_DASHES = ("solid",) * 4 + ("dash",) * 4


def compare_figure(
    lines: Sequence[Rebased],
    source: str,
    price_basis: str,
    theme: Theme = "light",
    height: int = 620,
    scale: Scale = "linear",
) -> go.Figure:
    """Return one line per ticker, labeled at its right end; `height` pixels high, as wide as its container.

    Only the first `MAX_TICKERS` lines are drawn. One that would flatten the others runs off the axis (see
    `fit_percent_axis`); the label of its end and the footer say how far.
    """
    palette, colors = PALETTES[theme], LINE_COLORS[theme]
    lines = lines[:MAX_TICKERS]
    axis = fit_percent_axis(lines, scale)
    annotations = [
        *_title_and_footer(lines, axis, source, price_basis, palette),
        *_end_labels(lines, axis, colors, height),
    ]
    return go.Figure(
        {
            "data": [_line_trace(line, axis, *style) for line, style in zip(lines, line_styles(theme), strict=False)],
            "layout": _layout(lines, axis, palette, height) | {"annotations": annotations},
        }
    )


def line_styles(theme: Theme) -> list[tuple[str, str]]:
    """Return the color and the dash of each line, in the order of the tickers."""
    return list(zip(LINE_COLORS[theme], LINE_DASHES, strict=True))


def compare_file_stem(lines: Sequence[Rebased]) -> str:
    """Return the name of the chart's file without its extension: `compare_2025-11-24`."""
    return f"compare_{max(line.pct.index[-1] for line in lines):%Y-%m-%d}" if lines else "compare"


def _line_trace(line: Rebased, axis: PercentAxis, color: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape_plotly(line.symbol),
        "x": line.pct.index.to_numpy(),
        "y": axis.values(line.pct),
        "customdata": line.pct.to_numpy(),
        "line": {"color": color, "width": 2, "dash": dash},
        "hovertemplate": f"{escape_plotly(line.symbol)} %{{customdata:+,.1f}}%<extra></extra>",
        "showlegend": False,
    }


def _end_labels(
    lines: Sequence[Rebased], axis: PercentAxis, colors: Sequence[str], height: int
) -> list[dict[str, Any]]:
    """Return each line's symbol and last value in its color, spread so that none overlaps another.

    That of a line which ends beyond the axis stands at the end of the axis, with an arrow.
    """
    plot_height = height - MARGIN["t"] - MARGIN["b"]
    wanted = [plot_height * axis.share(float(line.pct.iloc[-1])) for line in lines]
    spread = spread_labels(wanted, LABEL_SPACING_PX, LABEL_INSET_PX, plot_height - LABEL_INSET_PX)
    return [
        text_annotation(
            _end_text(line, axis),
            1.0,
            float(pixel) / plot_height,
            color,
            12,
            xshift=8,
            yanchor="middle",
        )
        for line, pixel, color in zip(lines, spread, colors, strict=False)
    ]


def _end_text(line: Rebased, axis: PercentAxis) -> str:
    last = float(line.pct.iloc[-1])
    arrow = "" if axis.contains(last) else " ↑" if last > 0.0 else " ↓"
    return f"<b>{escape_plotly(line.symbol)}</b> {numbers.format_percent(last)}{arrow}"


def _title_and_footer(
    lines: Sequence[Rebased], axis: PercentAxis, source: str, price_basis: str, palette: Palette
) -> list[dict[str, Any]]:
    base_day = min((line.base_day for line in lines), default=None)
    since = f" since {numbers.format_day(base_day)}" if base_day else ""
    title = f"<b>Performance</b>{since}"
    footer = " · ".join([*map(_beyond_phrase, axis.beyond), f"{price_basis.capitalize()} closes", "Levelboard"])
    above = {"yanchor": "bottom", "xshift": TEXT_SHIFT_PX}
    below = {"yanchor": "top", "xshift": TEXT_SHIFT_PX}
    return [
        text_annotation(title, 0.0, 1.0, palette.ink, 19, yshift=40, **above),
        text_annotation(_subtitle(lines, source, palette), 0.0, 1.0, palette.muted, 12, yshift=18, **above),
        text_annotation(footer, 0.0, 0.0, palette.faint, 10, yshift=-36, **below),
    ]


def _beyond_phrase(line: Rebased) -> str:
    """Return "TEN runs off the axis, between −12.0% and +900.0%"."""
    low, high = (numbers.format_percent(float(end)) for end in (line.pct.min(), line.pct.max()))
    return f"{escape_plotly(line.symbol)} runs off the axis, between {low} and {high}"


def _subtitle(lines: Sequence[Rebased], source: str, palette: Palette) -> str:
    name = sample_warning(palette) if is_demo(source) else escape_plotly(source_name(source))
    late_starts = [
        f"{escape_plotly(line.symbol)} ({numbers.format_day(line.base_day)})"
        for line in lines
        if _starts_late(line, lines)
    ]
    late = f" · starting later: {', '.join(late_starts)}" if late_starts else ""
    return f"Percent change from that day's close, each in its own currency · {name}{late}"


def _starts_late(line: Rebased, lines: Sequence[Rebased]) -> bool:
    return (line.base_day - min(other.base_day for other in lines)).days > LATE_START_DAYS


def _layout(lines: Sequence[Rebased], axis: PercentAxis, palette: Palette, height: int) -> dict[str, Any]:
    sessions = pd.DatetimeIndex(sorted(set().union(*(line.pct.index for line in lines))))
    return {
        **base_layout(palette),
        "height": height,
        "margin": MARGIN,
        "hovermode": "x unified",
        "hoverlabel": hover_label(palette),
        "dragmode": "pan",
        "xaxis": {
            "rangebreaks": session_breaks(sessions) if len(sessions) else [],
            "showgrid": False,
            "tickfont": {"color": palette.muted},
            "hoverformat": "%a %-d %b %Y",
            "nticks": 8,
            "tickangle": 0,
        },
        "yaxis": {
            **axis.layout(),
            "gridcolor": palette.grid,
            "zeroline": False,
            "tickfont": {"color": palette.muted},
        },
        "shapes": [_zero_line(axis, palette)],
    }


def _zero_line(axis: PercentAxis, palette: Palette) -> dict[str, Any]:
    """Return the line of no change, which Plotly does not draw on a log axis."""
    at = 1.0 if axis.scale == "log" else 0.0
    style = {"color": palette.muted, "width": 1.2}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "layer": "below", "line": style}
