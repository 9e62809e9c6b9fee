"""The right-hand panel: one column a firm, its prior target hollow, its current one full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from charts.levels.frame import FLOOR, Frame, columns_that_fit
from charts.palette import Palette
from charts.price_axis import LabeledPrice, PriceAxis
from charts.text_width import elide, text_width, wrap
from indicators.analysis import Analysis
from indicators.analysts.targets import CurrentTarget
from text import numbers
from text.escape import escape_plotly

AXIS = "x3"
OLDEST_DRAWN = 730  # days: older targets are in the table, a column would give them a weight they lost
STALE = 0.4
SYMBOLS = {"raised": "triangle-up", "cut": "triangle-down"}
ARROWS = {"upgraded": " ▲", "downgraded": " ▼"}

TYPE, SMALL, SMALLEST = 11, 10, 9  # pixels
TWO_LINES = 29.0  # a column this wide holds two lines of small type that run upwards
ONE_LINE = 16.0
ROOMY_MARKS = 20.0
LINE = 1.3  # Plotly's line spacing
MOST_LINES = 4  # of a firm's words where they run across
CLEAR = 6.0  # pixels between a mark's middle and its words, and between neighbours
NAMES_END = 28.0  # pixels below the plot down to which the names may run


def drawn_targets(analysis: Analysis, width: int) -> tuple[CurrentTarget, ...]:
    """The firms that have a column in a picture that wide, lowest target first: the newest, where not all fit."""
    recent = sorted(
        (target for target in analysis.targets if target.age_days <= OLDEST_DRAWN), key=lambda target: target.age_days
    )
    return tuple(
        sorted(recent[: columns_that_fit(width)], key=lambda recent_item: (recent_item.target, recent_item.firm))
    )


@dataclass(frozen=True)
class TargetPanel:
    """The firms drawn, and which way their words run in the room they have."""

    targets: tuple[CurrentTarget, ...]
    currency: str
    frame: Frame

    @cached_property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Each firm's target and upside, in a narrow column's words."""
        return tuple(
            (numbers.format_target(target.target, self.currency), numbers.format_whole_percent(target.upside_pct))
            for target in self.targets
        )

    @cached_property
    def across(self) -> bool:
        """The figures run across: each column is as wide as the widest of them."""
        widest = max((max(text_width(a, TYPE, True), text_width(b, TYPE)) for a, b in self.figures), default=0.0)
        return widest + CLEAR <= self.frame.column

    @cached_property
    def names(self) -> tuple[list[str], ...] | None:
        """Each firm's words in lines that run across, name first; None where they have to run upwards."""
        room = self.frame.column - CLEAR
        lines = tuple(
            [f"<b>{escape_plotly(line)}</b>" for line in wrap(target.firm, room, SMALL, True)]
            + [escape_plotly(line) for line in wrap(_rating(target), room, SMALL)]
            for target in self.targets
        )
        widths = [text_width(word, SMALL, True) for target in self.targets for word in target.firm.split()]
        widths += [text_width(word, SMALL) for target in self.targets for word in _rating(target).split()]
        fits = max(widths, default=0.0) <= room
        return lines if fits and max(map(len, lines), default=0) <= MOST_LINES else None

    @property
    def size(self) -> int:
        """Type that a line running upwards has room for."""
        return SMALL if self.frame.column >= ONE_LINE else SMALLEST

    @property
    def mark(self) -> int:
        return 10 if self.frame.column >= ROOMY_MARKS else 7

    @cached_property
    def words_height(self) -> float:
        """Pixels that the figures take beyond their mark."""
        if self.across:
            return 2 * LINE * TYPE + CLEAR + 8.0
        return max((text_width(f"↑ {a} {b}", self.size, True) for a, b in self.figures), default=0.0) + CLEAR + 10.0

    @property
    def reach(self) -> list[LabeledPrice]:
        """What the price axis should hold for these firms."""
        words = self.words_height
        marks = [
            LabeledPrice(target.target, *((0.0, words) if _below(target) else (words, 0.0))) for target in self.targets
        ]
        return marks + [
            LabeledPrice(target.prior_target, 6.0, 6.0) for target in self.targets if target.prior_target is not None
        ]


def _rating(target: CurrentTarget) -> str:
    """The firm's word and which way it moved, and that the target is one of the viewer's own."""
    rating = (target.rating or "") + ARROWS.get(target.action or "", "")
    return f"(own) {rating}".strip() if target.source == "own" else rating  # in front, where no column cuts it off


def _below(target: CurrentTarget) -> bool:
    """A cut target's words stand below it: its stem is above."""
    return target.change == "cut"


def _moved(target: CurrentTarget) -> bool:
    return target.change in SYMBOLS


def target_traces(panel: TargetPanel, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """Stems, hollow marks and full marks; what lies off the axis stands near its end as an open triangle."""
    if not panel.targets:
        return []
    moved = [(column, target) for column, target in enumerate(panel.targets) if _moved(target)]
    return [
        *(_stem(column, each, axis, palette) for column, each in moved),
        _prior_marks(moved, panel, axis, palette),
        _current_marks(panel, axis, palette),
    ]


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


def _prior_marks(
    moved: Sequence[tuple[int, CurrentTarget]], panel: TargetPanel, axis: PriceAxis, palette: Palette
) -> dict[str, Any]:
    priors = [each.prior_target or 0.0 for _, each in moved]
    return _marks([column for column, _ in moved], [axis.pinned(prior) for prior in priors]) | {
        "marker": {
            "symbol": [_off_axis(prior, axis) or "circle" for prior in priors],
            "size": panel.mark - 1,
            "color": palette.ground,
            "line": {"width": 2, "color": [palette.change(each.change) for _, each in moved]},
            "opacity": [STALE if each.stale else 1.0 for _, each in moved],
        },
        "hoverinfo": "skip",
    }


def _current_marks(panel: TargetPanel, axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    targets = panel.targets
    colours = [palette.change(target.change) for target in targets]
    off = [_off_axis(target.target, axis) for target in targets]
    return _marks(list(range(len(targets))), [axis.pinned(target.target) for target in targets]) | {
        "marker": {
            "symbol": [end or SYMBOLS.get(target.change, "circle") for target, end in zip(targets, off, strict=True)],
            "size": [panel.mark + (2 if target.change in SYMBOLS else 0) for target in targets],
            "color": [palette.ground if end else colour for end, colour in zip(off, colours, strict=True)],
            "line": {"width": [2 if end else 0 for end in off], "color": colours},
            "opacity": [STALE if target.stale else 1.0 for target in targets],
        },
        "hovertext": [hover_text(target, panel.currency) for target in targets],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _off_axis(price: float, axis: PriceAxis) -> str | None:
    """The symbol that points to where the price is; None while the axis holds it."""
    return None if axis.holds(price) else "triangle-up" if price > axis.high else "triangle-down"


def _marks(columns: Sequence[int], prices: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": AXIS,
        "yaxis": "y",
        "x": list(columns),
        "y": list(prices),
        "cliponaxis": False,
        "showlegend": False,
    }


def hover_text(target: CurrentTarget, currency: str) -> str:
    """All that is known of a firm's target, a line each."""
    lines = [f"<b>{escape_plotly(target.firm)}</b>" + (f" · {escape_plotly(target.analyst)}" if target.analyst else "")]
    if target.rating:
        moved = target.prior_rating and target.prior_rating != target.rating
        lines.append(escape_plotly(f"{target.rating} from {target.prior_rating}" if moved else target.rating))
    lines.append(_target_words(target, currency))
    if target.horizon:
        lines.append(f"for {escape_plotly(target.horizon)}")
    said = ", stale" if target.stale else ""
    lines.append(numbers.format_day(target.date) + said + (", one's own" if target.source == "own" else ""))
    if target.note:
        lines.append(f"<i>{escape_plotly(target.note, 90)}</i>")
    return "<br>".join(lines)


def _target_words(target: CurrentTarget, currency: str) -> str:
    words = escape_plotly(numbers.format_target(target.target, currency))
    if target.prior_target is not None:
        words += f" from {escape_plotly(numbers.format_target(target.prior_target, currency))}"
    return f"{words}, {numbers.format_percent(target.upside_pct)} to the price"


def target_annotations(panel: TargetPanel, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """Each firm's words: its target and upside at the mark, its name and rating below the panel."""
    return [
        words
        for column, target in enumerate(panel.targets)
        for words in (_figure_words(column, target, panel, axis, palette), _firm_words(column, target, panel, palette))
    ]


def _figure_words(
    column: int, target: CurrentTarget, panel: TargetPanel, axis: PriceAxis, palette: Palette
) -> dict[str, Any]:
    figure, upside = panel.figures[column]
    below = target.target < axis.low or (_below(target) and axis.holds(target.target))
    off = "" if axis.holds(target.target) else ("↓ " if below else "↑ ")
    shift = panel.mark / 2 + 4.0
    return {
        "xref": AXIS,
        "yref": "y",
        "x": column,
        "y": axis.coordinate(axis.pinned(target.target)),
        "text": f"{off}<b>{escape_plotly(figure)}</b>{'<br>' if panel.across else ' '}{upside}",
        "textangle": 0 if panel.across else -90,
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "top" if below else "bottom",
        "yshift": -shift if below else shift,
        "font": {
            "size": TYPE if panel.across else panel.size,
            "color": palette.faint if target.stale else palette.ink,
        },
        "bgcolor": palette.ground,
        "borderpad": 0,
    }


def _firm_words(column: int, target: CurrentTarget, panel: TargetPanel, palette: Palette) -> dict[str, Any]:
    across = panel.names is not None
    return {
        "xref": AXIS,
        "yref": "paper",
        "x": column,
        "y": FLOOR,
        "yshift": -10,
        "text": "<br>".join(panel.names[column]) if panel.names else _upward_words(target, panel),
        "textangle": 0 if across else -90,
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "top",
        "align": "center" if across else "right",
        "font": {
            "size": SMALL if across else panel.size,
            "color": palette.faint if target.stale else palette.muted,
        },
    }


def _upward_words(target: CurrentTarget, panel: TargetPanel) -> str:
    """Name and rating that run upwards, in two lines where the column has room for them, else in one."""
    room = panel.frame.plot_height * FLOOR - 10 + NAMES_END
    rating = _rating(target)
    if panel.frame.column >= TWO_LINES:
        return f"<b>{escape_plotly(elide(target.firm, room, panel.size, True))}</b><br>{escape_plotly(elide(rating, room, panel.size))}"
    rating = elide(rating, 0.42 * room, panel.size)
    name = elide(target.firm, room - text_width(f"  {rating}", panel.size), panel.size, True)
    return f"<b>{escape_plotly(name)}</b>  {escape_plotly(rating)}"
