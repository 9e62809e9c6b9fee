"""Earnings, dividends and splits: small marks on the time axis, and a line at the next earnings day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from charts.base_layout import text_annotation
from charts.levels.plan import ChartPlan
from indicators.intervals.interval_bars import bars_holding
from market.events.company_events import CompanyEvent, Earnings, EventKind
from market.events.event_phrases import event_phrase
from text import numbers
from text.escape import escape_plotly

EVENT_AXIS = "y9"
KINDS: tuple[EventKind, ...] = ("earnings", "split", "dividend")  # of several, the first of these gives its letter
MARK_PX, MARK_SPACING_PX = 13, 15.0
MAX_TOLD = 6
MARK_HEIGHT_PX = 9.0  # of its middle above the time axis
LETTER_FONT_PX, NEXT_FONT_PX = 9, 11

Mark = tuple[int, list[CompanyEvent]]


def event_traces(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return one trace with the marks of the visible bars, a letter in a circle each, and their figures on hover."""
    marks = _marks(plan)
    if not marks:
        return []
    palette, rows = plan.palette, [row for row, _ in marks]
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "Events",
            "x": plan.sessions[rows].to_numpy(),
            "y": [MARK_HEIGHT_PX] * len(rows),
            "yaxis": EVENT_AXIS,
            "cliponaxis": False,
            "marker": {"size": MARK_PX, "color": palette.ground, "line": {"width": 1, "color": palette.muted}},
            "text": [min((event.kind for event in events), key=KINDS.index)[0].upper() for _, events in marks],
            "textposition": "middle center",
            "textfont": {"size": LETTER_FONT_PX, "color": palette.ink},
            "hovertext": [_hover_text(plan, row, events) for row, events in marks],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "showlegend": False,
        }
    ]


def event_axis(plan: ChartPlan) -> dict[str, Any]:
    """Return the invisible axis of the marks, in pixels above the time axis."""
    return {
        "overlaying": plan.lowest_axis,
        "anchor": "x",
        "range": [0.0, plan.frame.lowest_panel_height],
        "fixedrange": True,
        "visible": False,
    }


def next_earnings_line(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the dashed line at the next earnings day, at the right edge where the day lies beyond it."""
    upcoming = _next_earnings(plan)
    if upcoming is None:
        return []
    day = min(pd.Timestamp(upcoming.day), plan.end)
    return [
        {
            "type": "line",
            "xref": "x",
            "xsizemode": "scaled",
            "yref": "paper",
            "x0": day,
            "x1": day,
            "y0": 0.0,
            "y1": 1.0,
            "line": {"color": plan.palette.faint, "width": 1, "dash": "dash"},
        }
    ]


def next_earnings_text(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the name of that line, left of its foot, with an arrow where the day lies beyond the edge."""
    upcoming = _next_earnings(plan)
    if upcoming is None:
        return []
    day = pd.Timestamp(upcoming.day)
    about = "about " if upcoming.day_is_estimate else ""
    text = f"Earnings {about}{numbers.format_day_and_month(upcoming.day)}{' →' if day > plan.end else ''}"
    foot = 2.0 * MARK_HEIGHT_PX if plan.lowest_axis == "y" else 0.0
    place = {
        "xref": "x",
        "x": min(day, plan.end),
        "xanchor": "right",
        "xshift": -3,
        "yanchor": "bottom",
        "yshift": foot,
    }
    palette, frame = plan.palette, plan.frame
    found = text_annotation(text, 1.0, frame.price_panel_bottom, palette.muted, NEXT_FONT_PX, bgcolor=palette.ground)
    return [found | place]


def _next_earnings(plan: ChartPlan) -> Earnings | None:
    return plan.analysis.next_earnings if plan.shows("events") else None


def _marks(plan: ChartPlan) -> list[Mark]:
    """Return the row of the visible bar that each mark stands at, and the events it stands for, the newest first.

    Events closer than the width of a mark share one, at the newest of them.
    """
    analysis, bars = plan.analysis, plan.sessions
    hidden = analysis.bars.index[: len(analysis.bars) - len(bars)]
    events = [event for event in reversed(analysis.events) if hidden.empty or event.day > hidden[-1].date()]
    sessions = pd.DatetimeIndex(analysis.daily_bars.index)
    rows = bars_holding(pd.DatetimeIndex([event.day for event in events]), sessions, bars)
    bars_per_mark = math.ceil(MARK_SPACING_PX * len(bars) / plan.frame.plot_width)
    marks: list[Mark] = []
    for row, event in zip(rows.tolist(), events, strict=True):
        if row < 0:  # before the first bar there is nothing to mark
            break
        if marks and marks[-1][0] - row < bars_per_mark:
            marks[-1][1].append(event)
        else:
            marks.append((row, [event]))
    return marks


def _hover_text(plan: ChartPlan, row: int, events: Sequence[CompanyEvent]) -> str:
    """Return what the mark stands for, each event with its day where that is not the bar's."""
    written, bar_day = plan.analysis.price_format, plan.sessions[row].date()
    lines = [
        event_phrase(event, written) + ("" if event.day == bar_day else f" on {numbers.format_day(event.day)}")
        for event in events
    ]
    more = [f"and {len(lines) - MAX_TOLD} more"] if len(lines) > MAX_TOLD else []
    return "<br>".join(escape_plotly(line) for line in lines[:MAX_TOLD] + more)
