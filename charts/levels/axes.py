"""Plotly layout and axes of a levels chart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from charts.base_layout import base_layout, hover_label
from charts.levels.frame import LEGEND_FONT_PX
from charts.levels.plan import TICK_FONT_PX, ChartPlan
from charts.panes.momentum_panes import FIRST_PANE_AXIS, pane_axis
from charts.price_axis import round_step
from charts.price_traces import session_breaks
from indicators.intervals.bar_units import Interval
from text import numbers

VOLUME_FONT_PX, MIN_TICK_SPACING_PX = 10, 14
AXIS_LEAD: dict[Interval, pd.Timedelta] = {  # from the axis' start to the first bar's day, its last session
    "1d": pd.Timedelta(hours=18),
    "1wk": pd.Timedelta(days=6),
    "1mo": pd.Timedelta(days=32),
}
HOVER_FORMATS: dict[Interval, str] = {"1d": "%a %-d %b %Y", "1wk": "Week to %a %-d %b %Y", "1mo": "%B %Y"}
DATE_FORMATS = [  # one line each: Plotly's default puts the year on a second line, into the footer
    {"dtickrange": [None, "M1"], "value": "%-d %b"},
    {"dtickrange": ["M1", "M12"], "value": "%b %Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
PIXELS_PER_DATE = 100

# Most texts and lines stand right of the price panel, at a price: said once, a chart is built in less time
RIGHT_OF_PRICES = {
    "xref": "paper",
    "x": 1.0,
    "xanchor": "left",
    "yref": "y",
    "yanchor": "middle",
    "align": "left",
    "showarrow": False,
}
LINE_RIGHT_OF_PRICES = {"xref": "paper", "xsizemode": "pixel", "xanchor": 1.0, "yref": "y", "layer": "below"}


def chart_layout(plan: ChartPlan) -> dict[str, Any]:
    """Return the chart's layout without its annotations and shapes.

    Plotly keeps the user's zoom as long as `uirevision` stays the same.
    """
    palette, analysis, frame = plan.palette, plan.analysis, plan.frame
    return {
        **base_layout(palette),
        "template": {"layout": {"annotationdefaults": RIGHT_OF_PRICES, "shapedefaults": LINE_RIGHT_OF_PRICES}},
        "height": frame.full_height,
        "margin": frame.margin,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverlabel": hover_label(palette),
        "showlegend": True,  # without a name in it there is none to see; the hover box takes its order from it
        "modebar": {"bgcolor": palette.ground, "color": palette.faint, "activecolor": palette.ink},
        "dragmode": "pan",
        "legend": _legend(plan),
        "bargap": 0.25,
        "uirevision": f"{analysis.symbol} {analysis.as_of} {plan.start} {analysis.scale} {analysis.interval}",
        "xaxis": _date_axis(plan),
        "yaxis": _price_axis(plan),
        "yaxis2": _volume_axis(plan),
    } | {
        f"yaxis{FIRST_PANE_AXIS + number}": pane_axis(pane, frame.pane_domain(number), palette)
        for number, pane in enumerate(plan.panes)
    }


def _legend(plan: ChartPlan) -> dict[str, Any]:
    """Return the legend, above the price panel; the hover box lists the traces in its order."""
    return {
        "traceorder": "normal",
        "orientation": "h",
        "x": 1.0,
        "xanchor": "right",
        "y": 1.0,
        "yanchor": "bottom",
        "font": {"color": plan.palette.muted, "size": LEGEND_FONT_PX},
        "bgcolor": "rgba(0,0,0,0)",
        "itemclick": False,
        "itemdoubleclick": False,
    }


def _date_axis(plan: ChartPlan) -> dict[str, Any]:
    sessions, interval = plan.sessions, plan.analysis.interval
    return {
        "type": "date",
        "anchor": plan.lowest_axis,
        "range": [
            plan.start - AXIS_LEAD[interval],
            plan.end,
        ],
        "rangebreaks": session_breaks(sessions, interval),
        "rangeslider": {"visible": False},
        "showgrid": False,
        "tickfont": {"color": plan.palette.muted, "size": TICK_FONT_PX},
        "tickformatstops": DATE_FORMATS,
        "hoverformat": HOVER_FORMATS[interval],
        "nticks": max(2, min(6, round(plan.frame.plot_width / PIXELS_PER_DATE))),
        "tickangle": 0,
    }


def _price_axis(plan: ChartPlan) -> dict[str, Any]:
    return {
        "domain": [plan.frame.price_panel_bottom, 1],
        "gridcolor": plan.palette.grid,
        "zeroline": False,
        "tickfont": {"color": plan.palette.muted, "size": TICK_FONT_PX},
        **plan.axis.layout(plan.analysis.price_format),
    }


def _volume_axis(plan: ChartPlan) -> dict[str, Any]:
    highest = float(plan.visible["volume"].max())
    unit, _ = numbers.volume_unit(highest)
    ticks = _volume_ticks(highest, plan.frame.volume_height)
    return {
        "domain": list(plan.frame.volume_domain),
        "anchor": "x",
        "gridcolor": plan.palette.grid,
        "zeroline": False,
        "tickvals": [tick / unit for tick in ticks],
        "ticktext": [numbers.format_volume(tick) for tick in ticks],
        "tickfont": {"color": plan.palette.faint, "size": VOLUME_FONT_PX},
        "fixedrange": True,
        "visible": plan.shows("volume"),
    }


def _volume_ticks(highest: float, height: float) -> list[float]:
    """Return two round volumes up to the highest, or one where they would touch; zero would touch the dates."""
    if not highest > 0.0:
        return []
    step = round_step(highest / 2.0)
    return [step, 2.0 * step] if step / highest * height >= MIN_TICK_SPACING_PX else [2.0 * step]
