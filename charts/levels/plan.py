"""What one levels chart shows and how its space is divided, decided before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import pandas as pd

from charts.level_highlight import highlight_labels, highlighted_price
from charts.levels.edge_labels import LABEL_MARGINS_PX, EdgeLabel, label_column_width
from charts.levels.frame import Frame, room_for_labels
from charts.levels.label_texts import level_labels
from charts.levels.target_hover import target_hover
from charts.levels.target_rail import TargetRail, live_targets, plan_rail
from charts.levels.title_and_footer import count_warning_lines, wrap_caption, wrap_footer
from charts.options import Highlight, Overlay, Period, visible_bars
from charts.palette import Palette
from charts.panes.momentum_panes import MomentumPane, momentum_panes, pane_axis_id
from charts.price_axis import PriceAxis, fit_price_axis
from charts.price_traces import extension_sessions, session_after, visible_price_range
from indicators.analysis import Analysis
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

TICK_FONT_PX = 12
UPGRADED, DOWNGRADED, CONSENSUS_PATH = "Upgraded or initiated", "Downgraded", "Consensus path"
LEGEND: dict[Overlay, tuple[str, ...]] = {"ratings": (UPGRADED, DOWNGRADED), "consensus": (CONSENSUS_PATH,)}


@dataclass(frozen=True)
class ChartPlan:
    """The contents of one levels chart, with the axis and the frame fitted to them.

    `visible`: the bars drawn. `lines`, `zones`, `labels`, `panes`: those drawn; `pane_labels`: those of each pane.
    `rail`: None where there are no live targets or no room. `caption`, `footer`: their lines. `highlight`: None where
    no level is emphasized.
    """

    analysis: Analysis
    visible: pd.DataFrame
    overlays: frozenset[Overlay]
    lines: tuple[Trendline, ...]
    zones: tuple[Zone, ...]
    labels: tuple[EdgeLabel, ...]
    panes: tuple[MomentumPane, ...]
    pane_labels: tuple[tuple[EdgeLabel, ...], ...]
    rail: TargetRail | None
    axis: PriceAxis
    frame: Frame
    palette: Palette
    caption: tuple[str, ...]
    footer: tuple[str, ...]
    highlight: Highlight | None

    def shows(self, overlay: Overlay) -> bool:
        return overlay in self.overlays

    @cached_property
    def target_hovers(self) -> dict[str, str]:
        """What is told of each target in the rail, by firm: both its mark and its row tell it."""
        targets = () if self.rail is None else (*self.rail.live, *self.rail.faint)
        written = self.analysis.price_format
        return {target.firm: target_hover(target, self.analysis, written) for target in targets}

    @property
    def places(self) -> int:
        """The decimals of prices."""
        return self.analysis.price_format.places

    @cached_property
    def sessions(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.visible.index)

    @property
    def start(self) -> pd.Timestamp:
        return self.sessions[0]

    @cached_property
    def end(self) -> pd.Timestamp:
        """The right edge of the date axis, one bar past the ends of the trendlines."""
        bars = extension_sessions(len(self.sessions)) + 1
        return session_after(self.sessions, bars, self.analysis.interval)

    @property
    def lowest_axis(self) -> str:
        """The vertical axis of the lowest panel, below which the dates stand."""
        if self.panes:
            return pane_axis_id(len(self.panes) - 1)
        return "y2" if self.frame.has_volume else "y"


def plan_chart(
    analysis: Analysis,
    period: Period,
    overlays: frozenset[Overlay],
    palette: Palette,
    height: int,
    width: int,
    caption: str,
    highlight: Highlight | None = None,
) -> ChartPlan:
    """Return the plan of a chart of `width` x `height` pixels, to which caption and footer add height."""
    visible = visible_bars(analysis.bars, period)
    lines = tuple(_drawn_lines(analysis, overlays))
    zones = analysis.zones if "zones" in overlays else ()
    targets = live_targets(analysis) if "targets" in overlays else ()
    pointed_at = None if highlight is None else highlighted_price(analysis, highlight)
    axis = fit_price_axis(
        visible_price_range(visible),
        [*_line_prices(analysis, visible, overlays), *([] if pointed_at is None else [pointed_at])],
        _target_prices(analysis) if targets else [],
        analysis.scale,
        height,
    )
    tick_width = axis.tick_width(analysis.price_format, TICK_FONT_PX)
    label_room = room_for_labels(width, tick_width, bool(targets)) - LABEL_MARGINS_PX
    named = level_labels(analysis, overlays, lines, zones, palette)
    if highlight is not None:
        named = highlight_labels(named, analysis, highlight, palette)
    labels = tuple(label.fitted(label_room) for label in named)
    panes = momentum_panes(analysis, visible, overlays)
    pane_labels = tuple(tuple(label.fitted(label_room) for label in pane.labels(palette)) for pane in panes)
    caption_lines = wrap_caption(caption, width)
    footer_lines = wrap_footer(analysis, [pane.computed for pane in panes], width)
    frame = Frame(
        width=width,
        height=height,
        tick_width_px=tick_width,
        label_column_px=label_column_width((*labels, *chain.from_iterable(pane_labels))),
        has_targets=bool(targets),
        has_volume="volume" in overlays,
        pane_count=len(panes),
        legend=tuple(name for overlay, names in LEGEND.items() if overlay in overlays for name in names),
        caption_lines=len(caption_lines),
        footer_lines=len(footer_lines),
        warning_lines=count_warning_lines(analysis, width),
    )
    axis = replace(axis, height=frame.price_panel_height)
    return ChartPlan(
        analysis=analysis,
        visible=visible,
        overlays=overlays,
        lines=lines,
        zones=zones,
        labels=labels,
        panes=panes,
        pane_labels=pane_labels,
        rail=plan_rail(analysis, axis, frame) if frame.rail_px else None,
        axis=axis,
        frame=frame,
        palette=palette,
        caption=caption_lines,
        footer=footer_lines,
        highlight=highlight,
    )


def _drawn_lines(analysis: Analysis, overlays: frozenset[Overlay]) -> Iterator[Trendline]:
    """Yield the leading lines, and on daily bars the support of the weekly ones."""
    if "trendlines" in overlays:
        yield from analysis.leading
    if "weekly" in overlays and analysis.interval == "1d" and analysis.weekly_support is not None:
        yield analysis.weekly_support


def _target_prices(analysis: Analysis) -> list[float]:
    """Return the live targets and their consensus."""
    consensus = [] if analysis.consensus is None else [analysis.consensus.mean]
    return [*(target.target for target in live_targets(analysis)), *consensus]


def _line_prices(analysis: Analysis, visible: pd.DataFrame, overlays: frozenset[Overlay]) -> list[float]:
    """Return the lowest and highest price of the EMAs and bands drawn over the visible bars."""
    start = visible.index[0]
    series = []
    if "emas" in overlays:
        series += [ema.series.loc[start:] for ema in analysis.emas if ema.value is not None]
    if "bands" in overlays:
        series += [analysis.bands.loc[start:, "upper"], analysis.bands.loc[start:, "lower"]]
    extremes = [extreme for column in series for extreme in (column.min(), column.max())]
    return [float(extreme) for extreme in extremes if pd.notna(extreme)]
