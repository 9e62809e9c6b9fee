"""Hit rates of each firm's price targets with their confidence intervals, against the rate of all firms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

import plotly.graph_objects as go

from charts.base_layout import base_layout, hover_label, sample_warning, text_annotation
from charts.palette import PALETTES, Palette, Theme
from charts.source_names import is_demo, source_name
from indicators.analysts.track_record import Rate, Record, TrackRecord
from text import numbers
from text.escape import escape_plotly
from text.numbers import format_integer

ROW_HEIGHT_PX = 26
MARGIN = {"l": 200, "r": 24, "t": 116, "b": 62}
TEXT_SHIFT_PX = 20 - MARGIN["l"]  # title and footer start left of the plot
PANEL_GAP_SHARE = 0.06  # of the plot's width, between the two panels
LABEL_ROWS = 1.2  # rows that the reference lines' labels take above the first firm
# Shares of 12-month targets hit within the term and at its end (Bradshaw, Brown and Huang, Review of Accounting
# Studies 2013)
STUDY_HIT_PCT, STUDY_HIT_AT_END_PCT = 64.0, 38.0


@dataclass(frozen=True)
class _Panel:
    """One of the two panels: the rates of the ranked firms, of all firms, and of the 2013 study."""

    axis: str
    title: str
    rates: tuple[Rate, ...]
    all_firms: Rate
    study_pct: float


def track_record_figure(
    record: TrackRecord, records: Sequence[Record], sources: Iterable[str], as_of: Date, theme: Theme = "light"
) -> go.Figure:
    """Return one row per ranked record: two hit rates with 95% intervals, against all firms and the 2013 study.

    Only rates whose interval excludes the rate of all firms are colored.
    """
    palette = PALETTES[theme]
    ranked = [firm_record for firm_record in records if firm_record.ranked]
    panels = _panels(record, ranked)
    return go.Figure(
        {
            "data": [trace for panel in panels for trace in _rate_traces(panel, ranked, palette)],
            "layout": _layout(ranked, palette)
            | {
                "annotations": [
                    *_title_and_footer(record, tuple(sources), as_of, palette),
                    *(_firm_label(row, firm_record, palette) for row, firm_record in enumerate(ranked)),
                    *(label for panel in panels for label in _panel_labels(panel, palette)),
                ],
                "shapes": [line for panel in panels for line in _reference_lines(panel, palette)],
            },
        }
    )


def track_record_height(records: Sequence[Record]) -> int:
    """Return the figure's height in pixels: one row per ranked record, title and footer."""
    ranked = sum(record.ranked for record in records)
    return int(MARGIN["t"] + MARGIN["b"] + ROW_HEIGHT_PX * (ranked + LABEL_ROWS))


def _panels(record: TrackRecord, ranked: Sequence[Record]) -> tuple[_Panel, _Panel]:
    everyone = record.everyone
    return (
        _Panel("x", "Hit within 12 months", tuple(firm.hit for firm in ranked), everyone.hit, STUDY_HIT_PCT),
        _Panel(
            "x2",
            "Hit at 12 months",
            tuple(firm.hit_at_end for firm in ranked),
            everyone.hit_at_end,
            STUDY_HIT_AT_END_PCT,
        ),
    )


def _rate_traces(panel: _Panel, ranked: Sequence[Record], palette: Palette) -> list[dict[str, Any]]:
    """Return a bar over each rate's interval, and one trace with the marks at the rates."""
    colors = [_rate_color(rate, panel.all_firms, palette) for rate in panel.rates]
    shared = {"type": "scatter", "xaxis": panel.axis, "yaxis": "y"}
    bars = [
        {
            "mode": "lines",
            "x": [rate.low_pct, rate.high_pct],
            "y": [row, row],
            "line": {"color": color, "width": 3},
            "opacity": 0.45,
            "hoverinfo": "skip",
        }
        for row, (rate, color) in enumerate(zip(panel.rates, colors, strict=True))
    ]
    marks = {
        "mode": "markers",
        "x": [rate.pct for rate in panel.rates],
        "y": list(range(len(panel.rates))),
        "marker": {
            "size": 9,
            "color": colors,
            "opacity": 1,
            "symbol": [_rate_symbol(rate, panel.all_firms) for rate in panel.rates],
        },
        "hovertext": [_hover_text(record, rate) for record, rate in zip(ranked, panel.rates, strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }
    return [shared | trace for trace in (*bars, marks)]


def _hover_text(record: Record, rate: Rate) -> str:
    return (
        f"<b>{escape_plotly(record.name)}</b><br>{rate.hits} of {rate.count} hit ({rate.pct:.0f}%),"
        f" 95% interval {rate.low_pct:.0f} to {rate.high_pct:.0f}%"
    )


def _rate_color(rate: Rate, all_firms: Rate, palette: Palette) -> str:
    if rate.low_pct > all_firms.pct:
        return palette.rise
    return palette.fall if rate.high_pct < all_firms.pct else palette.kept


def _rate_symbol(rate: Rate, all_firms: Rate) -> str:
    if rate.low_pct > all_firms.pct:
        return "triangle-right"
    return "triangle-left" if rate.high_pct < all_firms.pct else "circle"


def _firm_label(row: int, record: Record, palette: Palette) -> dict[str, Any]:
    text = f"{escape_plotly(record.name, 26)}  <span style='color:{palette.faint}'>{record.count}</span>"
    return text_annotation(text, 0.0, row, palette.ink, 12, yref="y", xanchor="right", xshift=-12)


def _reference_lines(panel: _Panel, palette: Palette) -> list[dict[str, Any]]:
    """Return the rate of all firms with its interval as a band, and the rate of the study."""
    vertical = {"xref": panel.axis, "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    all_firms, study = panel.all_firms, panel.study_pct
    band = {"x0": all_firms.low_pct, "x1": all_firms.high_pct, "fillcolor": palette.band_fill, "line": {"width": 0}}
    return [
        vertical | {"type": "rect"} | band,
        vertical
        | {
            "type": "line",
            "x0": all_firms.pct,
            "x1": all_firms.pct,
            "line": {"color": palette.consensus, "width": 1.6},
        },
        vertical
        | {"type": "line", "x0": study, "x1": study, "line": {"color": palette.muted, "width": 1.2, "dash": "dot"}},
    ]


def _panel_labels(panel: _Panel, palette: Palette) -> list[dict[str, Any]]:
    """Return the panel's title and the labels of its reference lines, each on the outer side of its line."""
    all_firms, study = panel.all_firms.pct, panel.study_pct
    all_firms_on_right = all_firms >= study
    place = {"xref": panel.axis, "yanchor": "top", "yshift": -3}
    title_place = {"xref": f"{panel.axis} domain", "yanchor": "bottom", "yshift": 8}
    return [
        text_annotation(f"<b>{panel.title}</b>", 0.0, 1.0, palette.ink, 13, **title_place),
        text_annotation(
            f"all firms {all_firms:.0f}%", all_firms, 1.0, palette.consensus, 11, **_side(all_firms_on_right), **place
        ),
        text_annotation(
            f"2013 study {study:.0f}%", study, 1.0, palette.muted, 11, **_side(not all_firms_on_right), **place
        ),
    ]


def _side(right: bool) -> dict[str, Any]:
    return {"xanchor": "left", "xshift": 3} if right else {"xanchor": "right", "xshift": -3}


def _title_and_footer(
    record: TrackRecord, sources: Sequence[str], as_of: Date, palette: Palette
) -> list[dict[str, Any]]:
    subtitle = (
        f"{format_integer(record.everyone.count)} targets with 12 months completed by {numbers.format_day(as_of)}"
        " · count beside each firm · bars: 95% confidence intervals"
    )
    if any(is_demo(source) for source in sources):
        subtitle += f" · {sample_warning(palette)}"
    names = " and ".join(sorted({escape_plotly(source_name(source)) for source in sources}))
    footer = (
        "Hit: a later high (low, for a target below the price) reached the target"
        f" · ▶ ◀ interval excludes the rate of all firms · {names} · Levelboard"
    )
    above = {"yanchor": "bottom", "xshift": TEXT_SHIFT_PX}
    below = {"yanchor": "top", "xshift": TEXT_SHIFT_PX}
    return [
        text_annotation("<b>Track record of price targets</b>", 0.0, 1.0, palette.ink, 19, yshift=66, **above),
        text_annotation(subtitle, 0.0, 1.0, palette.muted, 12, yshift=44, **above),
        text_annotation(footer, 0.0, 0.0, palette.faint, 10, yshift=-36, **below),
    ]


def _layout(ranked: Sequence[Record], palette: Palette) -> dict[str, Any]:
    percent_axis = {
        "range": [-2, 102],
        "tickvals": [0, 25, 50, 75, 100],
        "ticktext": ["0%", "25%", "50%", "75%", "100%"],
        "gridcolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"color": palette.muted},
        "anchor": "y",
    }
    return {
        **base_layout(palette),
        "height": track_record_height(ranked),
        "margin": MARGIN,
        "hoverlabel": hover_label(palette),
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": percent_axis | {"domain": [0, 0.5 - PANEL_GAP_SHARE / 2]},
        "xaxis2": percent_axis | {"domain": [0.5 + PANEL_GAP_SHARE / 2, 1]},
        "yaxis": {
            "range": [len(ranked) - 0.5, -0.5 - LABEL_ROWS],
            "showgrid": False,
            "zeroline": False,
            "showticklabels": False,
            "fixedrange": True,
        },
    }
