"""What is drawn in the target rail: the range of the targets, their marks with stems, and leaders to the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from charts.levels.plan import ChartPlan
from charts.levels.target_rail import LEADER_PX, MARK_PX, RANGE_BAR_PX, RailMark, RailRow, TargetRail
from charts.palette import Palette
from indicators.analysts.targets import TargetChange

# Marks from `l` to `r`, with `x` in the middle, `h` pixels above and below the price
TRIANGLE_UP, TRIANGLE_DOWN = "M{l},-{h}L{r},-{h}L{x},{h}Z", "M{l},{h}L{r},{h}L{x},-{h}Z"
SQUARE = "M{l},-{h}L{r},-{h}L{r},{h}L{l},{h}Z"
DOT = "M{l},0Q{l},{h},{x},{h}Q{r},{h},{r},0Q{r},-{h},{x},-{h}Q{l},-{h},{l},0Z"
CHANGE_PATHS: dict[TargetChange | None, str] = {"raised": TRIANGLE_UP, "cut": TRIANGLE_DOWN}
FAINT_OPACITY = 0.45
CAP_PX = 3.0  # half the width of the cap that ends a stem at the prior target


def rail_shapes(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return lines at the price and the consensus, the range of the targets, leaders, stems, and a mark a target."""
    rail, palette = plan.rail, plan.palette
    if rail is None:
        return []
    leaders = [_leader(row, rail, plan) for row in rail.rows if row.price is not None]
    stems = {
        color: [_stem(mark, mark.stem_end, rail) for mark in rail.marks if mark.stem_end and mark.change == change]
        for change, color in (("raised", palette.rise), ("cut", palette.fall))
    }
    return [
        *_price_and_consensus(plan, rail),
        *_lines(leaders, palette.faint, 0.6),
        *(line for color, paths in stems.items() for line in _lines(paths, color, 1.6)),
        *(_mark(mark, rail, palette) for mark in rail.marks),
    ]


def rail_hover_areas(plan: ChartPlan) -> list[dict[str, Any]]:
    """Return an invisible area over each mark that tells all that is known of the target: shapes have no hover."""
    if plan.rail is None:
        return []
    return [
        {
            "xshift": plan.rail.lane_px(mark.lane),
            "xanchor": "center",
            "y": plan.axis.coordinate(mark.target.target),
            "text": " ",
            "width": MARK_PX,
            "height": MARK_PX,
            "hovertext": plan.target_hovers[mark.target.firm],
        }
        for mark in plan.rail.marks
    ]


def _mark(mark: RailMark, rail: TargetRail, palette: Palette) -> dict[str, Any]:
    """Return the mark of a target: own ones have a shape of their own, those that do not count are faint."""
    target, x, half = mark.target, rail.lane_px(mark.lane), MARK_PX / 2
    is_own = target.source == "own"
    path = SQUARE if is_own else CHANGE_PATHS.get(mark.change, DOT)
    color = palette.ink if is_own else palette.target_change(mark.change)
    return {
        "type": "path",
        "path": path.format(l=x - half, x=x, r=x + half, h=half),
        "ysizemode": "pixel",
        "yanchor": target.target,
        "fillcolor": color if target.counted else palette.faint,
        "line": {"width": 0},
        "opacity": 1.0 if target.counted else FAINT_OPACITY,
    }


def _price_and_consensus(plan: ChartPlan, rail: TargetRail) -> Iterator[dict[str, Any]]:
    """Yield lines across the lanes at the price and the consensus, and a bar from the lowest target to the highest."""
    palette, axis, consensus, price = plan.palette, plan.axis, plan.analysis.consensus, plan.analysis.price
    start, bar, end = rail.left_px, rail.left_px + RANGE_BAR_PX, rail.lanes_end_px
    yield from _lines([f"M{start},{price}L{end},{price}"], palette.ink, 1.3, "dot")
    if consensus is not None:
        low, high, mean = axis.clamp(consensus.low), axis.clamp(consensus.high), consensus.mean
        yield from _lines([f"M{bar},{low}L{bar},{high}"], palette.consensus, 2.0)
        if axis.contains(mean):
            yield from _lines([f"M{start},{mean}L{end},{mean}"], palette.consensus, 1.6, "dash")


def _leader(row: RailRow, rail: TargetRail, plan: ChartPlan) -> str:
    start, end = rail.lane_px(row.lane) + MARK_PX / 2, rail.lanes_end_px
    return f"M{start},{row.price}L{end},{row.price}L{end + LEADER_PX},{plan.axis.price_at(row.pixel)}"


def _stem(mark: RailMark, end: float, rail: TargetRail) -> str:
    x = rail.lane_px(mark.lane)
    cap = f"M{x - CAP_PX},{end}L{x + CAP_PX},{end}" * mark.shows_prior
    return f"M{x},{mark.target.target}L{x},{end}{cap}"


def _lines(paths: Iterable[str], color: str, width: float, dash: str = "solid") -> Iterator[dict[str, Any]]:
    """Yield the lines, if any, as one shape: their x are pixels right of the price panel, their y prices."""
    path = "".join(paths)
    if path:
        yield {"type": "path", "path": path, "line": {"color": color, "width": width, "dash": dash}}
