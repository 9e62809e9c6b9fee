"""One firm's targets for one ticker over time, beside the close: what reads where a firm follows a single ticker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date as Date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.base_layout import axis_affixes, base_layout, hover_label, sample_warning, text_annotation
from charts.coverage.firm_refresh_chart import CHANGE_SYMBOLS, Refresh
from charts.label_spacing import spread_labels
from charts.palette import PALETTES, Palette, Theme
from charts.source_names import is_demo, source_name
from indicators.analysis import Analysis
from text import numbers
from text.escape import escape_plotly

HEIGHT_PX = 420
MARGIN = {"l": 72, "r": 150, "t": 84, "b": 62}
TEXT_SHIFT_PX = 20 - MARGIN["l"]  # title and footer start left of the plot
MIN_YEARS, MAX_YEARS = 1, 5  # shown
PADDING_SHARE = 0.08  # of the prices' range, beyond each end
LABEL_SPACING_PX, LABEL_INSET_PX = 16.0, 8.0


def firm_path_figure(refreshes: Sequence[Refresh], theme: Theme = "light") -> go.Figure:
    """Return the close and the firm's target as a step line, with a mark at each of its rows.

    `refreshes`: one firm's rows for one ticker, newest first, the newest of them with a target. It shows the time since
    the oldest row, a year at least and five at most.
    """
    palette, analysis, firm = PALETTES[theme], refreshes[0].analysis, refreshes[0].news.firm
    shown = [row for row in refreshes[::-1] if row.news.change is not None]
    start = _first_day(shown, analysis)
    close = analysis.daily_bars["close"].loc[pd.Timestamp(start) :]
    steps = _steps(shown, analysis.as_of)
    return go.Figure(
        {
            "data": [_close_trace(close, palette), _target_trace(steps, palette), _marks(shown, start, palette)],
            "layout": _layout(analysis, start, palette)
            | {"yaxis": _price_axis(analysis, close, steps, start, palette)}
            | {
                "annotations": [
                    *_title_and_footer(firm, analysis, palette),
                    *_end_labels(refreshes[0], close, steps, start, palette),
                ]
            },
        }
    )


def _first_day(rows: Sequence[Refresh], analysis: Analysis) -> Date:
    end = pd.Timestamp(analysis.as_of)
    latest, earliest = (end - pd.DateOffset(years=years) for years in (MIN_YEARS, MAX_YEARS))
    return max(min(pd.Timestamp(rows[0].news.date), latest), earliest).date()


def _steps(rows: Sequence[Refresh], as_of: Date) -> pd.Series:
    """Return the target from each row's day on, up to the as-of day; NaN where it was withdrawn."""
    days = pd.DatetimeIndex([*(row.news.date for row in rows), as_of])
    targets = pd.Series([*(row.news.target for row in rows), rows[-1].news.target], index=days, dtype=float)
    return targets[~targets.index.duplicated(keep="last")]


def _close_trace(close: pd.Series, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": close.index.to_numpy(),
        "y": close.to_numpy(),
        "line": {"color": palette.ink, "width": 1.4},
        "hoverinfo": "skip",
    }


def _target_trace(steps: pd.Series, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": steps.index.to_numpy(),
        "y": steps.to_numpy(),
        "line": {"color": palette.consensus, "width": 2, "shape": "hv"},
        "connectgaps": False,
        "hoverinfo": "skip",
    }


def _marks(rows: Sequence[Refresh], start: Date, palette: Palette) -> dict[str, Any]:
    shown = [row for row in rows if row.news.target is not None and row.news.date >= start]
    symbols = {"triangle-right": "triangle-up", "triangle-left": "triangle-down"}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.news.date for row in shown],
        "y": [row.news.target for row in shown],
        "marker": {
            "size": 11,
            "symbol": [symbols.get(CHANGE_SYMBOLS.get(row.news.change or "", ""), "circle") for row in shown],
            "color": [palette.target_change(row.news.change) for row in shown],
            "opacity": 1,
        },
        "hovertext": [_hover_text(row) for row in shown],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _hover_text(refresh: Refresh) -> str:
    news = refresh.news
    lines = [
        f"<b>{numbers.format_day(news.date)}</b>" + (f" · {escape_plotly(news.analyst)}" if news.analyst else ""),
        escape_plotly(news.words(refresh.analysis.price_format), 90),
    ]
    return "<br>".join(lines + ([f"<i>{escape_plotly(news.note, 90)}</i>"] if news.note else []))


def _price_range(close: pd.Series, steps: pd.Series, start: Date) -> tuple[float, float]:
    prices = pd.concat([close, steps.loc[pd.Timestamp(start) :], steps.ffill().iloc[-1:]])
    low, high = float(prices.min()), float(prices.max())
    padding = PADDING_SHARE * max(high - low, 0.02 * abs(high), 1e-9)
    return low - padding, high + padding


def _price_axis(
    analysis: Analysis, close: pd.Series, steps: pd.Series, start: Date, palette: Palette
) -> dict[str, Any]:
    prefix, suffix = axis_affixes(analysis.price_format)
    return {
        "range": list(_price_range(close, steps, start)),
        "tickprefix": prefix,
        "ticksuffix": suffix,
        "separatethousands": True,
        "exponentformat": "none",
        "nticks": 7,
        "gridcolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"color": palette.muted},
    }


def _end_labels(
    newest: Refresh, close: pd.Series, steps: pd.Series, start: Date, palette: Palette
) -> Iterator[dict[str, Any]]:
    """Yield the price and the target with its upside at the right edge, one above the other."""
    analysis, target = newest.analysis, newest.news.target
    assert target is not None
    written = analysis.price_format
    low, high = _price_range(close, steps, start)
    plot_height = HEIGHT_PX - MARGIN["t"] - MARGIN["b"]
    wanted = [plot_height * (price - low) / (high - low) for price in (analysis.price, target)]
    pixels = spread_labels(wanted, LABEL_SPACING_PX, LABEL_INSET_PX, plot_height - LABEL_INSET_PX)
    upside = numbers.format_percent(newest.upside_pct)
    texts = (
        (f"Price <b>{escape_plotly(written.price(analysis.price))}</b>", palette.ink),
        (f"Target <b>{escape_plotly(written.target(target))}</b> {upside}", palette.consensus),
    )
    for (text, color), pixel in zip(texts, pixels, strict=True):
        yield text_annotation(text, 1.0, float(pixel) / plot_height, color, 12, xshift=8, yanchor="middle")


def _title_and_footer(firm: str, analysis: Analysis, palette: Palette) -> list[dict[str, Any]]:
    demo = f" · {sample_warning(palette)}" if is_demo(analysis.source) else ""
    subtitle = f"Its targets and the close, up to {numbers.format_day(analysis.as_of)}{demo}"
    footer = f"{analysis.price_basis.capitalize()} closes · {escape_plotly(source_name(analysis.source))} · Levelboard"
    above = {"yanchor": "bottom", "xshift": TEXT_SHIFT_PX}
    return [
        text_annotation(
            f"<b>{escape_plotly(firm)}</b>  on {escape_plotly(analysis.symbol)}",
            0.0,
            1.0,
            palette.ink,
            19,
            yshift=40,
            **above,
        ),
        text_annotation(subtitle, 0.0, 1.0, palette.muted, 12, yshift=18, **above),
        text_annotation(footer, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-36, xshift=TEXT_SHIFT_PX),
    ]


def _layout(analysis: Analysis, start: Date, palette: Palette) -> dict[str, Any]:
    return {
        **base_layout(palette),
        "height": HEIGHT_PX,
        "margin": MARGIN,
        "hoverlabel": hover_label(palette),
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            "range": [start, analysis.as_of],
            "showgrid": False,
            "fixedrange": True,
            "nticks": 8,
            "tickangle": 0,
            "tickfont": {"color": palette.muted},
        },
    }
