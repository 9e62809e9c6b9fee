"""What one levels chart shows and how its space is divided, decided before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from charts.levels.edge_labels import EdgeLabel, label_column_width
from charts.levels.frame import LABELS_TO_TARGETS_GAP_PX, Frame
from charts.levels.label_texts import level_labels
from charts.levels.target_panel import TargetPanel, targets_with_column
from charts.options import Overlay, Period, visible_bars
from charts.palette import Palette
from charts.price_axis import LabeledPrice, PriceAxis, fit_price_axis
from charts.price_traces import visible_price_range
from charts.text_width import wrap
from indicators.analysis import Analysis
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

CAPTION_FONT_PX = 13
CAPTION_INDENT_PX = 60.0  # left and right of the caption together
CONSENSUS_CLEARANCE_PX = 6.0


@dataclass(frozen=True)
class ChartPlan:
    """The contents of one levels chart, with the axis and the frame fitted to them.

    `visible`: the bars drawn. `lines`, `zones`, `labels`: those drawn.
    """

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
    caption: tuple[str, ...] = ()

    def shows(self, overlay: Overlay) -> bool:
        return overlay in self.overlays

    @property
    def places(self) -> int:
        """The decimals of prices."""
        return self.analysis.price_format.places

    @property
    def sessions(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.visible.index)

    @property
    def start(self) -> pd.Timestamp:
        return self.sessions[0]


def plan_chart(
    analysis: Analysis,
    period: Period,
    overlays: frozenset[Overlay],
    palette: Palette,
    height: int,
    width: int,
    caption: str,
) -> ChartPlan:
    """Return the plan of a chart of `width` x `height` pixels, to which the caption's lines add height."""
    visible = visible_bars(analysis.bars, period)
    targets = targets_with_column(analysis, width) if "targets" in overlays else ()
    lines = analysis.leading if "trendlines" in overlays else ()
    zones = analysis.zones if "zones" in overlays else ()
    labels = tuple(level_labels(analysis, overlays, lines, zones, palette))
    caption_lines = tuple(wrap(caption, width - CAPTION_INDENT_PX, CAPTION_FONT_PX))
    frame = Frame(
        width=width,
        height=height,
        firms=len(targets),
        label_column_px=label_column_width(labels, LABELS_TO_TARGETS_GAP_PX),
        targets_shown="targets" in overlays,
        caption_lines=len(caption_lines),
    )
    panel = TargetPanel(targets, analysis.price_format, frame)
    return ChartPlan(
        analysis=analysis,
        visible=visible,
        overlays=overlays,
        lines=lines,
        zones=zones,
        labels=labels,
        panel=panel,
        axis=fit_price_axis(
            _traded_price_range(analysis, visible, overlays),
            panel.labeled_prices + _labeled_consensus(panel, analysis),
            analysis.scale,
            frame.price_panel_height,
        ),
        frame=frame,
        palette=palette,
        caption=caption_lines,
    )


def _labeled_consensus(panel: TargetPanel, analysis: Analysis) -> list[LabeledPrice]:
    if not panel.targets or analysis.consensus is None:
        return []
    return [LabeledPrice(analysis.consensus.mean, CONSENSUS_CLEARANCE_PX, CONSENSUS_CLEARANCE_PX)]


def _traded_price_range(analysis: Analysis, visible: pd.DataFrame, overlays: frozenset[Overlay]) -> list[float]:
    """Return the lowest and highest price of the visible candles and of the EMAs and bands drawn over them."""
    start = visible.index[0]
    series = []
    if "emas" in overlays:
        series += [ema.series.loc[start:] for ema in analysis.emas if ema.value is not None]
    if "bands" in overlays:
        series += [analysis.bands.loc[start:, "upper"], analysis.bands.loc[start:, "lower"]]
    price_range = visible_price_range(visible, *series)
    # A lower band at or below zero must not stretch the axis there, and has no place on a log scale
    return price_range if min(price_range) > 0 else visible_price_range(visible)
