"""Plotly layout and axes of a levels chart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from charts.base_layout import base_layout, hover_label
from charts.levels.frame import PRICE_PANEL_BOTTOM, VOLUME_PANEL_TOP
from charts.levels.plan import ChartPlan
from charts.price_traces import extension_sessions, session_after, session_breaks
from indicators.intervals.bar_units import Interval

VOLUME_FONT_PX = 10
LABELS_RIGHT_GAP_SHARE = 0.004  # of the plot's width, between the labels' axis and the target panel
AXIS_LEAD: dict[Interval, pd.Timedelta] = {  # from the axis' start to the first bar's day, its last session
    "1d": pd.Timedelta(hours=18),
    "1wk": pd.Timedelta(days=6),
    "1mo": pd.Timedelta(days=32),
}
DATE_FORMATS = [  # one line each: Plotly's default puts the year on a second line, into the footer
    {"dtickrange": [None, "M1"], "value": "%-d %b"},
    {"dtickrange": ["M1", "M12"], "value": "%b %Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def chart_layout(plan: ChartPlan) -> dict[str, Any]:
    """Return the chart's layout without its annotations and shapes.

    Plotly keeps the user's zoom as long as `uirevision` stays the same.
    """
    palette, analysis, frame = plan.palette, plan.analysis, plan.frame
    return {
        **base_layout(palette),
        "height": frame.full_height,
        "margin": frame.margin,
        "hovermode": "x unified",
        "hoverlabel": hover_label(palette),
        "modebar": {"bgcolor": palette.ground, "color": palette.faint, "activecolor": palette.ink},
        "dragmode": "pan",
        "bargap": 0.25,
        "uirevision": f"{analysis.symbol} {analysis.as_of} {plan.start} {analysis.scale} {analysis.interval}",
        "xaxis": _date_axis(plan),
        **_label_and_target_axes(plan),
        "yaxis": _price_axis(plan),
        "yaxis2": _volume_axis(plan),
    }


def _date_axis(plan: ChartPlan) -> dict[str, Any]:
    sessions, interval = plan.sessions, plan.analysis.interval
    return {
        "domain": [0, plan.frame.price_panel_end],
        "anchor": "y2",
        "range": [
            plan.start - AXIS_LEAD[interval],
            session_after(sessions, extension_sessions(len(sessions)) + 1, interval),
        ],
        "rangebreaks": session_breaks(sessions, interval),
        "rangeslider": {"visible": False},
        "showgrid": False,
        "tickfont": {"color": plan.palette.muted},
        "tickformatstops": DATE_FORMATS,
        "hoverformat": "%a %-d %b %Y",
        "nticks": 6,
        "tickangle": 0,
    }


def _label_and_target_axes(plan: ChartPlan) -> dict[str, Any]:
    """Return the invisible horizontal axes of the level labels (x2) and of the target panel (x3)."""
    invisible = {"showgrid": False, "zeroline": False, "fixedrange": True, "showticklabels": False, "anchor": "y"}
    frame = plan.frame
    labels_end = frame.target_panel_start - LABELS_RIGHT_GAP_SHARE
    return {
        "xaxis2": invisible | {"domain": [frame.price_panel_end, labels_end], "range": [0, 1]},
        "xaxis3": invisible
        | {"domain": [min(frame.target_panel_start, 0.999), 1.0], "range": [-0.5, max(frame.firms, 1) - 0.5]},
    }


def _price_axis(plan: ChartPlan) -> dict[str, Any]:
    return {
        "domain": [PRICE_PANEL_BOTTOM, 1],
        "gridcolor": plan.palette.grid,
        "zeroline": False,
        "tickfont": {"color": plan.palette.muted},
        **plan.axis.layout(plan.analysis.price_format),
    }


def _volume_axis(plan: ChartPlan) -> dict[str, Any]:
    return {
        "domain": [0, VOLUME_PANEL_TOP],
        "anchor": "x",
        "gridcolor": plan.palette.grid,
        "zeroline": False,
        "nticks": 3,
        "tickformat": "~s",
        "tickfont": {"color": plan.palette.faint, "size": VOLUME_FONT_PX},
        "fixedrange": True,
        "visible": plan.shows("volume"),
    }
