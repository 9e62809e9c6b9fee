"""Marks of the target panel: a full one at each target, a hollow one at its prior target, a stem between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charts.levels.target_panel import CHANGE_SYMBOLS, TARGET_AXIS, TargetPanel
from charts.palette import Palette
from charts.price_axis import PriceAxis
from indicators.analysts.target_notes import doubt_phrase
from indicators.analysts.targets import CurrentTarget
from text import numbers
from text.escape import escape_plotly
from text.numbers import PriceFormat

UNCOUNTED_OPACITY = 0.4


def target_traces(panel: TargetPanel, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """Return stems, prior marks and current marks; a target off the axis is an open triangle near its end."""
    if not panel.targets:
        return []
    changed = [(column, target) for column, target in enumerate(panel.targets) if target.change in CHANGE_SYMBOLS]
    return [
        *(_stem(column, target, axis, palette) for column, target in changed),
        _prior_marks(changed, panel, axis, palette),
        _current_marks(panel, axis, palette),
    ]


def _stem(column: int, target: CurrentTarget, axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "xaxis": TARGET_AXIS,
        "yaxis": "y",
        "x": [column, column],
        "y": [axis.clamp(target.prior_target or target.target), axis.clamp(target.target)],
        "line": {"color": palette.target_change(target.change), "width": 2},
        "opacity": _opacity(target),
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _prior_marks(
    changed: Sequence[tuple[int, CurrentTarget]], panel: TargetPanel, axis: PriceAxis, palette: Palette
) -> dict[str, Any]:
    priors = [target.prior_target or 0.0 for _, target in changed]
    return _mark_trace([column for column, _ in changed], [axis.clamp(prior) for prior in priors]) | {
        "marker": {
            "symbol": [_off_axis_symbol(prior, axis) or "circle" for prior in priors],
            "size": panel.mark_px - 1,
            "color": palette.ground,
            "line": {"width": 2, "color": [palette.target_change(target.change) for _, target in changed]},
            "opacity": [_opacity(target) for _, target in changed],
        },
        "hoverinfo": "skip",
    }


def _current_marks(panel: TargetPanel, axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    targets = panel.targets
    colors = [palette.target_change(target.change) for target in targets]
    off_axis = [_off_axis_symbol(target.target, axis) for target in targets]
    return _mark_trace(list(range(len(targets))), [axis.clamp(target.target) for target in targets]) | {
        "marker": {
            "symbol": [
                symbol or CHANGE_SYMBOLS.get(target.change, "circle")
                for target, symbol in zip(targets, off_axis, strict=True)
            ],
            "size": [panel.mark_px + (2 if target.change in CHANGE_SYMBOLS else 0) for target in targets],
            "color": [palette.ground if symbol else color for symbol, color in zip(off_axis, colors, strict=True)],
            "line": {"width": [2 if symbol else 0 for symbol in off_axis], "color": colors},
            "opacity": [_opacity(target) for target in targets],
        },
        "hovertext": [hover_text(target, panel.written) for target in targets],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _opacity(target: CurrentTarget) -> float:
    return 1.0 if target.counted else UNCOUNTED_OPACITY


def _off_axis_symbol(price: float, axis: PriceAxis) -> str | None:
    """Return the symbol that points to a price beyond the axis; None if the price is on it."""
    if axis.contains(price):
        return None
    return "triangle-up" if price > axis.high else "triangle-down"


def _mark_trace(columns: Sequence[int], prices: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": TARGET_AXIS,
        "yaxis": "y",
        "x": list(columns),
        "y": list(prices),
        "cliponaxis": False,
        "showlegend": False,
    }


def hover_text(target: CurrentTarget, written: PriceFormat) -> str:
    """Return everything known about a firm's target, one fact per line."""
    lines = [f"<b>{escape_plotly(target.firm)}</b>" + (f" · {escape_plotly(target.analyst)}" if target.analyst else "")]
    if target.rating:
        changed = target.prior_rating and target.prior_rating != target.rating
        lines.append(escape_plotly(f"{target.rating} from {target.prior_rating}" if changed else target.rating))
    lines.append(_target_and_upside(target, written))
    if target.horizon:
        lines.append(f"Horizon: {escape_plotly(target.horizon)}")
    doubt, own = f", {doubt_phrase(target)}" * (not target.counted), ", own target" * (target.source == "own")
    lines.append(f"{numbers.format_day(target.date)}{doubt}{own}")
    if target.note:
        lines.append(f"<i>{escape_plotly(target.note, 90)}</i>")
    return "<br>".join(lines)


def _target_and_upside(target: CurrentTarget, written: PriceFormat) -> str:
    text = escape_plotly(written.target(target.target))
    if target.prior_target is not None:
        text += f" from {escape_plotly(written.target(target.prior_target))}"
    return f"{text}, {numbers.format_percent(target.upside_pct)} vs. price"
