"""The levels chart: technical levels and every analyst's target on one price axis."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from charts.level_highlight import highlight_shapes, highlight_traces
from charts.levels.axes import chart_layout
from charts.levels.edge_labels import edge_label_items
from charts.levels.event_marks import event_axis, event_traces, next_earnings_line, next_earnings_text
from charts.levels.horizontal_lines import consensus_traces, label_lines, level_lines, price_line
from charts.levels.plan import ChartPlan, plan_chart
from charts.levels.rail_marks import rail_hover_areas, rail_shapes
from charts.levels.rail_texts import rail_texts
from charts.levels.rating_marks import rating_traces
from charts.levels.title_and_footer import caption_and_footer, title_annotations
from charts.options import DEFAULT_OVERLAYS, Highlight, Overlay, Period
from charts.palette import PALETTES, Theme
from charts.panes.momentum_panes import pane_axis_id, pane_traces
from charts.price_traces import (
    band_traces,
    bar_slots,
    candle_traces,
    ema_traces,
    trendline_traces,
    volume_traces,
    zone_shapes,
)
from indicators.analysis import Analysis

MIN_PAGE_WIDTH_PX = 920  # what a page has beside its sidebar
PHONE_WIDTH_PX = 340  # what a page has on a narrow phone
BEHIND_CANDLES = -1
PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX = 1600, 900


def levels_figure(
    analysis: Analysis,
    period: Period = "1y",
    overlays: frozenset[Overlay] = DEFAULT_OVERLAYS,
    theme: Theme = "light",
    height: int = 780,
    width: int = MIN_PAGE_WIDTH_PX,
    caption: str = "",
    highlight: Highlight | None = None,
) -> go.Figure:
    """Return the levels chart of one analysis, `height` pixels high and as wide as its container.

    Labels never overlap in a container at least `width` pixels wide. `caption`, such as the technical
    read, stands below the plot; its lines add to the height. `highlight`: of daily bars, a level to emphasize.
    """
    highlight = highlight if analysis.interval == "1d" else None
    plan = plan_chart(analysis, period, overlays, PALETTES[theme], height, width, caption, highlight)
    labels, leader_lines = edge_label_items(plan.labels, plan.axis, plan.palette)
    for number, (pane, names) in enumerate(zip(plan.panes, plan.pane_labels, strict=True)):
        axis = pane.axis(plan.frame.pane_height)
        pane_labels, pane_leaders = edge_label_items(names, axis, plan.palette, pane_axis_id(number))
        labels, leader_lines = [*labels, *pane_labels], [*leader_lines, *pane_leaders]
    zones = zone_shapes(plan.zones, analysis.price, plan.axis, plan.palette)
    return go.Figure(
        {
            "data": _traces(plan),
            "layout": chart_layout(plan)
            | {
                "yaxis9": event_axis(plan),
                "annotations": [
                    *title_annotations(plan),
                    *caption_and_footer(plan),
                    *labels,
                    *rail_hover_areas(plan),
                    *rail_texts(plan),
                    *next_earnings_text(plan),
                ],
                "shapes": [
                    *highlight_shapes(plan),
                    *zones,
                    *level_lines(plan),
                    label_lines(plan),
                    price_line(plan),
                    *rail_shapes(plan),
                    *leader_lines,
                    *next_earnings_line(plan),
                ],
            },
        },
        _validate=False,  # Plotly's checks take as long as all the rest; the tests make them
    )


def levels_picture(
    analysis: Analysis,
    period: Period = "1y",
    overlays: frozenset[Overlay] = DEFAULT_OVERLAYS,
    theme: Theme = "light",
    caption: str = "",
) -> go.Figure:
    """Return the levels chart as a picture of its own: 1600 x 900 pixels, higher by the lines of its caption."""
    return levels_figure(analysis, period, overlays, theme, PICTURE_HEIGHT_PX, PICTURE_WIDTH_PX, caption)


def _traces(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the traces of the overlays shown, in the order in which the hover box lists them."""
    analysis, start, palette, places = plan.analysis, plan.start, plan.palette, plan.places
    bands = band_traces(analysis, start, palette, places) if plan.shows("bands") else []
    traces = [
        *highlight_traces(plan),
        *candle_traces(plan.visible, palette, places),
        *(ema_traces(analysis, start, palette, places) if plan.shows("emas") else ()),
        *(band | {"zorder": BEHIND_CANDLES} for band in bands),
        *trendline_traces(plan.lines, plan.visible, palette, places, analysis.interval),
        *(volume_traces(plan.visible, palette) if plan.shows("volume") else ()),
        *(
            trace
            for number, pane in enumerate(plan.panes)
            for trace in pane_traces(pane, pane_axis_id(number), palette)
        ),
        *(consensus_traces(plan) if plan.shows("consensus") else ()),
        *(rating_traces(plan) if plan.shows("ratings") else ()),
    ]
    traces += event_traces(plan) if plan.shows("events") else []
    slots = bar_slots(analysis.interval)
    return [trace | slots for trace in traces]
