"""The target panel: one column per firm, with room for its labels worked out before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from charts.levels.frame import Frame, max_columns
from charts.price_axis import LabeledPrice
from charts.text_width import text_width, wrap
from indicators.analysis import Analysis
from indicators.analysts.targets import CurrentTarget
from text import numbers
from text.escape import escape_plotly
from text.numbers import PriceFormat

TARGET_AXIS = "x3"
MAX_TARGET_AGE_DAYS = 730  # a column would give older targets too much weight; the table lists them
CHANGE_SYMBOLS = {"raised": "triangle-up", "cut": "triangle-down"}
ACTION_ARROWS = {"upgraded": " ▲", "downgraded": " ▼"}

NORMAL_FONT_PX, SMALL_FONT_PX, SMALLEST_FONT_PX = 11, 10, 9
LINE_SPACING = 1.3  # Plotly's
SMALL_FONT_COLUMN_PX = 16.0  # columns this wide hold a vertical line of small type, narrower ones of the smallest
LARGE_MARK_COLUMN_PX = 20.0
LARGE_MARK_PX, SMALL_MARK_PX = 10, 7
MAX_NAME_LINES = 4  # of a firm's name and rating, where they run horizontally
LABEL_GAP_PX = 6.0  # between the center of a mark and its label, and between neighboring labels


def targets_with_column(analysis: Analysis, width: int) -> tuple[CurrentTarget, ...]:
    """Return the targets that get a column in a chart of `width` pixels, lowest first: the newest if not all fit."""
    recent = sorted(
        (target for target in analysis.targets if target.age_days <= MAX_TARGET_AGE_DAYS),
        key=lambda target: target.age_days,
    )
    return tuple(sorted(recent[: max_columns(width)], key=lambda target: (target.target, target.firm)))


@dataclass(frozen=True)
class TargetPanel:
    """The targets that have a column, and how their labels are set in the width of a column.

    Each column has figures (target and upside) at its mark, and a name (firm and rating) below the panel.
    Both run horizontally if they fit, else vertically.
    """

    targets: tuple[CurrentTarget, ...]
    written: PriceFormat
    frame: Frame

    @cached_property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Each firm's target and upside as short text."""
        return tuple(
            (self.written.target(target.target), numbers.format_whole_percent(target.upside_pct))
            for target in self.targets
        )

    @cached_property
    def horizontal_figures(self) -> bool:
        """Whether the widest figure fits a column horizontally."""
        widths = (
            max(text_width(target, NORMAL_FONT_PX, True), text_width(upside, NORMAL_FONT_PX))
            for target, upside in self.figures
        )
        return max(widths, default=0.0) + LABEL_GAP_PX <= self.frame.column_px

    @cached_property
    def horizontal_names(self) -> tuple[list[str], ...] | None:
        """Each firm's name and rating in horizontal lines; None if they do not all fit."""
        max_width = self.frame.column_px - LABEL_GAP_PX
        lines = tuple(
            [f"<b>{escape_plotly(line)}</b>" for line in wrap(target.firm, max_width, SMALL_FONT_PX, True)]
            + [escape_plotly(line) for line in wrap(rating_text(target), max_width, SMALL_FONT_PX)]
            for target in self.targets
        )
        widths = [text_width(word, SMALL_FONT_PX, True) for target in self.targets for word in target.firm.split()]
        widths += [text_width(word, SMALL_FONT_PX) for target in self.targets for word in rating_text(target).split()]
        fits = max(widths, default=0.0) <= max_width and max(map(len, lines), default=0) <= MAX_NAME_LINES
        return lines if fits else None

    @property
    def vertical_font_px(self) -> int:
        return SMALL_FONT_PX if self.frame.column_px >= SMALL_FONT_COLUMN_PX else SMALLEST_FONT_PX

    @property
    def mark_px(self) -> int:
        return LARGE_MARK_PX if self.frame.column_px >= LARGE_MARK_COLUMN_PX else SMALL_MARK_PX

    @cached_property
    def figures_height_px(self) -> float:
        """The pixels that the figures take above or below their mark."""
        if self.horizontal_figures:
            return 2 * LINE_SPACING * NORMAL_FONT_PX + LABEL_GAP_PX + 8.0
        widths = (text_width(f"↑ {target} {upside}", self.vertical_font_px, True) for target, upside in self.figures)
        return max(widths, default=0.0) + LABEL_GAP_PX + 10.0

    @property
    def labeled_prices(self) -> list[LabeledPrice]:
        """The targets with the room of their figures, and the prior targets: what the price axis should include."""
        height = self.figures_height_px
        targets = [
            LabeledPrice(target.target, below_px=height)
            if has_figures_below(target)
            else LabeledPrice(target.target, above_px=height)
            for target in self.targets
        ]
        priors = [
            LabeledPrice(target.prior_target, LABEL_GAP_PX, LABEL_GAP_PX)
            for target in self.targets
            if target.prior_target is not None
        ]
        return targets + priors


def rating_text(target: CurrentTarget) -> str:
    """Return the rating, an arrow if it changed, and `(own)` in front of it if the target is the user's own."""
    rating = (target.rating or "") + ACTION_ARROWS.get(target.action or "", "")
    return f"(own) {rating}".strip() if target.source == "own" else rating  # in front, where it is never cut off


def has_figures_below(target: CurrentTarget) -> bool:
    """Return whether the figures stand below the mark: those of a cut target, whose stem is above it."""
    return target.change == "cut"
