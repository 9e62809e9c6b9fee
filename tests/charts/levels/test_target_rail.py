"""Tests of the target rail: every live target is marked or pinned, rows never overlap, and the newest come first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.levels.plan import ChartPlan, plan_chart
from charts.levels.target_rail import MARK_PX, MAX_STEM_PX, ROW_FONT_PX, ROW_SPACING_PX, TargetRail
from charts.options import DEFAULT_OVERLAYS
from charts.palette import PALETTES
from charts.text_width import text_width
from indicators import analyse
from indicators.analysis import Analysis
from market import PriceTarget
from market.sample import sample
from tests.support.drawn_cases import DAY, drawn_case, far_off_case

HISTORY = sample.history("CIFR")  # closes at 16.77


def target(firm: str, figure: float, age: int = 0, prior: float | None = None, **fields: object) -> PriceTarget:
    return PriceTarget("CIFR", firm, DAY - timedelta(days=age), figure, prior, "Buy", **fields)


def plan_of(analysis: Analysis, width: int = 1600, height: int = 900) -> ChartPlan:
    return plan_chart(analysis, "1y", DEFAULT_OVERLAYS, PALETTES["light"], height, width, "")


def rail_of(*targets: PriceTarget, width: int = 1600, height: int = 900) -> TargetRail:
    rail = plan_of(analyse(HISTORY, targets, DAY), width, height).rail
    assert rail is not None
    return rail


def row_texts(rail: TargetRail) -> list[str]:
    """Return the rows from the highest to the lowest."""
    return [re.sub("</?b>", "", rail.row_text(row)) for row in reversed(rail.rows)]


def test_a_row_says_firm_target_upside_and_day() -> None:
    assert row_texts(rail_of(target("Wedbush", 22.5, age=19))) == ["Wedbush 22.50 +34% · 5 Nov"]


def test_firms_of_one_price_share_a_row_the_newest_first() -> None:
    rail = rail_of(target("Needham", 20.0, age=9), target("BTIG", 20.0, age=3), target("Macquarie", 24.0))
    assert row_texts(rail) == ["Macquarie 24 +43% · 24 Nov", "BTIG, Needham 20 +19% · 21 Nov"]
    assert len({mark.lane for mark in rail.marks if mark.target.target == 20.0}) == 2


def test_many_firms_of_one_price_are_counted() -> None:
    names = ("Cantor Fitzgerald", "Keefe, Bruyette & Woods", "HC Wainwright", "Needham")
    rail = rail_of(*(target(name, 20.0, age) for age, name in enumerate(names)), width=920)
    assert re.fullmatch(r"(\D+ and 3 more|4 firms) 20 \+19%( · 24 Nov)?", row_texts(rail)[0])


def test_only_as_many_of_the_newest_have_a_row_as_there_is_room() -> None:
    rail = rail_of(*(target(f"Firm {age}", 10.0 + age / 5, age) for age in range(40)), height=520)
    assert len(rail.rows) < 40 and len(rail.rows) + len(rail.without_row) == 40
    oldest_named = max(row.newest.age_days for row in rail.rows)
    assert oldest_named < min(target.age_days for target in rail.without_row)
    assert len(rail.marks) == 40


@given(st.integers(0, 60), st.sampled_from([920, 1200, 1600]), st.sampled_from([520, 900]))
def test_every_live_target_is_marked_or_beyond_the_axis_and_rows_keep_apart(
    firms: int, width: int, height: int
) -> None:
    plan = plan_of(drawn_case(firms), width, height)
    rail, counted = plan.rail, [target.firm for target in plan.analysis.targets if target.counted]
    if rail is None:
        assert counted == []
        return
    marked = [mark.target.firm for mark in rail.marks if mark.target.counted]
    beyond = [target.firm for target in (*rail.above, *rail.below)]
    named = [target.firm for row in rail.rows for target in row.targets]
    assert sorted(marked + beyond) == sorted(counted) == sorted(named + [target.firm for target in rail.without_row])
    assert all(b.pixel - a.pixel >= ROW_SPACING_PX - 1e-6 for a, b in pairwise(rail.rows))
    assert all(0.0 < row.pixel < plan.axis.height for row in rail.rows)
    right = plan.frame.label_column_px + plan.frame.rail_px
    for row in rail.rows:
        text = re.sub("</?b>", "", rail.row_text(row)).replace("&amp;", "&")
        assert rail.text_px + text_width(text, ROW_FONT_PX) <= right
    assert rail.lane_px(rail.lane_count - 1) + MARK_PX / 2 < rail.text_px


@pytest.mark.parametrize("height", [520, 900])
def test_marks_beside_each_other_do_not_touch_as_long_as_there_are_lanes(height: int) -> None:
    plan = plan_of(drawn_case(9), 1600, height)
    assert plan.rail is not None
    for a in plan.rail.marks:
        for b in plan.rail.marks:
            near = abs(plan.axis.pixel(a.target.target) - plan.axis.pixel(b.target.target)) < MARK_PX
            assert a is b or not near or a.lane != b.lane


def test_targets_beyond_the_axis_are_counted_at_its_end() -> None:
    rail = rail_of(target("Near", 20.0), target("Far", 60.0), target("Further", 66.0), target("Low", 5.0))
    assert [target.firm for target in rail.above] == ["Far", "Further"] and rail.below == ()
    assert [row.price for row in rail.rows] == [5.0, 20.0, None, None]


def test_stale_and_unusual_targets_have_a_faint_mark_and_no_row() -> None:
    rail = plan_of(far_off_case()).rail
    assert rail is not None
    assert {target.doubt for target in rail.faint} == {"stale", "unusual"}
    assert not {target.firm for target in rail.faint} & {t.firm for row in rail.rows for t in row.targets}


def test_a_stem_ends_at_the_prior_target_or_says_that_it_lies_further_on() -> None:
    plan = plan_of(analyse(HISTORY, [target("A", 20.0, prior=19.5), target("B", 12.0, prior=22.0)], DAY))
    assert plan.rail is not None
    lower, upper = plan.rail.marks
    assert (upper.stem_end, upper.shows_prior) == (pytest.approx(19.5), True)
    assert lower.stem_end is not None and not lower.shows_prior
    assert plan.axis.pixel(lower.stem_end) - plan.axis.pixel(12.0) == pytest.approx(MAX_STEM_PX)


@pytest.mark.parametrize("width", [920, 968, 1080, 1280, 1560, 1600])
@pytest.mark.parametrize("firms", [0, 5, 40])
def test_the_price_panel_has_its_share_of_the_width(width: int, firms: int) -> None:
    frame = plan_of(drawn_case(firms), width).frame
    assert frame.plot_width / width >= 0.6 - 1e-3
    assert bool(frame.rail_px) == bool(firms)


def test_a_chart_too_narrow_for_a_rail_has_none() -> None:
    assert plan_of(drawn_case(12), 360, 560).rail is None


def test_there_is_no_rail_without_live_targets() -> None:
    stale = analyse(HISTORY, [target("Old", 20.0, age=400)], DAY)
    assert plan_of(stale).rail is None
    assert plan_of(replace(drawn_case(0), targets_known=False)).rail is None
