"""On the price panel, when asked for: each rating change at its day, and the consensus as a step line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import pandas as pd

from charts.palette import Palette
from charts.price_axis import PriceAxis
from indicators.analysis import Analysis
from indicators.analysts.consensus import consensus_through_time
from indicators.analysts.rating_changes import RatingChange, rating_changes
from text.escape import escape_plotly

CLEARANCE = 16.0  # pixels between a candle's wick and the mark
NEWS = ("upgraded", "downgraded", "initiated")
LINES_A_MARK = 6


def rating_traces(analysis: Analysis, visible: pd.DataFrame, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """A mark for each visible day with an upgrade, a downgrade or an initiation; what was said on hover."""
    news = [
        change
        for change in rating_changes(analysis.published, analysis.bars["close"], analysis.as_of)
        if change.action in NEWS and change.date >= visible.index[0].date()
    ]
    if not news:
        return []
    days = [(day, list(said)) for day, said in groupby(reversed(news), key=lambda item: item.date)]
    sessions = visible.index.searchsorted(pd.DatetimeIndex([day for day, _ in days]), side="right") - 1
    good = [_is_good(said) for _, said in days]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": visible.index[sessions].to_numpy(),
            "y": [_height(visible.iloc[row], up, axis) for row, up in zip(sessions, good, strict=True)],
            "marker": {
                "symbol": ["arrow-up" if up else "arrow-down" for up in good],
                "size": 12,
                "color": [palette.rise if up else palette.fall for up in good],
                "line": {"width": 1, "color": palette.ground},
            },
            "hovertext": [_said(said, analysis.currency) for _, said in days],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "showlegend": False,
        }
    ]


def _is_good(said: Iterable[RatingChange]) -> bool:
    """An up arrow unless the day's news is more downgrades than upgrades."""
    return sum({"upgraded": 1, "downgraded": -1}.get(message.action or "", 0) for message in said) >= 0


def _height(bar: pd.Series, up: bool, axis: PriceAxis) -> float:
    """Below the low for good news, above the high for bad: an arrow points at its candle."""
    pixel = axis.pixel(bar["low"]) - CLEARANCE if up else axis.pixel(bar["high"]) + CLEARANCE
    return axis.price_at(min(max(pixel, 6.0), axis.height - 6.0))


def _said(said: list[RatingChange], currency: str) -> str:
    lines = [
        f"<b>{escape_plotly(message.firm)}</b> {message.action}: {escape_plotly(message.words(currency), 90)}"
        for message in said
    ]
    more = [f"and {len(lines) - LINES_A_MARK} more"] if len(lines) > LINES_A_MARK else []
    return "<br>".join(lines[:LINES_A_MARK] + more)


def consensus_traces(analysis: Analysis, visible: pd.DataFrame, palette: Palette, places: int) -> list[dict[str, Any]]:
    """The mean of the live targets on each visible session: the price chases it, or it the price."""
    path = consensus_through_time(analysis.published, pd.DatetimeIndex(visible.index))
    if path["mean"].isna().all():
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Consensus",
            "x": visible.index.to_numpy(),
            "y": path["mean"].to_numpy(),
            "customdata": path["count"].to_numpy(),
            "line": {"color": palette.consensus, "width": 1.8, "shape": "hv", "dash": "dashdot"},
            "hovertemplate": f"Consensus %{{y:,.{places}f}} of %{{customdata}}<extra></extra>",
            "showlegend": False,
        }
    ]
