"""Title, caption and footer of a levels chart."""

from __future__ import annotations

from typing import Any

from charts.base_layout import text_annotation
from charts.levels.plan import CAPTION_FONT_PX, ChartPlan
from charts.source_names import is_demo, source_name
from charts.text_width import elide, text_width
from indicators.analysis import Analysis
from text import numbers
from text.escape import escape_plotly
from text.numbers import format_integer

TITLE_FONT_PX, SUBTITLE_FONT_PX, FOOTER_FONT_PX = 19, 12, 10
TEXT_SHIFT_PX = -40  # title, caption and footer start left of the plot
BADGE_PADDING_PX = 30.0
TITLE_MARGIN_PX = 40.0
SAMPLE_BADGE = source_name("sample").upper()


def title_annotations(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the title, the subtitle and, for the sample, a badge that says the prices are not real."""
    above = {"yanchor": "bottom", "xshift": TEXT_SHIFT_PX}
    palette = plan.palette
    return [
        text_annotation(_title(plan), 0.0, 1.0, palette.ink, TITLE_FONT_PX, yshift=44, **above),
        text_annotation(_subtitle(plan.analysis), 0.0, 1.0, palette.muted, SUBTITLE_FONT_PX, yshift=24, **above),
        *_sample_badge(plan),
    ]


def _title(plan: ChartPlan) -> str:
    """Return symbol, name, price and change; the name is cut to the room that the others leave."""
    analysis, palette = plan.analysis, plan.palette
    price = analysis.price_format.price(analysis.price)
    change = ""
    if analysis.change_pct is not None:
        change = f"{numbers.format_percent(analysis.change_pct)}{analysis.unit.of_change}"
    color = palette.rise if (analysis.change_pct or 0) >= 0 else palette.fall
    name_width = plan.frame.width - text_width(f"{analysis.symbol}    {price}  {change}", TITLE_FONT_PX, True)
    if is_demo(analysis.source):
        name_width -= text_width(SAMPLE_BADGE, SUBTITLE_FONT_PX, True) + BADGE_PADDING_PX
    name = escape_plotly(elide(analysis.name, name_width - TITLE_MARGIN_PX, TITLE_FONT_PX))
    return (
        f"<b>{escape_plotly(analysis.symbol)}</b>  {name}"
        f"  <b>{escape_plotly(price)}</b>  <span style='color:{color}'>{change}</span>"
    )


def _subtitle(analysis: Analysis) -> str:
    levels = "Levels" if analysis.interval == "1d" else f"{analysis.unit.of_chart.capitalize()} levels"
    parts = [f"{levels} and analyst targets as of {numbers.format_day(analysis.as_of)}"]
    if analysis.session != analysis.as_of:
        parts.append(f"last session {numbers.format_day(analysis.session)}")
    if analysis.in_progress:
        parts.append("session in progress")
    elif analysis.bar_in_progress:
        parts.append(f"{analysis.unit.bar} in progress")
    source = "" if is_demo(analysis.source) else f" · {escape_plotly(source_name(analysis.source))}"
    return ", ".join(parts) + source


def _sample_badge(plan: ChartPlan) -> list[dict[str, Any]]:
    if not is_demo(plan.analysis.source):
        return []
    color = plan.palette.warning
    border = {"bordercolor": color, "borderwidth": 1, "borderpad": 4}
    place = {"xanchor": "right", "yanchor": "bottom", "yshift": 44}
    return [text_annotation(f"<b>{SAMPLE_BADGE}</b>", 1.0, 1.0, color, SUBTITLE_FONT_PX, **place, **border)]


def caption_and_footer(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the caption, if any, and the footer that says how the figures are computed."""
    below = {"yanchor": "top", "xshift": TEXT_SHIFT_PX}
    footer_shift = -36 - plan.frame.full_height + plan.frame.height
    footer = text_annotation(
        _footer(plan.analysis), 0.0, 0.0, plan.palette.faint, FOOTER_FONT_PX, yshift=footer_shift, **below
    )
    if not plan.caption:
        return [footer]
    caption = "<br>".join(escape_plotly(line, 400) for line in plan.caption)
    return [text_annotation(caption, 0.0, 0.0, plan.palette.ink, CAPTION_FONT_PX, yshift=-32, **below), footer]


def _footer(analysis: Analysis) -> str:
    bars = f"{format_integer(len(analysis.bars))} {analysis.unit.bar}s"
    return (
        f"{analysis.price_basis.capitalize()} closes"
        f" · EMAs seeded with the mean of their first n closes, over {bars}"
        f" · Bollinger 20, 2 population deviations · {escape_plotly(source_name(analysis.source))} · Levelboard"
    )
