"""Odds against what came, and how often each kind of level held beside levels that mean nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date as Date
from typing import Any

import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_warning, text_annotation
from charts.palette import PALETTES, Palette, Theme
from charts.source_names import is_demo, source_name
from indicators.odds.evidence import Evidence
from indicators.odds.level_holds import Holds, KindHolds
from indicators.odds.reliability import Bin
from text import numbers
from text.escape import escape_plotly

HEIGHT_PX = 520
MARGIN = {"l": 64, "r": 24, "t": 116, "b": 88}
TEXT_SHIFT_PX = 20 - MARGIN["l"]  # title and footer start left of the plot
ODDS_END, KINDS_START = 0.40, 0.62  # of the plot's width: the two panels, and the names of the kinds between them
MIN_CASES = 20  # of a mark: fewer are left out
SMALLEST_PX, LARGEST_PX = 7.0, 20.0


def evidence_figure(
    evidence: Evidence, whose: str, sources: Iterable[str], as_of: Date, theme: Theme = "light"
) -> go.Figure:
    """Return two panels: what was said against what came, and the share of visits in which each kind of level held.

    `whose`: the ticker or the watchlist measured.
    """
    palette = PALETTES[theme]
    kinds = [kind for kind in evidence.kinds if kind.real.count]
    return go.Figure(
        {
            "data": [*_odds_traces(evidence, palette), *_kind_traces(kinds, palette)],
            "layout": _layout(kinds, palette)
            | {
                "annotations": [
                    *_title_and_footer(whose, tuple(sources), as_of, palette),
                    *_panel_titles(palette),
                    *(_kind_label(row, kind, palette) for row, kind in enumerate(kinds)),
                ],
                "shapes": [_diagonal(palette)],
            },
        }
    )


def _odds_traces(evidence: Evidence, palette: Palette) -> Iterator[dict[str, Any]]:
    series = (
        ("levels within 63 sessions", evidence.touch_63, palette.consensus, "circle"),
        ("levels within 21 sessions", evidence.touch_21, palette.ema_lines[3], "diamond"),
        ("targets within 12 months", evidence.targets, palette.ema_lines[1], "square"),
    )
    for name, bins, color, symbol in series:
        shown = [one for one in bins if one.count >= MIN_CASES]
        if shown:
            yield {
                "type": "scatter",
                "xaxis": "x",
                "yaxis": "y",
                "mode": "lines+markers",
                "name": f"{name}: {numbers.format_integer(sum(one.count for one in bins))}",
                "x": [one.said_pct for one in shown],
                "y": [one.touched_pct for one in shown],
                "line": {"color": color, "width": 1},
                "marker": {"color": color, "symbol": symbol, "size": _sizes(shown), "opacity": 0.85},
                "hovertext": [_bin_hover(name, one) for one in shown],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "cliponaxis": False,
            }


def _sizes(bins: Sequence[Bin]) -> list[float]:
    """Return a diameter for each mark, its area growing with the count."""
    most = max(one.count for one in bins)
    return [SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * (one.count / most) ** 0.5 for one in bins]


def _bin_hover(name: str, one: Bin) -> str:
    touched, count = numbers.format_integer(one.touched), numbers.format_integer(one.count)
    return f"<b>{name}</b><br>{one.said_pct:.0f}% said on average<br>{touched} of {count} came ({one.touched_pct:.0f}%)"


def _kind_traces(kinds: Sequence[KindHolds], palette: Palette) -> Iterator[dict[str, Any]]:
    panel = {"type": "scatter", "xaxis": "x2", "yaxis": "y2", "showlegend": False}
    for row, kind in enumerate(kinds):
        low, high = kind.real.interval or (0.0, 0.0)
        yield panel | {
            "mode": "lines",
            "x": [100.0 * low, 100.0 * high],
            "y": [row, row],
            "line": {"color": palette.consensus, "width": 4},
            "opacity": 0.4,
            "hoverinfo": "skip",
        }
    peers = (
        ("shuffled moves", [kind.shuffled for kind in kinds], palette.muted, "x-thin-open"),
        ("shifted levels", [kind.shifted for kind in kinds], palette.muted, "line-ns-open"),
        ("these levels", [kind.real for kind in kinds], palette.consensus, "circle"),
    )
    for name, holds, color, symbol in peers:
        rows = [row for row, one in enumerate(holds) if one.count]
        yield panel | {
            "mode": "markers",
            "x": [100.0 * (holds[row].share or 0.0) for row in rows],
            "y": rows,
            "marker": {"color": color, "symbol": symbol, "size": 10, "line": {"width": 2, "color": color}},
            "hovertext": [_holds_hover(kinds[row].kind, name, holds[row]) for row in rows],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "cliponaxis": False,
        }


def _holds_hover(kind: str, name: str, holds: Holds) -> str:
    low, high = holds.interval or (0.0, 0.0)
    return (
        f"<b>{kind}, {name}</b><br>held {numbers.format_integer(holds.held)} of"
        f" {numbers.format_integer(holds.count)} times ({100.0 * (holds.share or 0.0):.0f}%)"
        f"<br>95% interval {100.0 * low:.0f} to {100.0 * high:.0f}%"
    )


def _kind_label(row: int, kind: KindHolds, palette: Palette) -> dict[str, Any]:
    count = numbers.format_integer(kind.real.count)
    text = f"{kind.kind}  <span style='color:{palette.faint}'>{count}</span>"
    return text_annotation(text, KINDS_START, row, palette.ink, 12, yref="y2", xanchor="right", xshift=-10)


def _diagonal(palette: Palette) -> dict[str, Any]:
    """Return the line on which odds come true."""
    line = {"color": palette.faint, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": 0, "y0": 0, "x1": 100, "y1": 100, "line": line, "layer": "below"}


def _panel_titles(palette: Palette) -> list[dict[str, Any]]:
    place = {"yanchor": "bottom", "yshift": 8}
    return [
        text_annotation("<b>What came, by what was said</b>", 0.0, 1.0, palette.ink, 13, **place),
        text_annotation(
            "<b>The level held</b>, of visits"
            f"  <span style='color:{palette.consensus}'>● these levels</span>"
            f"  <span style='color:{palette.muted}'>| shifted  × shuffled</span>",
            KINDS_START,
            1.0,
            palette.ink,
            12,
            **place,
        ),
    ]


def _title_and_footer(whose: str, sources: Sequence[str], as_of: Date, palette: Palette) -> list[dict[str, Any]]:
    subtitle = f"{escape_plotly(whose, 60)}, daily bars up to {numbers.format_day(as_of)} · marks grow with their count"
    if any(is_demo(source) for source in sources):
        subtitle += f" · {sample_warning(palette)}"
    names = " and ".join(sorted({escape_plotly(source_name(source)) for source in sources}))
    footer = (
        "Held: the first close 1 ATR from the level is on the side that the price came from · bars: 95% intervals"
        f" · on the dotted line odds come true · {names} · Levelboard"
    )
    above = {"yanchor": "bottom", "xshift": TEXT_SHIFT_PX}
    return [
        text_annotation("<b>Evidence</b>", 0.0, 1.0, palette.ink, 19, yshift=66, **above),
        text_annotation(subtitle, 0.0, 1.0, palette.muted, 12, yshift=44, **above),
        text_annotation(footer, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-62, xshift=TEXT_SHIFT_PX),
    ]


def _layout(kinds: Sequence[KindHolds], palette: Palette) -> dict[str, Any]:
    percent = {
        "gridcolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"color": palette.muted},
        "ticksuffix": "%",
    }
    title_font = {"color": palette.muted, "size": 12}
    return {
        **base_layout(palette),
        "height": HEIGHT_PX,
        "margin": MARGIN,
        "hoverlabel": hover_label(palette),
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": True,
        "legend": {
            "x": ODDS_END,
            "xanchor": "right",
            "y": 0.02,
            "yanchor": "bottom",
            "bgcolor": palette.ground,
            "font": {"size": 11, "color": palette.muted},
        },
        "xaxis": percent
        | {"domain": [0.0, ODDS_END], "range": [0, 100], "title": {"text": "said", "font": title_font}, "dtick": 20},
        "yaxis": percent | {"range": [0, 100], "title": {"text": "came", "font": title_font}, "dtick": 20},
        "xaxis2": percent | {"domain": [KINDS_START, 1.0], "range": [0, 100], "dtick": 20, "anchor": "y2"},
        "yaxis2": {
            "anchor": "x2",
            "range": [len(kinds) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "fixedrange": True,
        },
    }
