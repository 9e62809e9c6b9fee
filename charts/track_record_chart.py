"""How often each firm's targets were met, with the interval that its count leaves, beside all firms together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date
from typing import Any

import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_mark, text_annotation
from charts.palette import PALETTES, Palette, Theme
from charts.source_names import source_name
from indicators.analysts.track_record import Rate, Record, TrackRecord
from market.sources import is_demo
from text import numbers
from text.escape import escape_plotly

ROW = 26  # pixels a firm
MARGIN = {"l": 200, "r": 24, "t": 116, "b": 62}
GAP = 0.06  # share of the width between the two panels
HEADING_ROWS = 1.2  # rows that the lines' names take above the first firm
# Shares of twelve-month targets met at some time and at the end (Bradshaw, Brown & Huang 2013)
STUDY_MET_PCT, STUDY_MET_AT_END_PCT = 64.0, 38.0


def track_record_figure(
    record: TrackRecord, records: Sequence[Record], sources: Iterable[str], as_of: Date, theme: Theme = "light"
) -> go.Figure:
    """A row a ranked record: its two rates with their 95 % intervals, against those of all firms and of the study.

    Coloured are the few whose interval leaves out the rate of all firms.
    """
    palette = PALETTES[theme]
    ranked = [each for each in records if each.ranked]
    panels = (("x", "met", STUDY_MET_PCT), ("x2", "met_at_end", STUDY_MET_AT_END_PCT))
    return go.Figure(
        {
            "data": [
                trace
                for axis, name, _ in panels
                for trace in _rates(
                    axis, [getattr(each, name) for each in ranked], _rate(record, name), ranked, palette
                )
            ],
            "layout": _layout(ranked, palette)
            | {
                "annotations": [
                    *_title(record, tuple(sources), as_of, palette),
                    *(_name(row, each, palette) for row, each in enumerate(ranked)),
                    *(
                        word
                        for axis, name, study in panels
                        for word in _lines_words(axis, record, name, study, palette)
                    ),
                ],
                "shapes": [
                    line for axis, name, study in panels for line in _lines(axis, _rate(record, name), study, palette)
                ],
            },
        }
    )


def track_record_height(records: Sequence[Record]) -> int:
    """Pixels that a row a ranked record takes, with title and footer."""
    ranked = sum(record.ranked for record in records)
    return int(MARGIN["t"] + MARGIN["b"] + ROW * (ranked + HEADING_ROWS))


def _rate(record: TrackRecord, name: str) -> Rate:
    rate: Rate = getattr(record.everyone, name)
    return rate


def _rates(
    axis: str, rates: Sequence[Rate], everyone: Rate, ranked: Sequence[Record], palette: Palette
) -> list[dict[str, Any]]:
    """Bars from the low to the high end of each interval, and a mark at the rate."""
    colours = [_colour(rate, everyone, palette) for rate in rates]
    shared = {"type": "scatter", "xaxis": axis, "yaxis": "y"}
    bars = [
        {
            "mode": "lines",
            "x": [rate.low_pct, rate.high_pct],
            "y": [row, row],
            "line": {"color": colour, "width": 3},
            "opacity": 0.45,
            "hoverinfo": "skip",
        }
        for row, (rate, colour) in enumerate(zip(rates, colours, strict=True))
    ]
    marks = {
        "mode": "markers",
        "x": [rate.pct for rate in rates],
        "y": list(range(len(rates))),
        "marker": {"size": 9, "color": colours, "opacity": 1, "symbol": [_symbol(rate, everyone) for rate in rates]},
        "hovertext": [
            f"<b>{escape_plotly(record.name)}</b><br>{rate.hits} of {rate.count}: {rate.pct:.0f}%,"
            f" 95 % interval {rate.low_pct:.0f} to {rate.high_pct:.0f}%"
            for record, rate in zip(ranked, rates, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }
    return [shared | bar for bar in (*bars, marks)]


def _colour(rate: Rate, everyone: Rate, palette: Palette) -> str:
    if rate.low_pct > everyone.pct:
        return palette.rise
    return palette.fall if rate.high_pct < everyone.pct else palette.kept


def _symbol(rate: Rate, everyone: Rate) -> str:
    if rate.low_pct > everyone.pct:
        return "triangle-right"
    return "triangle-left" if rate.high_pct < everyone.pct else "circle"


def _name(row: int, record: Record, palette: Palette) -> dict[str, Any]:
    text = f"{escape_plotly(record.name, 26)}  <span style='color:{palette.faint}'>{record.count}</span>"
    return text_annotation(text, 0.0, row, palette.ink, 12, yref="y", xanchor="right", xshift=-12)


def _lines(axis: str, everyone: Rate, study: float, palette: Palette) -> list[dict[str, Any]]:
    upright = {"xref": axis, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    return [
        upright
        | {
            "type": "rect",
            "x0": everyone.low_pct,
            "x1": everyone.high_pct,
            "fillcolor": palette.band_fill,
            "line": {"width": 0},
        },
        upright
        | {"type": "line", "x0": everyone.pct, "x1": everyone.pct, "line": {"color": palette.consensus, "width": 1.6}},
        upright
        | {"type": "line", "x0": study, "x1": study, "line": {"color": palette.muted, "width": 1.2, "dash": "dot"}},
    ]


def _lines_words(axis: str, record: TrackRecord, name: str, study: float, palette: Palette) -> list[dict[str, Any]]:
    """The names of the two lines, each on its outer side, so that they do not meet."""
    everyone = _rate(record, name).pct
    right = everyone >= study
    title = "Met at some time within twelve months" if name == "met" else "Met at the end of twelve months"
    names = [
        text_annotation(f"all firms {everyone:.0f}%", everyone, 1.0, palette.consensus, 11, **_side(right)),
        text_annotation(f"study {study:.0f}%", study, 1.0, palette.muted, 11, **_side(not right)),
    ]
    heading = text_annotation(
        f"<b>{title}</b>", 0.0, 1.0, palette.ink, 13, xref=f"{axis} domain", yanchor="bottom", yshift=8
    )
    return [heading, *(each | {"xref": axis, "yanchor": "top", "yshift": -3} for each in names)]


def _side(right: bool) -> dict[str, Any]:
    return {"xanchor": "left", "xshift": 3} if right else {"xanchor": "right", "xshift": -3}


def _title(record: TrackRecord, sources: Sequence[str], as_of: Date, palette: Palette) -> list[dict[str, Any]]:
    everyone = record.everyone
    under = f"{everyone.count:,} targets whose twelve months had run by {numbers.format_day(as_of)}"
    under += ", beside each name how many; bars are 95 % intervals"
    if any(map(is_demo, sources)):
        under += f" · {sample_mark(palette)}"
    names = " and ".join(sorted({escape_plotly(source_name(source)) for source in sources}))
    foot = (
        "Met: a later high (for a target below the price, low) reached it · ▶ ◀ interval leaves out all firms' rate"
        f" · {names} · Levelboard"
    )
    left = -MARGIN["l"] + 20
    return [
        text_annotation(
            "<b>How targets came out</b>", 0.0, 1.0, palette.ink, 19, yanchor="bottom", yshift=66, xshift=left
        ),
        text_annotation(under, 0.0, 1.0, palette.muted, 12, yanchor="bottom", yshift=44, xshift=left),
        text_annotation(foot, 0.0, 0.0, palette.faint, 10, yanchor="top", yshift=-36, xshift=left),
    ]


def _layout(ranked: Sequence[Record], palette: Palette) -> dict[str, Any]:
    share = {
        "range": [-2, 102],
        "tickvals": [0, 25, 50, 75, 100],
        "ticktext": ["0%", "25%", "50%", "75%", "100%"],
        "gridcolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"color": palette.muted},
    }
    return {
        **base_layout(palette),
        "height": track_record_height(ranked),
        "margin": MARGIN,
        "hoverlabel": hover_label(palette),
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": share | {"domain": [0, 0.5 - GAP / 2], "anchor": "y"},
        "xaxis2": share | {"domain": [0.5 + GAP / 2, 1], "anchor": "y"},
        "yaxis": {
            "range": [len(ranked) - 0.5, -0.5 - HEADING_ROWS],
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "fixedrange": True,
        },
    }
