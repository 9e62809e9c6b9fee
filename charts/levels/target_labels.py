"""Text of the target panel: its legend, the figures at each mark, firm names and ratings below."""

from __future__ import annotations

from typing import Any

from charts.base_layout import text_annotation
from charts.levels.frame import PRICE_PANEL_BOTTOM
from charts.levels.plan import ChartPlan
from charts.levels.target_panel import (
    NORMAL_FONT_PX,
    SMALL_FONT_PX,
    TARGET_AXIS,
    TargetPanel,
    has_figures_below,
    rating_text,
)
from charts.palette import Palette
from charts.price_axis import PriceAxis
from charts.source_names import source_subject
from charts.text_width import elide, text_width
from indicators.analysts.targets import CurrentTarget
from text.escape import escape_plotly

LEGEND_FONT_PX = 12
NOTE_HEIGHT = 0.62  # of the plot: where the note of a panel without targets stands
NAMES_TOP_GAP_PX = 10
NAMES_OVERHANG_PX = 28.0  # how far names may extend below the plot
TWO_LINE_COLUMN_PX = 29.0  # a column this wide holds two vertical lines of small type
MAX_RATING_SHARE = 0.42  # of a vertical line that holds both name and rating


def target_panel_annotations(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the panel's legend and labels, or a note if there are no targets; nothing if the panel is hidden."""
    if not plan.shows("targets"):
        return []
    if not plan.panel.targets:
        return [_no_targets_note(plan)]
    labels = [
        label
        for column, target in enumerate(plan.panel.targets)
        for label in (
            _figures_label(column, target, plan.panel, plan.axis, plan.palette),
            _name_label(column, target, plan.panel, plan.palette),
        )
    ]
    return [_legend(plan), *labels]


def _legend(plan: ChartPlan) -> dict[str, Any]:
    """Return the panel's title and symbols, each in its color; the title says if some firms have no column."""
    palette, drawn, known = plan.palette, len(plan.panel.targets), len(plan.analysis.targets)
    title = "Analyst targets" if drawn == known else f"Analyst targets, {drawn} newest of {known}"
    symbols = (
        (palette.rise, "▲ raised"),
        (palette.fall, "▼ cut"),
        (palette.kept, "● kept or new"),
        (palette.kept, "○ prior"),
    )
    text = f"<b>{title}</b>   " + "  ".join(f"<span style='color:{color}'>{symbol}</span>" for color, symbol in symbols)
    place = {"xanchor": "right", "align": "right", "yanchor": "bottom", "yshift": 4}
    return text_annotation(text, 1.0, 1.0, palette.muted, LEGEND_FONT_PX, **place)


def _no_targets_note(plan: ChartPlan) -> dict[str, Any]:
    analysis = plan.analysis
    source = escape_plotly(source_subject(analysis.source))
    if analysis.targets_known:
        text = f"{source} has no<br>analyst targets<br>for {escape_plotly(analysis.symbol)}"
    else:
        text = "Analyst targets<br>could not be<br>fetched"
    center = (plan.frame.target_panel_start + 1) / 2
    place = {"xanchor": "center", "align": "center"}
    return text_annotation(text, center, NOTE_HEIGHT, plan.palette.muted, LEGEND_FONT_PX, **place)


def _figures_label(
    column: int, target: CurrentTarget, panel: TargetPanel, axis: PriceAxis, palette: Palette
) -> dict[str, Any]:
    """Return target and upside beside the mark; an arrow leads them if the target is off the axis."""
    figure, upside = panel.figures[column]
    on_axis = axis.contains(target.target)
    below = target.target < axis.low or (has_figures_below(target) and on_axis)
    arrow = "" if on_axis else ("↓ " if below else "↑ ")
    separator = "<br>" if panel.horizontal_figures else " "
    shift = panel.mark_px / 2 + 4.0
    return {
        "xref": TARGET_AXIS,
        "yref": "y",
        "x": column,
        "y": axis.coordinate(axis.clamp(target.target)),
        "text": f"{arrow}<b>{escape_plotly(figure)}</b>{separator}{upside}",
        "textangle": 0 if panel.horizontal_figures else -90,
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "top" if below else "bottom",
        "yshift": -shift if below else shift,
        "font": {
            "size": NORMAL_FONT_PX if panel.horizontal_figures else panel.vertical_font_px,
            "color": palette.ink if target.counted else palette.faint,
        },
        "bgcolor": palette.ground,
        "borderpad": 0,
    }


def _name_label(column: int, target: CurrentTarget, panel: TargetPanel, palette: Palette) -> dict[str, Any]:
    """Return the firm's name and rating below the panel."""
    names = panel.horizontal_names
    return {
        "xref": TARGET_AXIS,
        "yref": "paper",
        "x": column,
        "y": PRICE_PANEL_BOTTOM,
        "yshift": -NAMES_TOP_GAP_PX,
        "text": "<br>".join(names[column]) if names else _vertical_name(target, panel),
        "textangle": 0 if names is not None else -90,
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "top",
        "align": "center" if names is not None else "right",
        "font": {
            "size": SMALL_FONT_PX if names is not None else panel.vertical_font_px,
            "color": palette.muted if target.counted else palette.faint,
        },
    }


def _vertical_name(target: CurrentTarget, panel: TargetPanel) -> str:
    """Return name and rating in two vertical lines if the column has room for them, else in one; cut to fit."""
    length = panel.frame.plot_height * PRICE_PANEL_BOTTOM - NAMES_TOP_GAP_PX + NAMES_OVERHANG_PX
    font_px = panel.vertical_font_px
    rating = rating_text(target)
    if panel.frame.column_px >= TWO_LINE_COLUMN_PX:
        name, rating = elide(target.firm, length, font_px, True), elide(rating, length, font_px)
        return f"<b>{escape_plotly(name)}</b><br>{escape_plotly(rating)}"
    rating = elide(rating, MAX_RATING_SHARE * length, font_px)
    name = elide(target.firm, length - text_width(f"  {rating}", font_px), font_px, True)
    return f"<b>{escape_plotly(name)}</b>  {escape_plotly(rating)}"
