"""Up to eight tickers on one picture, each in percent of the same day's close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_mark, text_annotation
from charts.label_spacing import spread_labels
from charts.palette import PALETTES, Palette, Theme
from charts.price_traces import session_breaks
from charts.source_names import source_name
from indicators.rebase import Rebased
from market.sources import is_demo
from text import numbers
from text.escape import escape_plotly

MOST = 8  # more lines than that are a tangle, whatever their colours
WIDTH, HEIGHT = 1600, 900  # of the PNG
MARGIN = {"l": 64, "r": 132, "t": 84, "b": 62}
GAP = 18.0  # pixels between two labels of 12 px type

# After Okabe & Ito (https://jfly.uni-koeln.de/color/), moved as little as makes any two of the lines drawn alike differ
# by a CIELAB distance of 22 for the colour-blind too; the second four are dashed, for eight hues are too many for them
COLOURS: dict[Theme, tuple[str, ...]] = {
    "light": ("#0872b2", "#e05b0b", "#14181f", "#991e6b", "#336646", "#7f5206", "#238eb2", "#6847cc"),
    "dark": ("#60a9f2", "#f2693c", "#f1f4f8", "#bf4ca2", "#2fbf89", "#d8a756", "#a9d6f2", "#9760f2"),
}
DASHES = ("solid",) * 4 + ("dash",) * 4


def compare_figure(
    lines: Sequence[Rebased], source: str, price_basis: str, theme: Theme = "light", height: int = 620
) -> go.Figure:
    """One line a ticker, named at its right end; `height` pixels high and as wide as its frame."""
    palette = PALETTES[theme]
    lines = lines[:MOST]
    colours = COLOURS[theme]
    return go.Figure(
        {
            "data": [_trace(line, colours[rank], DASHES[rank]) for rank, line in enumerate(lines)],
            "layout": _layout(lines, palette, height)
            | {"annotations": [*_title(lines, source, price_basis, palette), *_ends(lines, colours, height)]},
        }
    )


def compare_file(lines: Sequence[Rebased]) -> str:
    """The stem of the picture's file: `compare_2025-11-24`."""
    return f"compare_{max(line.pct.index[-1] for line in lines):%Y-%m-%d}" if lines else "compare"


def _trace(each: Rebased, colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escape_plotly(each.symbol),
        "x": each.pct.index.to_numpy(),
        "y": each.pct.to_numpy(),
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"{escape_plotly(each.symbol)} %{{y:+,.1f}}%<extra></extra>",
        "showlegend": False,
    }


def _range(lines: Sequence[Rebased]) -> tuple[float, float]:
    low = min((float(line.pct.min()) for line in lines), default=0.0)
    high = max((float(line.pct.max()) for line in lines), default=0.0)
    room = 0.05 * max(high - low, 1.0)
    return max(low - room, -100.0 - room / 5), high + room  # nothing loses more than all


def _ends(lines: Sequence[Rebased], colours: Sequence[str], height: int) -> list[dict[str, Any]]:
    """Each line's name and last figure in its colour, spread so that none covers another."""
    low, high = _range(lines)
    plot = height - MARGIN["t"] - MARGIN["b"]
    wanted = [plot * (float(line.pct.iloc[-1]) - low) / (high - low) for line in lines]
    placed = spread_labels(wanted, GAP, 6.0, plot - 6.0)
    return [
        text_annotation(
            f"<b>{escape_plotly(line.symbol)}</b> {numbers.format_percent(float(line.pct.iloc[-1]))}",
            1.0,
            float(at) / plot,
            colour,
            12,
            xshift=8,
            yanchor="middle",
        )
        for line, at, colour in zip(lines, placed, colours, strict=False)
    ]


def _title(lines: Sequence[Rebased], source: str, price_basis: str, palette: Palette) -> list[dict[str, Any]]:
    day = min((line.base_day for line in lines), default=None)
    since = f" since {numbers.format_day(day)}" if day else ""
    under = sample_mark(palette) if is_demo(source) else escape_plotly(source_name(source))
    late = [
        f"{escape_plotly(line.symbol)} from {numbers.format_day(line.base_day)}"
        for line in lines
        if _began_late(line, lines)
    ]
    joined = f" · {', '.join(late)}, where its prices begin" if late else ""
    told = f"Each ticker's close against its close of that day, in its own currency · {under}{joined}"
    foot = f"{price_basis.capitalize()} closes · Levelboard"
    left = 18 - MARGIN["l"]
    return [
        text_annotation(
            f"<b>Change in percent</b>{since}", 0.0, 1.0, palette.ink, 19, yanchor="bottom", yshift=40, xshift=left
        ),
        text_annotation(told, 0.0, 1.0, palette.muted, 12, yanchor="bottom", yshift=18, xshift=left),
        text_annotation(foot, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-36, xshift=left),
    ]


def _began_late(each: Rebased, lines: Sequence[Rebased]) -> bool:
    """Its first close came more than a long weekend after the others' base."""
    return (each.base_day - min(other.base_day for other in lines)).days > 5


def _layout(lines: Sequence[Rebased], palette: Palette, height: int) -> dict[str, Any]:
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
            "range": list(_range(lines)),
            "ticksuffix": "%",
            "tickformat": ",",  # with a sign Plotly writes +0%
            "gridcolor": palette.grid,
            "zeroline": True,
            "zerolinecolor": palette.muted,
            "zerolinewidth": 1.2,
            "tickfont": {"color": palette.muted},
        },
    }
