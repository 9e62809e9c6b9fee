"""Rating changes on the price panel: an arrow at the candle of each day that has some."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import pandas as pd

from charts.palette import Palette
from charts.price_axis import PriceAxis
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.intervals.interval_bars import bars_holding
from text.escape import escape_plotly
from text.numbers import PriceFormat

MARK_CLEARANCE_PX = 16.0  # between a candle's wick and the arrow
EDGE_CLEARANCE_PX = 6.0  # between an arrow and the end of the axis
MARKED_ACTIONS = ("upgraded", "downgraded", "initiated")
MAX_HOVER_LINES = 6


def rating_traces(analysis: Analysis, visible: pd.DataFrame, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """Return one trace with an arrow per visible day with an upgrade, a downgrade or an initiation."""
    changes = [
        change
        for change in rating_changes(analysis.published, analysis.as_of)
        if change.action in MARKED_ACTIONS and change.date >= visible.index[0].date()
    ]
    if not changes:
        return []
    by_day = [(day, list(group)) for day, group in groupby(reversed(changes), key=lambda change: change.date)]
    days = pd.DatetimeIndex([day for day, _ in by_day])
    sessions = bars_holding(days, pd.DatetimeIndex(analysis.daily_bars.index), pd.DatetimeIndex(visible.index))
    positive = [_is_positive(day_changes) for _, day_changes in by_day]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": visible.index[sessions].to_numpy(),
            "y": [_arrow_price(visible.iloc[row], up, axis) for row, up in zip(sessions, positive, strict=True)],
            "marker": {
                "symbol": ["arrow-up" if up else "arrow-down" for up in positive],
                "size": 12,
                "color": [palette.rise if up else palette.fall for up in positive],
                "line": {"width": 1, "color": palette.ground},
            },
            "hovertext": [_hover_text(day_changes, analysis.price_format) for _, day_changes in by_day],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "showlegend": False,
        }
    ]


def _is_positive(changes: Iterable[RatingChange]) -> bool:
    """Return whether there are at least as many upgrades as downgrades."""
    return sum({"upgraded": 1, "downgraded": -1}.get(change.action or "", 0) for change in changes) >= 0


def _arrow_price(bar: pd.Series, up: bool, axis: PriceAxis) -> float:
    """Return the price at which the arrow points at its candle: below the low if up, above the high if down."""
    pixel = axis.pixel(bar["low"]) - MARK_CLEARANCE_PX if up else axis.pixel(bar["high"]) + MARK_CLEARANCE_PX
    return axis.price_at(min(max(pixel, EDGE_CLEARANCE_PX), axis.height - EDGE_CLEARANCE_PX))


def _hover_text(changes: list[RatingChange], written: PriceFormat) -> str:
    lines = [
        f"<b>{escape_plotly(change.firm)}</b> {change.action}: {escape_plotly(change.words(written), 90)}"
        for change in changes
    ]
    more = [f"and {len(lines) - MAX_HOVER_LINES} more"] if len(lines) > MAX_HOVER_LINES else []
    return "<br>".join(lines[:MAX_HOVER_LINES] + more)
