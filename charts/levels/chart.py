"""The picture: technical levels and every analyst's target on one price axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.base_layout import axis_affixes, base_layout, hover_label, text_annotation
from charts.levels.edge_labels import EdgeLabel, column_width, edge_label_items
from charts.levels.frame import BETWEEN, FLOOR, VOLUME, Frame
from charts.levels.label_texts import level_labels
from charts.levels.rating_marks import consensus_traces, rating_traces
from charts.levels.target_panel import AXIS as TARGET_AXIS
from charts.levels.target_panel import TargetPanel, drawn_targets, target_annotations, target_traces
from charts.options import DEFAULT_OVERLAYS, Overlay, Period, visible_bars
from charts.palette import PALETTES, Palette, Theme
from charts.price_axis import PriceAxis, Reach, price_axis
from charts.price_traces import (
    band_traces,
    candle_traces,
    ema_traces,
    later_session,
    session_breaks,
    sessions_beyond,
    trendline_traces,
    visible_prices,
    volume_traces,
    zone_shapes,
    zones_by_price,
)
from charts.source_names import source_name
from charts.text_width import elide, text_width, wrap
from indicators.analysis import Analysis
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone
from market.sources import is_demo, source_subject
from text import numbers
from text.escape import escape_plotly

NARROW = 920  # pixels that a page has beside its sidebar
PICTURE_WIDTH, PICTURE_HEIGHT = 1600, 900
TITLE, UNDER, CAPTION, FOOTER = 19, 12, 13, 10  # sizes of type, pixels
TICKS = [  # one line each: Plotly's own put the year beneath, into the footer
    {"dtickrange": [None, "M1"], "value": "%-d %b"},
    {"dtickrange": ["M1", "M12"], "value": "%b %Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]
SAMPLE = source_name("sample").upper()


@dataclass(frozen=True)
class Scene:
    """What one picture shows of an analysis, settled before anything is drawn."""

    analysis: Analysis
    visible: pd.DataFrame
    overlays: frozenset[Overlay]
    lines: tuple[Trendline, ...]
    zones: tuple[Zone, ...]
    labels: tuple[EdgeLabel, ...]
    panel: TargetPanel
    axis: PriceAxis
    frame: Frame
    palette: Palette
    places: int
    caption: tuple[str, ...] = ()

    def shows(self, overlay: Overlay) -> bool:
        return overlay in self.overlays

    @property
    def sessions(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.visible.index)

    @property
    def start(self) -> pd.Timestamp:
        return self.sessions[0]


def levels_figure(
    analysis: Analysis,
    period: Period = "1y",
    overlays: frozenset[Overlay] = DEFAULT_OVERLAYS,
    theme: Theme = "light",
    height: int = 780,
    width: int = NARROW,
    caption: str = "",
) -> go.Figure:
    """The levels chart of one analysis, `height` pixels high and as wide as its frame.

    Words never cover one another in a frame of `width` pixels or more. `caption`, such as the
    technical read, stands under the plot and makes the picture higher by its lines.
    """
    scene = _scene(analysis, period, overlays, PALETTES[theme], height, width, caption)
    annotations, leaders = edge_label_items(scene.labels, scene.axis, scene.palette)
    return go.Figure(
        {
            "data": _traces(scene),
            "layout": _layout(scene)
            | {
                "annotations": [*_title(scene), *_below(scene), *annotations, *_target_words(scene)],
                "shapes": [*_zone_bands(scene), *_price_line(scene), *_consensus_line(scene), *leaders],
            },
        }
    )


def levels_picture(
    analysis: Analysis,
    period: Period = "1y",
    overlays: frozenset[Overlay] = DEFAULT_OVERLAYS,
    theme: Theme = "light",
    caption: str = "",
) -> go.Figure:
    """The chart as a picture of its own, 1600 x 900 pixels, and higher by the lines of its caption."""
    return levels_figure(analysis, period, overlays, theme, PICTURE_HEIGHT, PICTURE_WIDTH, caption)


def _scene(
    analysis: Analysis,
    period: Period,
    overlays: frozenset[Overlay],
    palette: Palette,
    height: int,
    width: int,
    caption: str,
) -> Scene:
    visible = visible_bars(analysis.bars, period)
    targets = drawn_targets(analysis, width) if "targets" in overlays else ()
    lines = analysis.leading if "trendlines" in overlays else ()
    zones = zones_by_price(analysis.zones, analysis.price, analysis.atr) if "zones" in overlays else ()
    labels = tuple(level_labels(analysis, overlays, lines, zones, palette))
    caption_lines = tuple(wrap(caption, width - 60.0, CAPTION))
    frame = Frame(width, height, len(targets), column_width(labels, BETWEEN), "targets" in overlays, len(caption_lines))
    panel = TargetPanel(targets, analysis.currency, frame)
    traded = _traded(analysis, visible, overlays)
    return Scene(
        analysis=analysis,
        visible=visible,
        overlays=overlays,
        lines=lines,
        zones=zones,
        labels=labels,
        panel=panel,
        axis=price_axis(traded, panel.reach + _consensus_reach(panel, analysis), analysis.scale, frame.price_height),
        frame=frame,
        palette=palette,
        places=numbers.price_decimals(analysis.price),
        caption=caption_lines,
    )


def _consensus_reach(panel: TargetPanel, analysis: Analysis) -> list[Reach]:
    return [Reach(analysis.consensus.mean, 6.0, 6.0)] if panel.targets and analysis.consensus else []


def _traded(analysis: Analysis, visible: pd.DataFrame, overlays: frozenset[Overlay]) -> list[float]:
    """The lowest and the highest price of what is drawn of the market itself."""
    start = visible.index[0]
    drawn = (
        [average.series.loc[start:] for average in analysis.emas if average.value is not None]
        if "emas" in overlays
        else []
    )
    if "bands" in overlays:
        drawn += [analysis.bands.loc[start:, "upper"], analysis.bands.loc[start:, "lower"]]
    ends = visible_prices(visible, *drawn)
    return ends if min(ends) > 0 else visible_prices(visible)


def _traces(scene: Scene) -> list[dict[str, Any]]:
    analysis, start, palette, places = scene.analysis, scene.start, scene.palette, scene.places
    return [
        *(band_traces(analysis, start, palette, places) if scene.shows("bands") else ()),
        *candle_traces(scene.visible, palette),
        *(ema_traces(analysis, start, palette, places) if scene.shows("emas") else ()),
        *trendline_traces(scene.lines, scene.visible, palette),
        *(volume_traces(scene.visible, palette) if scene.shows("volume") else ()),
        *(consensus_traces(analysis, scene.visible, palette, places) if scene.shows("consensus") else ()),
        *(rating_traces(analysis, scene.visible, scene.axis, palette) if scene.shows("ratings") else ()),
        *target_traces(scene.panel, scene.axis, palette),
    ]


def _zone_bands(scene: Scene) -> list[dict[str, Any]]:
    return zone_shapes(scene.zones, scene.analysis.price, scene.axis, scene.palette)


def _price_line(scene: Scene) -> list[dict[str, Any]]:
    return [
        _level_line(ref, scene.analysis.price, {"color": scene.palette.ink, "width": 1.3, "dash": "dot"})
        for ref in ("x", TARGET_AXIS)
        if ref == "x" or scene.shows("targets")
    ]


def _consensus_line(scene: Scene) -> list[dict[str, Any]]:
    mean = scene.analysis.consensus
    if not scene.panel.targets or mean is None or not scene.axis.holds(mean.mean):
        return []
    return [_level_line(TARGET_AXIS, mean.mean, {"color": scene.palette.consensus, "width": 1.6, "dash": "dash"})]


def _level_line(axis: str, price: float, style: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"{axis} domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": price,
        "y1": price,
        "line": style,
        "layer": "below",
    }


def _target_words(scene: Scene) -> list[dict[str, Any]]:
    if not scene.shows("targets"):
        return []
    if not scene.panel.targets:
        return [_no_targets(scene)]
    right = {"xanchor": "right", "align": "right"}
    heading = text_annotation(_legend(scene), 1.0, 1.0, scene.palette.muted, UNDER, yanchor="bottom", yshift=4, **right)
    return [heading, *target_annotations(scene.panel, scene.axis, scene.palette)]


def _legend(scene: Scene) -> str:
    """The signs of the panel, each in its colour; and how many firms have no column, where some have none."""
    palette, drawn, known = scene.palette, len(scene.panel.targets), len(scene.analysis.targets)
    title = "Analyst targets" if drawn == known else f"Analyst targets, {drawn} newest of {known}"
    signs = (
        (palette.rise, "▲ raised"),
        (palette.fall, "▼ cut"),
        (palette.kept, "● kept or new"),
        (palette.kept, "○ prior"),
    )
    return f"<b>{title}</b>   " + "  ".join(f"<span style='color:{colour}'>{sign}</span>" for colour, sign in signs)


def _no_targets(scene: Scene) -> dict[str, Any]:
    name = escape_plotly(source_subject(scene.analysis.source))
    none = f"{name} has no<br>analyst targets<br>for {escape_plotly(scene.analysis.symbol)}"
    text = none if scene.analysis.targets_known else "Analyst targets<br>could not be<br>fetched"
    middle = (scene.frame.split + 1) / 2
    return text_annotation(text, middle, 0.62, scene.palette.muted, UNDER, xanchor="center", align="center")


def _title(scene: Scene) -> list[dict[str, Any]]:
    analysis, palette = scene.analysis, scene.palette
    price = numbers.format_price(analysis.price, analysis.currency, scene.places)
    change = "" if analysis.change_pct is None else numbers.format_percent(analysis.change_pct)
    colour = palette.rise if (analysis.change_pct or 0) >= 0 else palette.fall
    badge = _badge(scene)
    taken = text_width(f"{analysis.symbol}    {price}  {change}", TITLE, True)
    room = scene.frame.width - taken - (text_width(SAMPLE, UNDER, True) + 30.0 if badge else 0.0) - 40.0
    head = (
        f"<b>{escape_plotly(analysis.symbol)}</b>  {escape_plotly(elide(analysis.name, room, TITLE))}"
        f"  <b>{escape_plotly(price)}</b>  <span style='color:{colour}'>{change}</span>"
    )
    first = text_annotation(head, 0.0, 1.0, palette.ink, TITLE, yanchor="bottom", yshift=44, xshift=-40)
    second = text_annotation(_under(analysis), 0.0, 1.0, palette.muted, UNDER, yanchor="bottom", yshift=24, xshift=-40)
    return [first, second, *badge]


def _under(analysis: Analysis) -> str:
    told = [f"Levels and analyst targets as of {numbers.format_day(analysis.as_of)}"]
    if analysis.session != analysis.as_of:
        told.append(f"last session {numbers.format_day(analysis.session)}")
    if analysis.in_progress:
        told.append("session in progress")
    badged = is_demo(analysis.source)
    return ", ".join(told) + ("" if badged else f" · {escape_plotly(source_name(analysis.source))}")


def _badge(scene: Scene) -> list[dict[str, Any]]:
    """What is no market price says so at the head of the picture."""
    if not is_demo(scene.analysis.source):
        return []
    colour = scene.palette.warning
    edge = {"bordercolor": colour, "borderwidth": 1, "borderpad": 4}
    place = {"xanchor": "right", "yanchor": "bottom", "yshift": 44}
    return [text_annotation(f"<b>{SAMPLE}</b>", 1.0, 1.0, colour, UNDER, **place, **edge)]


def _below(scene: Scene) -> list[dict[str, Any]]:
    """The caption, if any, and the footer that names what the figures rest on."""
    analysis = scene.analysis
    text = (
        f"{analysis.price_basis.capitalize()} closes"
        f" · EMAs seeded with the mean of their first n closes, over {len(analysis.bars):,} sessions"
        f" · Bollinger 20, 2 population deviations · {escape_plotly(source_name(analysis.source))} · Levelboard"
    )
    at = {"yanchor": "top", "xshift": -40}
    beneath = -36 - scene.frame.full_height + scene.frame.height
    footer = text_annotation(text, 0.0, 0.0, scene.palette.faint, FOOTER, yshift=beneath, **at)
    if not scene.caption:
        return [footer]
    caption = "<br>".join(escape_plotly(line, 400) for line in scene.caption)
    return [text_annotation(caption, 0.0, 0.0, scene.palette.ink, CAPTION, yshift=-32, **at), footer]


def _layout(scene: Scene) -> dict[str, Any]:
    palette, analysis, frame = scene.palette, scene.analysis, scene.frame
    return {
        **base_layout(palette),
        "height": frame.full_height,
        "margin": frame.margin,
        "hovermode": "x unified",
        "hoverlabel": hover_label(palette),
        "modebar": {"bgcolor": palette.ground, "color": palette.faint, "activecolor": palette.ink},
        "dragmode": "pan",
        "bargap": 0.25,
        "uirevision": f"{analysis.symbol} {analysis.as_of} {scene.start} {analysis.scale}",
        **_days_axis(scene),
        **_side_axes(scene),
        **_price_axes(scene),
    }


def _days_axis(scene: Scene) -> dict[str, Any]:
    sessions = scene.sessions
    return {
        "xaxis": {
            "domain": [0, scene.frame.price_end],
            "anchor": "y2",
            "range": [
                scene.start - pd.Timedelta(hours=18),
                later_session(sessions, sessions_beyond(len(sessions)) + 1),
            ],
            "rangebreaks": session_breaks(sessions),
            "rangeslider": {"visible": False},
            "showgrid": False,
            "tickfont": {"color": scene.palette.muted},
            "tickformatstops": TICKS,
            "hoverformat": "%a %-d %b %Y",
            "nticks": 6,
            "tickangle": 0,
        }
    }


def _side_axes(scene: Scene) -> dict[str, Any]:
    """The axes across the names of the levels and across the firms: they show nothing of their own."""
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True, "showticklabels": False, "anchor": "y"}
    frame = scene.frame
    return {
        "xaxis2": quiet | {"domain": [frame.price_end, frame.split - 0.004], "range": [0, 1]},
        "xaxis3": quiet | {"domain": [min(frame.split, 0.999), 1.0], "range": [-0.5, max(frame.firms, 1) - 0.5]},
    }


def _price_axes(scene: Scene) -> dict[str, Any]:
    palette = scene.palette
    prefix, suffix = axis_affixes(scene.analysis.currency)
    grid = {"gridcolor": palette.grid, "zeroline": False}
    return {
        "yaxis": grid
        | {"domain": [FLOOR, 1], "tickfont": {"color": palette.muted}, **scene.axis.layout(prefix, suffix)},
        "yaxis2": grid
        | {
            "domain": [0, VOLUME],
            "anchor": "x",
            "nticks": 3,
            "tickformat": "~s",
            "tickfont": {"color": palette.faint, "size": FOOTER},
            "fixedrange": True,
            "visible": scene.shows("volume"),
        },
    }
