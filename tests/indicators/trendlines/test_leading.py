from __future__ import annotations

from dataclasses import replace

from indicators.trendlines.leading import leading_trendlines
from indicators.trendlines.trendlines import Trendline, find_trendlines
from tests.support.generated_bars import walk

SOME = find_trendlines(walk(200))[0]
DAYS = tuple(day.date() for day in SOME.sessions[[20, 60, 100]])
STANDING = replace(SOME, side="support", status="holding", touches=DAYS, value=100.0)
BROKEN = replace(STANDING, status="broken", value=101.0)


def leading(*lines: Trendline) -> tuple[Trendline, ...]:
    return leading_trendlines(lines, price=102.0, atr=1.0)


def test_on_each_side_the_best_that_stands_and_the_best_that_broke() -> None:
    above = replace(STANDING, side="resistance", value=104.0)
    second, also_broken = replace(STANDING, value=99.0), replace(BROKEN, value=99.0)
    assert leading(STANDING, second, BROKEN, also_broken, above) == (STANDING, BROKEN, above)


def test_the_order_given_says_which_is_best() -> None:
    second = replace(STANDING, value=99.0)
    assert leading(second, STANDING) == (second,)


def test_a_broken_line_of_two_touches_is_no_news() -> None:
    assert leading(replace(BROKEN, touches=DAYS[:2])) == ()
    assert leading(tentative := replace(STANDING, touches=DAYS[:2])) == (tentative,)


def test_a_broken_line_within_half_an_atr_of_the_standing_one_is_the_same_to_the_eye() -> None:
    alike, apart = replace(BROKEN, value=100.5), replace(BROKEN, value=100.6)
    assert leading(STANDING, alike) == (STANDING,)
    assert leading(STANDING, alike, apart) == (STANDING, apart)
    assert leading(alike) == (alike,)


def test_lines_further_than_four_atr_do_not_lead_the_next_one_does() -> None:
    far, near = replace(STANDING, value=97.9), replace(STANDING, value=98.0)
    assert leading(far, near) == (near,)
    assert leading(replace(STANDING, value=106.1)) == ()


def test_without_an_atr_nothing_leads() -> None:
    assert leading_trendlines([STANDING], price=102.0, atr=None) == ()
    assert leading_trendlines([STANDING], price=100.0, atr=0.0) == ()
