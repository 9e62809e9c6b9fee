"""The level that a link points to, marked as with a felt pen: along its line, and behind its label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from charts.levels.edge_labels import EdgeLabel
from charts.options import Highlight
from charts.palette import Palette
from charts.price_traces import date_numbers
from indicators.analysis import Analysis
from indicators.levels import BANDS, BandOrigin, EmaOrigin, Level, TrendlineOrigin, level_key

if TYPE_CHECKING:
    from charts.levels.plan import ChartPlan

PEN_PX = 9  # wide enough to be seen beside the widest line, narrow enough to leave the candles legible
GONE = "Level"  # the name of one that is there no more


def highlighted_price(analysis: Analysis, highlight: Highlight) -> float | None:
    """Return the price of the level today, else where it stood; None for one that was never known."""
    level = _find_level(analysis, highlight.key)
    return highlight.price if level is None else level.price


def highlight_labels(
    labels: Iterable[EdgeLabel], analysis: Analysis, highlight: Highlight, palette: Palette
) -> Iterator[EdgeLabel]:
    """Yield the labels, that of the level highlighted; it gets one of its own where there is none."""
    found = False
    for label in labels:
        is_meant = label.key == highlight.key
        found = found or is_meant
        yield replace(label, highlighted=True) if is_meant else label
    at = highlighted_price(analysis, highlight)
    if not found and at is not None:
        level = _find_level(analysis, highlight.key)
        name = GONE if level is None else level.label
        yield EdgeLabel(name, analysis.price_format.number(at), at, palette.ink, name, highlighted=True)


def highlight_traces(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the stroke along a level that moves: an EMA, a band, a trendline."""
    series = _series(plan)
    if series is None:
        return []
    visible = series.loc[plan.start :]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": date_numbers(pd.DatetimeIndex(visible.index)),
            "y": visible.to_numpy(),
            "line": {"color": plan.palette.highlight, "width": PEN_PX},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


def highlight_shapes(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the stroke at the price of a level that stands still, across the price panel; the whole of a zone."""
    highlight = plan.highlight
    if highlight is None or _series(plan) is not None:
        return []
    prices = [level.price for level in plan.analysis.levels if level_key(level.origin) == highlight.key]
    if not prices and highlight.price is not None:
        prices = [highlight.price]
    if not prices or max(prices) < plan.axis.low or min(prices) > plan.axis.high:
        return []
    return [
        {
            "type": "rect",
            "xref": "x domain",
            "xsizemode": "scaled",
            "x0": 0,
            "x1": 1,
            "y0": plan.axis.clamp(min(prices)),
            "y1": plan.axis.clamp(max(prices)),
            "fillcolor": plan.palette.highlight,
            "line": {"color": plan.palette.highlight, "width": PEN_PX if len(set(prices)) == 1 else 1},
            "layer": "below",
        }
    ]


def _find_level(analysis: Analysis, key: str) -> Level | None:
    """Return the level of that key today; of a zone, the edge that the price meets first."""
    found = [level for level in analysis.levels if level_key(level.origin) == key]
    return min(found, key=lambda level: abs(level.distance_pct), default=None)


def _series(plan: ChartPlan) -> pd.Series | None:
    """Return the prices of the level highlighted over time; None where it stands still, or is not there."""
    key = "" if plan.highlight is None else plan.highlight.key
    for ema in plan.analysis.emas:
        if ema.value is not None and level_key(EmaOrigin(ema.span)) == key:
            return ema.series
    for band in BANDS:
        if level_key(BandOrigin(band)) == key:
            return plan.analysis.bands[band]
    for line in plan.analysis.trendlines:
        if level_key(TrendlineOrigin(line)) == key:
            return line.prices_from(plan.start.date())
    return None
