"""Rating changes on the price panel: a mark at the candle of each day that has some."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from charts.levels.plan import DOWNGRADED, UPGRADED, ChartPlan
from charts.price_axis import PriceAxis
from charts.price_traces import date_numbers
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.intervals.interval_bars import bars_holding
from text.escape import escape_plotly
from text.numbers import PriceFormat

MARK_WIDTH_PX, MARK_SPACING_PX = 11, 14.0
MARK_CLEARANCE_PX = 16.0  # between a candle's wick and the mark
EDGE_CLEARANCE_PX = 6.0  # between a mark and the end of the axis
MARKED_ACTIONS = ("upgraded", "downgraded", "initiated")
MAX_TOLD = 4


def rating_traces(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the marks of days with an upgrade, a downgrade or an initiation: one trace of those up, one of those down.

    Days closer than the width of a mark share one, at the newest of them.
    """
    marks = _marks(plan)
    return [
        _mark_trace(plan, [mark for mark in marks if _is_positive(mark[1]) == up], up)
        for up in (True, False)
        if any(_is_positive(changes) == up for _, changes in marks)
    ]


def _marks(plan: ChartPlan) -> list[tuple[int, list[RatingChange]]]:
    """Return the row of the bar that each mark stands at, and the changes that it stands for, the newest first."""
    analysis, bars = plan.analysis, plan.sessions
    daily = analysis.daily_bars
    changes = [
        change
        for change in rating_changes(analysis.published, analysis.as_of)
        if change.action in MARKED_ACTIONS and change.date >= plan.start.date()
    ]
    rows = bars_holding(pd.DatetimeIndex([change.date for change in changes]), pd.DatetimeIndex(daily.index), bars)
    bars_per_mark = math.ceil(MARK_SPACING_PX * len(bars) / plan.frame.plot_width)
    marks: list[tuple[int, list[RatingChange]]] = []
    for row, change in zip(rows.tolist(), changes, strict=True):
        if marks and marks[-1][0] - row < bars_per_mark:
            marks[-1][1].append(change)
        else:
            marks.append((row, [change]))
    return marks


def _mark_trace(plan: ChartPlan, marks: Sequence[tuple[int, list[RatingChange]]], up: bool) -> dict[str, Any]:
    rows = [row for row, _ in marks]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": UPGRADED if up else DOWNGRADED,
        "x": date_numbers(plan.sessions[rows]),
        "y": [_mark_price(plan.visible.iloc[row], up, plan.axis) for row in rows],
        "marker": {
            "symbol": "circle-cross-open" if up else "circle-x-open",
            "size": MARK_WIDTH_PX,
            "color": plan.palette.rise if up else plan.palette.fall,
            "line": {"width": 1.6},
        },
        "hovertext": [_hover_text(changes, plan.analysis.price_format) for _, changes in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": True,
    }


def _is_positive(changes: Iterable[RatingChange]) -> bool:
    """Return whether there are at least as many upgrades as downgrades."""
    return sum({"upgraded": 1, "downgraded": -1}.get(change.action or "", 0) for change in changes) >= 0


def _mark_price(bar: pd.Series, up: bool, axis: PriceAxis) -> float:
    """Return the price at which the mark points at its candle: below the low if up, above the high if down."""
    pixel = axis.pixel(bar["low"]) - MARK_CLEARANCE_PX if up else axis.pixel(bar["high"]) + MARK_CLEARANCE_PX
    return axis.price_at(min(max(pixel, EDGE_CLEARANCE_PX), axis.height - EDGE_CLEARANCE_PX))


def _hover_text(changes: list[RatingChange], written: PriceFormat) -> str:
    lines = [
        f"<b>{escape_plotly(change.firm)}</b> {change.action}<br>{escape_plotly(change.words(written), 90)}"
        for change in changes
    ]
    more = [f"and {len(lines) - MAX_TOLD} more"] if len(lines) > MAX_TOLD else []
    return "<br>".join(lines[:MAX_TOLD] + more)
