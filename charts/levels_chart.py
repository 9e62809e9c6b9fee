"""The picture: technical levels and every analyst's target on one price axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from charts.edge_labels import EdgeLabel, edge_label_items
from charts.palette import PALETTES, Palette, Theme
from charts.price_axis import PriceAxis, price_axis
from charts.price_panel import (
    BEYOND,
    band_traces,
    candle_traces,
    ema_traces,
    later_session,
    session_breaks,
    trendline_traces,
    visible_prices,
    volume_traces,
    zone_shapes,
    zones_by_price,
)
from charts.rating_marks import consensus_traces, rating_traces
from charts.target_panel import AXIS as TARGET_AXIS
from charts.target_panel import drawn_targets, headroom, panel_share, target_annotations, target_traces
from charts.words import plain, source
from indicators import notation
from indicators.analysis import Analysis
from indicators.targets import CurrentTarget
from indicators.trendlines import Trendline
from indicators.zones import Zone

Period = Literal["3m", "6m", "1y", "2y", "5y", "max"]
Overlay = Literal["emas", "bands", "trendlines", "zones", "volume", "targets", "ratings", "consensus"]

PERIODS: dict[Period, pd.DateOffset | None] = {
    "3m": pd.DateOffset(months=3),
    "6m": pd.DateOffset(months=6),
    "1y": pd.DateOffset(years=1),
    "2y": pd.DateOffset(years=2),
    "5y": pd.DateOffset(years=5),
    "max": None,
}
OVERLAYS: tuple[Overlay, ...] = ("emas", "bands", "trendlines", "zones", "volume", "targets", "ratings", "consensus")
SHOWN: frozenset[Overlay] = frozenset(OVERLAYS) - {"ratings", "consensus"}

FONT = '"Source Sans", "Source Sans 3", Inter, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'
LABEL_COLUMN = 0.135  # share of the width that the names of the levels take
MARGIN = {"l": 58, "r": 18, "t": 84, "b": 58}
FLOOR = 0.225  # share of the plot's height below the price panel: volume left, firms' names right


@dataclass(frozen=True)
class Scene:
    """What one picture shows of an analysis, settled before anything is drawn."""

    analysis: Analysis
    visible: pd.DataFrame
    overlays: frozenset[Overlay]
    lines: tuple[Trendline, ...]
    zones: tuple[Zone, ...]
    targets: tuple[CurrentTarget, ...]
    axis: PriceAxis
    palette: Palette
    places: int
    split: float

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
    overlays: frozenset[Overlay] = SHOWN,
    theme: Theme = "light",
    height: int = 780,
) -> go.Figure:
    """The levels chart of one analysis, `height` pixels high and as wide as its frame."""
    scene = _scene(analysis, period, overlays, PALETTES[theme], height)
    annotations, leaders = edge_label_items(_edge_labels(scene), scene.axis, scene.palette)
    return go.Figure(
        {
            "data": _traces(scene),
            "layout": _layout(scene, height)
            | {
                "annotations": [*_title(scene), *_footer(scene), *annotations, *_target_words(scene)],
                "shapes": [*_zone_bands(scene), *_price_line(scene), *_consensus_line(scene), *leaders],
            },
        }
    )


def visible_bars(bars: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The bars of the period that ends with the last of them."""
    offset = PERIODS[period]
    return bars if offset is None else bars.loc[bars.index[-1] - offset :]


def _scene(analysis: Analysis, period: Period, overlays: frozenset[Overlay], palette: Palette, height: int) -> Scene:
    visible = visible_bars(analysis.bars, period)
    start = visible.index[0]
    targets = drawn_targets(analysis) if "targets" in overlays else ()
    drawn = [each.series.loc[start:] for each in analysis.emas if each.value is not None] if "emas" in overlays else []
    if "bands" in overlays:
        drawn += [analysis.bands.loc[start:, "upper"], analysis.bands.loc[start:, "lower"]]
    core = [each for each in visible_prices(visible, *drawn) if each > 0]
    if len(core) < 2:
        core = visible_prices(visible)
    reach = [each for row in targets for each in (row.target, row.prior_target) if each is not None]
    plot = height - MARGIN["t"] - MARGIN["b"]
    lines = analysis.leading if "trendlines" in overlays else ()
    return Scene(
        analysis=analysis,
        visible=visible,
        overlays=overlays,
        lines=lines,
        zones=zones_by_price(analysis.zones, analysis.price, analysis.atr) if "zones" in overlays else (),
        targets=targets,
        axis=price_axis(core, reach, analysis.scale, plot * (1 - FLOOR), headroom(len(targets))),
        palette=palette,
        places=notation.decimals(analysis.price),
        split=1.0 - (panel_share(len(targets)) if "targets" in overlays else 0.0),
    )


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
        *target_traces(scene.targets, scene.axis, palette, analysis.currency),
    ]


def _edge_labels(scene: Scene) -> list[EdgeLabel]:
    analysis, palette = scene.analysis, scene.palette
    labels = [_edge("Price", analysis.price, palette.ink, scene, strong=True)]
    if scene.shows("emas"):
        labels += [
            _edge(f"EMA {each.span}", each.value, palette.ema(rank), scene)
            for rank, each in enumerate(analysis.emas)
            if each.value is not None
        ]
    if scene.shows("bands") and pd.notna(analysis.bands["upper"].iloc[-1]):
        labels += [
            _edge(name, float(analysis.bands[column].iloc[-1]), palette.muted, scene)
            for name, column in (("Upper band", "upper"), ("Lower band", "lower"))
        ]
    labels += [_edge(_line_name(line), line.value, _line_colour(line, palette), scene) for line in scene.lines]
    labels += [_zone_edge(zone, scene) for zone in scene.zones]
    if scene.targets and analysis.consensus is not None:
        labels.append(_edge("Consensus", analysis.consensus.mean, palette.consensus, scene))
    return labels


def _edge(name: str, price: float, colour: str, scene: Scene, strong: bool = False) -> EdgeLabel:
    return EdgeLabel(name, notation.figure(price, scene.places), price, colour, strong)


def _zone_edge(zone: Zone, scene: Scene) -> EdgeLabel:
    figure = f"{notation.figure(zone.low, scene.places)}–{notation.figure(zone.high, scene.places)}"
    colour = scene.palette.rise if zone.low <= scene.analysis.price else scene.palette.fall
    return EdgeLabel("Zone", figure, (zone.low + zone.high) / 2, colour)


def _line_name(line: Trendline) -> str:
    if line.status == "broken":
        return "Broken line"
    if line.tentative:
        return "Tentative line"
    return "Trendline" if line.side == "support" else "Resistance"


def _line_colour(line: Trendline, palette: Palette) -> str:
    return palette.faint if line.status == "broken" else palette.ink


def _zone_bands(scene: Scene) -> list[dict[str, Any]]:
    return zone_shapes(scene.zones, scene.analysis.price, scene.axis, scene.palette)


def _price_line(scene: Scene) -> list[dict[str, Any]]:
    return [
        _level_line(ref, scene.analysis.price, {"color": scene.palette.ink, "width": 1, "dash": "dot"})
        for ref in ("x", TARGET_AXIS)
        if ref == "x" or scene.shows("targets")
    ]


def _consensus_line(scene: Scene) -> list[dict[str, Any]]:
    if not scene.targets or scene.analysis.consensus is None or not scene.axis.holds(scene.analysis.consensus.mean):
        return []
    style = {"color": scene.palette.consensus, "width": 1.5}
    return [_level_line(TARGET_AXIS, scene.analysis.consensus.mean, style)]


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
    if not scene.targets:
        return [_no_targets(scene)]
    heading = _words("Analyst targets  ○ prior  ● now", 1.0, 1.0, scene.palette.muted, 12)
    heading |= {"yanchor": "bottom", "yshift": 6, "xanchor": "right"}
    currency = scene.analysis.currency
    return [heading, *target_annotations(scene.targets, scene.axis, scene.palette, currency, FLOOR - 0.015)]


def _no_targets(scene: Scene) -> dict[str, Any]:
    name = source(scene.analysis.source) if scene.analysis.source == "yahoo" else "The sample"
    text = f"{name} has no<br>analyst targets<br>for {plain(scene.analysis.symbol)}"
    middle = (scene.split + 1) / 2
    return _words(text, middle, 0.62, scene.palette.muted, 12) | {"xanchor": "center", "align": "center"}


def _title(scene: Scene) -> list[dict[str, Any]]:
    analysis, palette = scene.analysis, scene.palette
    colour = palette.rise if (analysis.change_pct or 0) >= 0 else palette.fall
    change = (
        ""
        if analysis.change_pct is None
        else f"  <span style='color:{colour}'>{notation.percent(analysis.change_pct)}</span>"
    )
    price = plain(notation.price(analysis.price, analysis.currency, scene.places))
    head = f"<b>{plain(analysis.symbol)}</b>  {plain(analysis.name, 42)}  <b>{price}</b>{change}"
    under = f"Levels and analyst targets as of {notation.day(analysis.as_of)}"
    if analysis.session != analysis.as_of:
        under += f", last session {notation.day(analysis.session)}"
    if analysis.in_progress:
        under += ", session in progress"
    mark = source(analysis.source)
    under += (
        f" · <b><span style='color:{palette.warning}'>{mark}</span></b>"
        if analysis.source == "sample"
        else f" · {plain(mark)}"
    )
    top = _words(head, 0.0, 1.0, palette.ink, 19) | {"yanchor": "bottom", "yshift": 40, "xshift": -40}
    second = _words(under, 0.0, 1.0, palette.muted, 12) | {"yanchor": "bottom", "yshift": 20, "xshift": -40}
    return [top, second]


def _footer(scene: Scene) -> list[dict[str, Any]]:
    analysis = scene.analysis
    basis = "Split-adjusted" if analysis.price_basis == "split-adjusted" else "Dividend-adjusted"
    text = (
        f"{basis} closes · EMAs seeded with the mean of their first n closes, over {len(analysis.bars):,} sessions"
        f" · Bollinger 20, 2 population deviations · {plain(source(analysis.source))} · Levelboard"
    )
    return [_words(text, 0.0, 0.0, scene.palette.faint, 10) | {"yanchor": "top", "yshift": -34, "xshift": -40}]


def _words(text: str, x: float, y: float, colour: str, size: int) -> dict[str, Any]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"color": colour, "size": size},
    }


def _layout(scene: Scene, height: int) -> dict[str, Any]:
    palette, analysis = scene.palette, scene.analysis
    price_end = scene.split - LABEL_COLUMN
    sign = plain(notation.price(0, analysis.currency, 0).replace("0", "", 1))
    affixes = ("", sign) if analysis.currency in notation.PENCE else (sign, "")
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True, "showticklabels": False}
    count = max(len(scene.targets), 1)
    return {
        "height": height,
        "margin": MARGIN,
        "paper_bgcolor": palette.ground,
        "plot_bgcolor": palette.ground,
        "font": {"family": FONT, "color": palette.ink, "size": 12},
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": palette.ground,
            "bordercolor": palette.grid,
            "font": {"color": palette.ink, "size": 12},
        },
        "showlegend": False,
        "dragmode": "pan",
        "bargap": 0.25,
        "uirevision": f"{analysis.symbol} {analysis.as_of} {scene.start} {analysis.scale}",
        "xaxis": {
            "domain": [0, price_end],
            "anchor": "y2",
            "range": [scene.start - pd.Timedelta(hours=18), later_session(scene.sessions, BEYOND + 2)],
            "rangebreaks": session_breaks(scene.sessions),
            "rangeslider": {"visible": False},
            "showgrid": False,
            "tickfont": {"color": palette.muted},
            "hoverformat": "%a %-d %b %Y",
            "nticks": 6,
            "tickangle": 0,
        },
        "xaxis2": quiet | {"domain": [price_end, scene.split - 0.006], "range": [0, 1], "anchor": "y"},
        "xaxis3": quiet | {"domain": [min(scene.split, 0.999), 1.0], "range": [-0.65, count - 0.35], "anchor": "y"},
        "yaxis": {
            "domain": [FLOOR, 1],
            "gridcolor": palette.grid,
            "zeroline": False,
            "tickfont": {"color": palette.muted},
            **scene.axis.layout(*affixes),
        },
        "yaxis2": {
            "domain": [0, FLOOR - 0.075],
            "anchor": "x",
            "gridcolor": palette.grid,
            "zeroline": False,
            "nticks": 3,
            "tickformat": "~s",
            "tickfont": {"color": palette.faint, "size": 10},
            "fixedrange": True,
            "visible": scene.shows("volume"),
        },
    }
