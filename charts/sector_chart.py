"""One firm's refresh of a sector on one picture: price, prior and new target per ticker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from charts.levels_chart import FONT
from charts.palette import PALETTES, Palette, Theme
from charts.words import plain
from indicators import notation
from indicators.rating_changes import RatingChange

ROW = 54  # pixels a ticker
SYMBOLS = {"raised": "triangle-right", "cut": "triangle-left"}


@dataclass(frozen=True)
class Refresh:
    """What a firm said of one ticker, and what that ticker costs now, in its currency."""

    change: RatingChange
    price: float
    currency: str


def sector_figure(firm: str, refreshes: Sequence[Refresh], theme: Theme = "light") -> go.Figure:
    """A row a ticker, every price in percent of the ticker's own price, so that tickers compare."""
    palette = PALETTES[theme]
    rows = [each for each in refreshes if each.change.target is not None]
    return go.Figure(
        {
            "data": [_stem(row, each, palette) for row, each in enumerate(rows)] + _marks(rows, palette),
            "layout": _layout(firm, rows, palette),
        }
    )


def _pct(value: float | None, price: float) -> float | None:
    return None if value is None else 100.0 * (value / price - 1.0)


def _stem(row: int, each: Refresh, palette: Palette) -> dict[str, Any]:
    ends = [_pct(each.change.prior_target, each.price), _pct(each.change.target, each.price)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": [row, row],
        "line": {"color": palette.change(each.change.change), "width": 3},
        "hoverinfo": "skip",
    }


def _marks(rows: Sequence[Refresh], palette: Palette) -> list[dict[str, Any]]:
    colours = [palette.change(each.change.change) for each in rows]
    prior = {
        "x": [_pct(each.change.prior_target, each.price) for each in rows],
        "marker": {"symbol": "circle", "size": 11, "color": palette.ground, "line": {"width": 2, "color": colours}},
        "hoverinfo": "skip",
    }
    now = {
        "x": [_pct(each.change.target, each.price) for each in rows],
        "marker": {
            "symbol": [SYMBOLS.get(each.change.change or "", "circle") for each in rows],
            "size": 14,
            "color": colours,
        },
        "hovertext": [_hover(each) for each in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    shared = {"type": "scatter", "mode": "markers", "y": list(range(len(rows))), "cliponaxis": False}
    return [shared | prior, shared | now]


def _hover(each: Refresh) -> str:
    price = plain(notation.price(each.price, each.currency, notation.decimals(each.price)))
    return f"<b>{plain(each.change.symbol)}</b> {plain(each.change.words(each.currency), 90)}<br>price {price}"


def _layout(firm: str, rows: Sequence[Refresh], palette: Palette) -> dict[str, Any]:
    return {
        "title": {
            "text": f"<b>{plain(firm)}</b>: targets against each ticker's price  ○ prior  ● new",
            "font": {"size": 15, "color": palette.ink},
            "x": 0.01,
        },
        "height": 130 + ROW * max(len(rows), 1),
        "margin": {"l": 90, "r": 250, "t": 60, "b": 50},
        "paper_bgcolor": palette.ground,
        "plot_bgcolor": palette.ground,
        "font": {"family": FONT, "color": palette.ink, "size": 12},
        "showlegend": False,
        "xaxis": {
            "ticksuffix": "%",
            "tickformat": "+",
            "gridcolor": palette.grid,
            "zeroline": True,
            "zerolinecolor": palette.ink,
            "zerolinewidth": 1.5,
            "title": {"text": "target against the price", "font": {"size": 11, "color": palette.muted}},
        },
        "yaxis": {
            "tickvals": list(range(len(rows))),
            "ticktext": [f"<b>{plain(each.change.symbol)}</b>" for each in rows],
            "range": [len(rows) - 0.4, -0.6],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "annotations": [_words(row, each, palette) for row, each in enumerate(rows)],
    }


def _words(row: int, each: Refresh, palette: Palette) -> dict[str, Any]:
    rating = plain(each.change.rating or "", 20)
    words = plain(each.change.words(each.currency).removeprefix(each.change.rating or "").lstrip(", "), 44)
    return {
        "xref": "paper",
        "x": 1.015,
        "y": row,
        "text": f"<b>{rating}</b><br>{words}" if rating else words,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 11, "color": palette.muted},
    }
