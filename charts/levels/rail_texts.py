"""Text of the target rail: its title, a row for each price, what lies beyond the axis, and what the marks mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from charts.levels.plan import ChartPlan
from charts.levels.target_hover import target_list_hover
from charts.levels.target_rail import RAIL_INSET_PX, RIGHT_PX, ROW_FONT_PX, RailRow, TargetRail
from charts.text_width import elide, text_width
from indicators.levels import TargetOrigin, level_key
from text import numbers

SMALL_FONT_PX = 11
FOOT_LINE_PX, TITLE_LINE_PX = 15, 16
MAX_FIRMS_TOLD = 4  # in the hover label of a row of several firms; the others are listed
RAISED, CUT, UNCHANGED, PRIOR, OWN = "▲", "▼", "●", "┬", "■"


def rail_texts(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return the rail's title, rows, arrows to what lies beyond the axis, and the notes at its foot."""
    rail = plan.rail
    if rail is None:
        return []
    return [*_title(plan, rail), *_rows(plan, rail), *_pins(plan, rail), *_foot(plan, rail)]


def _text(x_px: float, text: str, color: str, size: int, **place: object) -> dict[str, Any]:
    """Return text that begins `x_px` pixels right of the price panel; `place` holds Plotly annotation attributes."""
    return {"xshift": x_px, "text": text, "font": {"color": color, "size": size}} | place


def _title(plan: ChartPlan, rail: TargetRail) -> Iterator[dict[str, Any]]:
    """Yield how many targets there are, and their range and mean."""
    written, consensus = rail.written, plan.analysis.consensus
    count = f"<b>{numbers.format_count(len(rail.live), 'analyst target')}</b>"
    above = {"yref": "paper", "y": 1.0, "yanchor": "bottom"}
    yield _text(rail.left_px, count, plan.palette.ink, ROW_FONT_PX, yshift=4 + TITLE_LINE_PX, **above)
    if consensus is not None:
        low, high = written.target_number(consensus.low), written.target_number(consensus.high)
        mean = f"mean {written.number(consensus.mean)} {numbers.format_whole_percent(consensus.upside_pct)}"
        text = f"{low} to {high}, {mean}"
        if low == high or text_width(text, SMALL_FONT_PX) > rail.width_px:
            text = mean
        yield _text(rail.left_px, text, plan.palette.muted, SMALL_FONT_PX, yshift=4, **above)


def _rows(plan: ChartPlan, rail: TargetRail) -> Iterator[dict[str, Any]]:
    for row in rail.rows:
        told, listed = row.targets[:MAX_FIRMS_TOLD], row.targets[MAX_FIRMS_TOLD:]
        parts = [plan.target_hovers[target.firm] for target in told]
        hover = "<br><br>".join([*parts, *([target_list_hover(listed, rail.written)] if listed else [])])
        position = plan.axis.coordinate_at(row.pixel)
        box = {"bgcolor": plan.palette.highlight} if _is_highlighted(plan, row) else {}
        yield _text(rail.text_px, rail.row_text(row), plan.palette.ink, ROW_FONT_PX, y=position, hovertext=hover, **box)


def _is_highlighted(plan: ChartPlan, row: RailRow) -> bool:
    key = "" if plan.highlight is None else plan.highlight.key
    return any(level_key(TargetOrigin(target.firm)) == key for target in row.targets)


def _pins(plan: ChartPlan, rail: TargetRail) -> Iterator[dict[str, Any]]:
    """Yield an arrow at each end of the axis beyond which targets lie: how many, and how far they go."""
    axis, written = plan.axis, rail.written
    ends = []
    if rail.above:
        highest = written.target_number(max(target.target for target in rail.above))
        ends.append((f"↑ {len(rail.above)} above, to {highest}", rail.above, axis.height - RAIL_INSET_PX))
    if rail.below:
        lowest = written.target_number(min(target.target for target in rail.below))
        ends.append((f"↓ {len(rail.below)} below, to {lowest}", rail.below, RAIL_INSET_PX))
    for text, targets, pixel in ends:
        hover = target_list_hover(targets, written)
        position = axis.coordinate_at(pixel)
        yield _text(rail.text_px, text, plan.palette.muted, ROW_FONT_PX, y=position, hovertext=hover)


def _foot(plan: ChartPlan, rail: TargetRail) -> Iterator[dict[str, Any]]:
    """Yield, below the price panel, how many targets have no row, and what the marks mean."""
    palette = plan.palette
    below = {"yref": "paper", "y": plan.frame.price_panel_bottom, "yanchor": "top"}
    rest = _targets_without_row(rail)
    if rest:
        hover = target_list_hover((*rail.without_row, *rail.faint), rail.written)
        text = elide(rest, rail.width_px - RIGHT_PX, SMALL_FONT_PX)
        yield _text(rail.left_px, text, palette.muted, SMALL_FONT_PX, yshift=-4, hovertext=hover, **below)
    has_own = any(target.source == "own" for target in (*rail.live, *rail.faint))
    raised, cut = (
        f"<span style='color:{palette.rise}'>{RAISED}</span>",
        f"<span style='color:{palette.fall}'>{CUT}</span>",
    )
    legend = f"{raised} raised  {cut} cut  {UNCHANGED} kept, new<br>{PRIOR} prior target" + f"  {OWN} own" * has_own
    shift = -4 - FOOT_LINE_PX * bool(rest)
    yield _text(rail.left_px, legend, palette.muted, SMALL_FONT_PX, yshift=shift, **below)


def _targets_without_row(rail: TargetRail) -> str:
    """Return how many targets no row names: `19 more, 3 stale`."""
    stale = sum(target.stale for target in rail.faint)
    counts = {"more": len(rail.without_row), "stale": stale, "not counted": len(rail.faint) - stale}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)
