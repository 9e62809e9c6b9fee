"""Horizontal lines of a levels chart: price, highs, lows and gap edges, and the consensus over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from charts.levels.label_texts import DOTTED_KINDS
from charts.levels.plan import CONSENSUS_PATH, ChartPlan
from charts.price_traces import date_numbers, extension_sessions, session_after
from indicators.analysts.consensus import consensus_through_time
from indicators.levels import ExtremeOrigin, GapEdgeOrigin, Level, OldHighOrigin


def price_line(plan: ChartPlan) -> dict[str, Any]:
    """Return the line at the price, across the price panel."""
    return _horizontal_line(plan.analysis.price, {"color": plan.palette.ink, "width": 1.3, "dash": "dot"})


def label_lines(plan: ChartPlan) -> dict[str, Any]:
    """Return the lines from the last bar to the right edge of the price panel, one at the price of each label."""
    prices = [label.price for label in plan.labels if plan.axis.contains(label.price)]
    return {
        "type": "path",
        "path": "".join(f"M{plan.sessions[-1]:%Y-%m-%d},{price}L{plan.end:%Y-%m-%d},{price}" for price in prices),
        "xref": "x",
        "xsizemode": "scaled",
        "line": {"color": plan.palette.faint, "width": 0.7, "dash": "dot"},
    }


def level_lines(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return a faint line at each gap edge, old high and 52-week extreme on the axis, if zones are shown.

    It runs from the day on which the price was made to the end of the price panel.
    """
    if not plan.shows("zones"):
        return []
    end = session_after(plan.sessions, extension_sessions(len(plan.sessions)), plan.analysis.interval)
    style = {"color": plan.palette.faint, "width": 0.9, "dash": "dot"}
    return [
        _horizontal_line(level.price, style) | {"xref": "x", "x0": max(_day_made(plan, level), plan.start), "x1": end}
        for level in plan.analysis.levels
        if level.kind in DOTTED_KINDS and plan.axis.contains(level.price)
    ]


def _day_made(plan: ChartPlan, level: Level) -> pd.Timestamp:
    match level.origin:
        case GapEdgeOrigin(gap):
            return pd.Timestamp(gap.day)
        case OldHighOrigin(old_high):
            return pd.Timestamp(old_high.day)
        case ExtremeOrigin(extreme):
            prices = plan.analysis.daily_bars[extreme]
            return prices.index[np.flatnonzero(prices.to_numpy() == level.price)[-1]]
        case _:
            return plan.start


def _horizontal_line(price: float, style: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x domain",
        "xsizemode": "scaled",
        "x0": 0,
        "x1": 1,
        "y0": price,
        "y1": price,
        "line": style,
    }


def consensus_traces(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the mean of the live targets on each visible session as a step line, with their count on hover."""
    path = consensus_through_time(plan.analysis.published, pd.DatetimeIndex(plan.visible.index))
    if path["mean"].isna().all():
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": CONSENSUS_PATH,
            "x": date_numbers(plan.sessions),
            "y": path["mean"].to_numpy(),
            "customdata": path["count"].to_numpy(),
            "line": {"color": plan.palette.consensus, "width": 1.8, "shape": "hv", "dash": "dashdot"},
            "hovertemplate": f"Consensus %{{y:,.{plan.places}f}} (n = %{{customdata}})<extra></extra>",
            "showlegend": True,
        }
    ]
