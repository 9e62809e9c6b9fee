"""Title, caption and footer of a levels chart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from charts.base_layout import text_annotation
from charts.source_names import is_demo, source_name
from charts.text_width import elide, text_width, wrap
from indicators.analysis import Analysis
from text import numbers
from text.escape import escape_plotly
from text.numbers import format_integer

if TYPE_CHECKING:
    from charts.levels.plan import ChartPlan

TITLE_FONT_PX, SUBTITLE_FONT_PX, CAPTION_FONT_PX, FOOTER_FONT_PX = 19, 12, 13, 10
TITLE_SHIFT_PX, SUBTITLE_SHIFT_PX = 38, 20  # above the plot
BADGE_SHIFT_PX, BADGE_LINE_SHIFT_PX = 42, 64  # beside the title, or above it where it does not fit
EDGE_PX = 8  # from title, caption and footer to either edge of the picture
BADGE_PADDING_PX = 30.0
TITLE_GAP_PX = 24.0
DATES_PX = 24  # between the plot and the caption, for the dates
SAMPLE_BADGE = source_name("sample").upper()


def wrap_caption(caption: str, width: int) -> tuple[str, ...]:
    """Return the lines of a caption in a chart of `width` pixels."""
    return tuple(wrap(caption, width - 4 * EDGE_PX, CAPTION_FONT_PX))


def wrap_footer(analysis: Analysis, computed: Iterable[str], width: int) -> tuple[str, ...]:
    """Return the lines of the footer, which says how the figures are computed, in a chart of `width` pixels.

    `computed`: how those of the panes below the volume are.
    """
    bars = f"{format_integer(len(analysis.bars))} {analysis.unit.bar}s"
    footer = (
        f"{analysis.price_basis.capitalize()} closes"
        f" · EMAs seeded with the mean of their first n closes, over {bars}"
        f" · Bollinger 20, 2 population deviations{''.join(f' · {figure}' for figure in computed)}"
        f" · {source_name(analysis.source)} · Levelboard"
    )
    return tuple(wrap(footer, width - 4 * EDGE_PX, FOOTER_FONT_PX))


def count_warning_lines(analysis: Analysis, width: int) -> int:
    """Return 1 if the badge of the sample needs a line of its own above the title, else 0."""
    return int(is_demo(analysis.source) and _title_room(analysis, width) < text_width(analysis.symbol, TITLE_FONT_PX))


def title_annotations(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the title, the subtitle and, for the sample, a badge that says the prices are not real."""
    above = {"yanchor": "bottom", "xshift": EDGE_PX - plan.frame.left_px}
    palette, legend_px = plan.palette, plan.frame.legend_px
    title = {"yshift": TITLE_SHIFT_PX + legend_px} | above
    subtitle = {"yshift": SUBTITLE_SHIFT_PX + legend_px} | above
    return [
        text_annotation(_title(plan), 0.0, 1.0, palette.ink, TITLE_FONT_PX, **title),
        text_annotation(_subtitle(plan), 0.0, 1.0, palette.muted, SUBTITLE_FONT_PX, **subtitle),
        *_sample_badge(plan),
    ]


def _title(plan: ChartPlan) -> str:
    """Return symbol, name, price and change; the name is cut to the room that the others leave."""
    analysis, palette = plan.analysis, plan.palette
    price, change = _price_and_change(analysis)
    color = palette.rise if (analysis.change_pct or 0) >= 0 else palette.fall
    room = _title_room(analysis, plan.frame.width)
    if plan.frame.warning_lines:
        room += _badge_width(analysis)
    name = escape_plotly(elide(analysis.name, room, TITLE_FONT_PX))
    return (
        f"<b>{escape_plotly(analysis.symbol)}</b>  {name}"
        f"  <b>{escape_plotly(price)}</b>  <span style='color:{color}'>{change}</span>"
    )


def _price_and_change(analysis: Analysis) -> tuple[str, str]:
    change = ""
    if analysis.change_pct is not None:
        change = f"{numbers.format_percent(analysis.change_pct)}{analysis.unit.of_change}"
    return analysis.price_format.price(analysis.price), change


def _title_room(analysis: Analysis, width: int) -> float:
    """Return the pixels that symbol, price, change and badge leave for the name, negative if even they do not fit."""
    price, change = _price_and_change(analysis)
    fixed = text_width(f"{analysis.symbol}    {price}  {change}", TITLE_FONT_PX, True)
    return width - 2 * EDGE_PX - TITLE_GAP_PX - fixed - _badge_width(analysis)


def _badge_width(analysis: Analysis) -> float:
    return text_width(SAMPLE_BADGE, SUBTITLE_FONT_PX, True) + BADGE_PADDING_PX if is_demo(analysis.source) else 0.0


def _subtitle(plan: ChartPlan) -> str:
    analysis = plan.analysis
    parts = [f"{_contents(plan)} as of {numbers.format_day(analysis.as_of)}"]
    if analysis.session != analysis.as_of:
        parts.append(f"last session {numbers.format_day(analysis.session)}")
    if analysis.in_progress:
        parts.append("session in progress")
    elif analysis.bar_in_progress:
        parts.append(f"{analysis.unit.bar} in progress")
    if plan.shows("targets") and analysis.consensus is None:
        parts.append("no live analyst targets" if analysis.targets_known else "analyst targets could not be fetched")
    source = "" if is_demo(analysis.source) else f" · {source_name(analysis.source)}"
    room = plan.frame.width - 2 * EDGE_PX
    return escape_plotly(elide(", ".join(parts) + source, room, SUBTITLE_FONT_PX), 200)


def _contents(plan: ChartPlan) -> str:
    levels = "Levels" if plan.analysis.interval == "1d" else f"{plan.analysis.unit.of_chart.capitalize()} levels"
    return levels if plan.rail is None else f"{levels} and analyst targets"


def _sample_badge(plan: ChartPlan) -> list[dict[str, Any]]:
    if not is_demo(plan.analysis.source):
        return []
    color = plan.palette.warning
    border = {"bordercolor": color, "borderwidth": 1, "borderpad": 4}
    text = f"<b>{SAMPLE_BADGE}</b>"
    if plan.frame.warning_lines:
        place = {
            "yanchor": "bottom",
            "xshift": EDGE_PX + 4 - plan.frame.left_px,
            "yshift": BADGE_LINE_SHIFT_PX + plan.frame.legend_px,
        }
        return [text_annotation(text, 0.0, 1.0, color, SUBTITLE_FONT_PX, **place, **border)]
    right = plan.frame.margin["r"] - EDGE_PX
    place = {"xanchor": "right", "yanchor": "bottom", "xshift": right, "yshift": BADGE_SHIFT_PX + plan.frame.legend_px}
    return [text_annotation(text, 1.0, 1.0, color, SUBTITLE_FONT_PX, **place, **border)]


def caption_and_footer(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the caption, if any, and the footer that says how the figures are computed."""
    frame, palette = plan.frame, plan.palette
    left = {"xshift": EDGE_PX - frame.left_px}
    texts = [
        text_annotation(
            "<br>".join(escape_plotly(line, 400) for line in plan.footer),
            0.0,
            0.0,
            palette.faint,
            FOOTER_FONT_PX,
            yanchor="bottom",
            yshift=EDGE_PX // 2 - frame.margin["b"],
            **left,
        )
    ]
    if plan.caption:
        caption = "<br>".join(escape_plotly(line, 400) for line in plan.caption)
        below_dates = {"yanchor": "top", "yshift": -DATES_PX}
        texts.append(text_annotation(caption, 0.0, 0.0, palette.ink, CAPTION_FONT_PX, **below_dates, **left))
    return texts
