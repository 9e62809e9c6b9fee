"""The right-hand panel: one column a firm, its prior target hollow, its current one full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charts.palette import Palette
from charts.price_axis import PriceAxis
from charts.words import plain
from indicators import notation
from indicators.analysis import Analysis
from indicators.targets import CurrentTarget

AXIS = "x3"
FIGURES_ACROSS_UP_TO = 8  # more columns than these leave no room for words that run across
NAMES_ACROSS_UP_TO = 3
ROOMY_UP_TO = 18  # more leave room for one line of small type a column
OLDEST_DRAWN = 730  # days: older targets are in the table, a column would give them a weight they lost
STALE = 0.4
SYMBOLS = {"raised": "triangle-up", "cut": "triangle-down"}
ARROWS = {"upgraded": " ▲", "downgraded": " ▼"}


def panel_share(firms: int) -> float:
    """The share of the picture's width that the firms take: enough for each one's words."""
    return min(0.15 + 0.018 * firms, 0.46)


def headroom(firms: int) -> float:
    """Pixels that the words beyond a mark take."""
    return 44.0 if firms <= FIGURES_ACROSS_UP_TO else 76.0


def drawn_targets(analysis: Analysis) -> tuple[CurrentTarget, ...]:
    """The firms that have a column, lowest target first."""
    return tuple(
        sorted((each for each in analysis.targets if each.age_days <= OLDEST_DRAWN), key=lambda each: each.target)
    )


def target_traces(
    targets: Sequence[CurrentTarget], axis: PriceAxis, palette: Palette, currency: str
) -> list[dict[str, Any]]:
    """Stems, hollow marks and full marks; a target off the axis stands at its end as an open arrow."""
    if not targets:
        return []
    return [
        *(_stem(column, each, axis, palette) for column, each in enumerate(targets) if _moved(each)),
        _prior_marks(targets, axis, palette),
        _current_marks(targets, axis, palette, currency),
    ]


def _moved(target: CurrentTarget) -> bool:
    return target.prior_target is not None and target.prior_target != target.target


def _stem(column: int, target: CurrentTarget, axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "xaxis": AXIS,
        "yaxis": "y",
        "x": [column, column],
        "y": [axis.pinned(target.prior_target or target.target), axis.pinned(target.target)],
        "line": {"color": palette.change(target.change), "width": 2},
        "opacity": STALE if target.stale else 1.0,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _prior_marks(targets: Sequence[CurrentTarget], axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    shown = [(column, each) for column, each in enumerate(targets) if each.prior_target is not None]
    return _marks(shown, [axis.pinned(each.prior_target or 0.0) for _, each in shown]) | {
        "marker": {
            "symbol": "circle",
            "size": 9 if len(targets) <= ROOMY_UP_TO else 7,
            "color": palette.ground,
            "line": {"width": 2, "color": [palette.change(each.change) for _, each in shown]},
            "opacity": [STALE if each.stale else 1.0 for _, each in shown],
        },
        "hoverinfo": "skip",
    }


def _current_marks(
    targets: Sequence[CurrentTarget], axis: PriceAxis, palette: Palette, currency: str
) -> dict[str, Any]:
    shown = list(enumerate(targets))
    return _marks(shown, [axis.pinned(each.target) for each in targets]) | {
        "marker": {
            "symbol": [SYMBOLS.get(each.change, "circle") for each in targets],
            "size": [
                (12 if each.change in SYMBOLS else 10) - (0 if len(targets) <= ROOMY_UP_TO else 3) for each in targets
            ],
            "color": [palette.change(each.change) for each in targets],
            "opacity": [STALE if each.stale else 1.0 for each in targets],
        },
        "hovertext": [hover_text(each, currency) for each in targets],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _marks(shown: Sequence[tuple[int, CurrentTarget]], prices: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": AXIS,
        "yaxis": "y",
        "x": [column for column, _ in shown],
        "y": list(prices),
        "cliponaxis": False,
        "showlegend": False,
    }


def hover_text(target: CurrentTarget, currency: str) -> str:
    """All that is known of a firm's target, a line each."""
    lines = [f"<b>{plain(target.firm)}</b>" + (f" · {plain(target.analyst)}" if target.analyst else "")]
    if target.rating:
        moved = target.prior_rating and target.prior_rating != target.rating
        lines.append(plain(f"{target.rating} from {target.prior_rating}" if moved else target.rating))
    lines.append(_target_words(target, currency))
    if target.horizon:
        lines.append(f"for {plain(target.horizon)}")
    lines.append(f"{notation.day(target.date)}" + (", stale" if target.stale else ""))
    if target.note:
        lines.append(f"<i>{plain(target.note, 90)}</i>")
    return "<br>".join(lines)


def _target_words(target: CurrentTarget, currency: str) -> str:
    words = plain(notation.target(target.target, currency))
    if target.prior_target is not None:
        words += f" from {plain(notation.target(target.prior_target, currency))}"
    return words if target.upside_pct is None else f"{words}, {notation.percent(target.upside_pct)} to the price"


def target_annotations(
    targets: Sequence[CurrentTarget], axis: PriceAxis, palette: Palette, currency: str, foot: float
) -> list[dict[str, Any]]:
    """Each firm's words: its target and upside at the mark, its name and rating below the panel at `foot`."""
    firms = len(targets)
    return [
        words
        for column, each in enumerate(targets)
        for words in (
            _figure_words(column, each, axis, palette, currency, firms),
            _firm_words(column, each, palette, foot, firms),
        )
    ]


def _figure_words(
    column: int, target: CurrentTarget, axis: PriceAxis, palette: Palette, currency: str, firms: int
) -> dict[str, Any]:
    across, roomy = firms <= FIGURES_ACROSS_UP_TO, firms <= ROOMY_UP_TO
    figure = plain(notation.target(target.target, currency))
    upside = "" if target.upside_pct is None else notation.whole_percent(target.upside_pct)
    below = target.change == "cut" and axis.holds(target.target)
    off = "" if axis.holds(target.target) else ("↑ " if target.target > axis.high else "↓ ")
    if not axis.holds(target.target):
        below = target.target > axis.high
    return {
        "xref": AXIS,
        "yref": "y",
        "x": column,
        "y": axis.coordinate(axis.pinned(target.target)),
        "text": f"{off}<b>{figure}</b>{'<br>' if across else ' '}{upside}",
        "textangle": 0 if across else -90,
        "showarrow": False,
        "yanchor": "top" if below else "bottom",
        "yshift": -8 if below else 8,
        "font": {"size": 11 if across else 10 if roomy else 8, "color": palette.muted if target.stale else palette.ink},
    } | ({"bgcolor": palette.ground, "borderpad": 1, "opacity": 0.92} if roomy else {})


def _firm_words(column: int, target: CurrentTarget, palette: Palette, foot: float, firms: int) -> dict[str, Any]:
    across, roomy = firms <= NAMES_ACROSS_UP_TO, firms <= ROOMY_UP_TO
    rating = plain(target.rating or "", 22 if roomy else 14) + ARROWS.get(target.action or "", "")
    name = plain(target.firm, 22 if roomy else 18)
    return {
        "xref": AXIS,
        "yref": "paper",
        "x": column,
        "y": foot,
        "text": f"<b>{name}</b>{'<br>' if roomy else '  '}{rating}",
        "textangle": 0 if across else -90,
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "top",
        "align": "center" if across else "right",
        "font": {"size": 10 if roomy else 8, "color": palette.faint if target.stale else palette.muted},
    }
