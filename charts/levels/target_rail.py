"""The target rail: a mark at each live target's price, and rows of text for as many of them as there is room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from charts.label_spacing import spread_labels
from charts.lanes import assign_lanes
from charts.levels.frame import Frame
from charts.price_axis import PriceAxis
from charts.text_width import elide, text_width
from indicators.analysis import Analysis
from indicators.analysts.targets import CurrentTarget, TargetChange
from text import numbers
from text.escape import escape_plotly
from text.numbers import PriceFormat

MAX_TARGET_AGE_DAYS = 730  # a mark would give older targets too much weight; the table lists them
ROW_FONT_PX = 12
ROW_SPACING_PX = 16.0
RAIL_INSET_PX = 8.0  # between the outermost row and the end of the axis
RANGE_BAR_PX = 3.0  # from the left edge of the rail to the bar from the lowest target to the highest
FIRST_LANE_PX, LANE_PX = 11.0, 8.0  # from there to the middle of the first lane, and from each to the next
MARK_PX = 8.0
MAX_STEM_PX = 22.0  # a prior target further away than this is not shown, only which way it lies
LEADER_PX, LEADER_GAP_PX = 9.0, 3.0
RIGHT_PX = 6.0
MIN_FIRM_PX = 46.0  # a name cut shorter than this tells less than the day of the target
MAX_LANES_SHARE = 0.17  # of the width of the rail: the rest is for words


@dataclass(frozen=True)
class RailMark:
    """The mark of one target on the axis, in a lane of the rail.

    `change`: what the target did, None for one that does not count. `stem_end`: the price at which the stem towards the
    prior target ends, None without a stem; `shows_prior` says whether the prior target is there, and not further on.
    """

    target: CurrentTarget
    lane: int
    stem_end: float | None
    shows_prior: bool

    @property
    def change(self) -> TargetChange | None:
        return self.target.change if self.target.counted else None


@dataclass(frozen=True)
class RailRow:
    """One row of text: the firms that have the same target. `price` is None if their mark is beyond the axis.

    `pixel`: where the row stands above the lower end of the axis. `lane`: that of the last of their marks.
    """

    targets: tuple[CurrentTarget, ...]
    pixel: float
    price: float | None
    lane: int

    @property
    def newest(self) -> CurrentTarget:
        return self.targets[0]


@dataclass(frozen=True)
class TargetRail:
    """What the target rail shows. `live` are the targets that count, newest first.

    `above` and `below` are those of them beyond the ends of the axis, `without_row` those that no row names, and
    `faint` the targets that do not count, of which only a faint mark is drawn. Names that end in `_px` are pixels from
    the right edge of the price panel, but for the width.
    """

    live: tuple[CurrentTarget, ...]
    faint: tuple[CurrentTarget, ...]
    marks: tuple[RailMark, ...]
    rows: tuple[RailRow, ...]
    above: tuple[CurrentTarget, ...]
    below: tuple[CurrentTarget, ...]
    without_row: tuple[CurrentTarget, ...]
    lane_count: int
    left_px: float
    width_px: float
    written: PriceFormat

    @property
    def lanes_end_px(self) -> float:
        """The right edge of the lanes."""
        return self.left_px + FIRST_LANE_PX + (self.lane_count - 0.5) * LANE_PX

    @property
    def text_px(self) -> float:
        """The left edge of the rows."""
        return self.lanes_end_px + LEADER_PX + LEADER_GAP_PX

    def lane_px(self, lane: int) -> float:
        """Return the middle of a lane."""
        return self.left_px + FIRST_LANE_PX + lane * LANE_PX

    def row_text(self, row: RailRow) -> str:
        """Return `Wedbush <b>400</b> +34% · 5 Jun`, the firms cut to the room there is, without the day if little."""
        newest = row.newest
        figure, upside = self.written.target_number(newest.target), numbers.format_whole_percent(newest.upside_pct)
        day = f" · {numbers.format_day_and_month(newest.date)}"
        room = self.left_px + self.width_px - self.text_px - RIGHT_PX
        room -= text_width(f"  {upside}", ROW_FONT_PX) + text_width(figure, ROW_FONT_PX, True)
        if room - text_width(day, ROW_FONT_PX) < MIN_FIRM_PX:
            day = ""
        firms = _firm_names(row.targets, room - text_width(day, ROW_FONT_PX))
        return f"{escape_plotly(firms)} <b>{figure}</b> {upside}{day}"


def live_targets(analysis: Analysis) -> tuple[CurrentTarget, ...]:
    """Return the targets that count, newest first."""
    return _newest_first(target for target in analysis.targets if target.counted)


def plan_rail(analysis: Analysis, axis: PriceAxis, frame: Frame) -> TargetRail:
    """Return the rail of a chart with live targets, whose rows never overlap in a chart of that frame's size."""
    live = live_targets(analysis)
    faint = _newest_first(
        target for target in analysis.targets if not target.counted and target.age_days <= MAX_TARGET_AGE_DAYS
    )
    above = tuple(target for target in live if target.target > axis.high)
    below = tuple(target for target in live if target.target < axis.low)
    on_axis = [target for target in (*live, *faint) if axis.contains(target.target)]
    marks, lane_count = _place_marks(on_axis, axis, int(MAX_LANES_SHARE * frame.rail_px / LANE_PX))
    written = analysis.price_format
    groups = _groups_with_room(live, written, axis, bool(above) + bool(below))
    rows = _place_rows(groups, marks, axis, bool(above), bool(below))
    named = {target.firm for row in rows for target in row.targets}
    return TargetRail(
        live=live,
        faint=faint,
        marks=marks,
        rows=rows,
        above=above,
        below=below,
        without_row=tuple(target for target in live if target.firm not in named),
        lane_count=lane_count,
        left_px=frame.label_column_px,
        width_px=frame.rail_px,
        written=written,
    )


def _newest_first(targets: Iterable[CurrentTarget]) -> tuple[CurrentTarget, ...]:
    return tuple(sorted(targets, key=lambda target: (target.age_days, target.firm)))


def _place_marks(
    targets: Sequence[CurrentTarget], axis: PriceAxis, most_lanes: int
) -> tuple[tuple[RailMark, ...], int]:
    """Return the marks, those side by side that would cover one another, and the number of lanes they take."""
    ordered = sorted(targets, key=lambda target: (not target.counted, target.target))
    stems = [_stem(target, axis) for target in ordered]
    extents = [_extent(axis.pixel(target.target), stem) for target, stem in zip(ordered, stems, strict=True)]
    lanes = assign_lanes(extents, max(most_lanes, 1))
    marks = tuple(
        RailMark(target, lane, None if stem is None else axis.price_at(stem[0]), stem is not None and stem[1])
        for target, lane, stem in zip(ordered, lanes, stems, strict=True)
    )
    return marks, max(lanes, default=0) + 1


def _stem(target: CurrentTarget, axis: PriceAxis) -> tuple[float, bool] | None:
    """Return the pixel at which the stem to the prior target ends, and whether that is where the prior target is."""
    prior = target.prior_target
    if not target.counted or prior is None or target.change not in ("raised", "cut"):
        return None
    at, way = axis.pixel(target.target), 1.0 if prior > target.target else -1.0
    if axis.contains(prior) and abs(axis.pixel(prior) - at) <= MAX_STEM_PX:
        return axis.pixel(prior), True
    return min(max(at + way * MAX_STEM_PX, 0.0), axis.height), False


def _extent(pixel: float, stem: tuple[float, bool] | None) -> tuple[float, float]:
    """Return the lowest and highest pixel that a mark and its stem take."""
    end = pixel if stem is None else stem[0]
    return min(pixel - MARK_PX / 2, end - 1.0), max(pixel + MARK_PX / 2, end + 1.0)


def _groups_with_room(
    live: Sequence[CurrentTarget], written: PriceFormat, axis: PriceAxis, pins: int
) -> list[tuple[CurrentTarget, ...]]:
    """Return the firms of each price as written, of the newest prices as there is room for; lowest price first."""
    by_price = sorted(live, key=lambda target: written.target_number(target.target))
    groups = [
        _newest_first(group) for _, group in groupby(by_price, lambda target: written.target_number(target.target))
    ]
    groups.sort(key=lambda group: (group[0].age_days, group[0].firm))
    room = int((axis.height - 2.0 * RAIL_INSET_PX) / ROW_SPACING_PX) + 1 - pins
    return sorted(groups[: max(room, 0)], key=lambda group: group[0].target)


def _place_rows(
    groups: Sequence[tuple[CurrentTarget, ...]],
    marks: Iterable[RailMark],
    axis: PriceAxis,
    pinned_above: bool,
    pinned_below: bool,
) -> tuple[RailRow, ...]:
    low = RAIL_INSET_PX + ROW_SPACING_PX * pinned_below
    high = axis.height - RAIL_INSET_PX - ROW_SPACING_PX * pinned_above
    wanted = np.clip([axis.pixel(group[0].target) for group in groups], 0.0, axis.height)
    pixels = spread_labels(wanted, ROW_SPACING_PX, low, high).tolist()
    lanes = {mark.target.firm: mark.lane for mark in marks}
    return tuple(
        RailRow(
            targets=group,
            pixel=pixel,
            price=group[0].target if axis.contains(group[0].target) else None,
            lane=max((lanes.get(target.firm, 0) for target in group), default=0),
        )
        for group, pixel in zip(groups, pixels, strict=True)
    )


def _firm_names(targets: Sequence[CurrentTarget], room: float) -> str:
    """Return the firms, newest target first, or the newest and how many more, or only how many, as there is room."""
    if len(targets) == 1:
        return elide(targets[0].firm, room, ROW_FONT_PX)
    names = ", ".join(target.firm for target in targets), f"{targets[0].firm} and {len(targets) - 1} more"
    return next((text for text in names if text_width(text, ROW_FONT_PX) <= room), f"{len(targets)} firms")
