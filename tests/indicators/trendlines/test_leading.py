"""Leading trendlines: on each side the line offered, and the best one that the price has just gone through."""

from __future__ import annotations

from dataclasses import replace

from indicators.trendlines.leading import leading_trendlines
from indicators.trendlines.trendlines import Trendline, find_trendlines
from tests.support.generated_bars import walk

FOUND = find_trendlines(walk(200))[0]
DAYS = tuple(day.date() for day in FOUND.sessions[[20, 60, 100]])
UNBROKEN = replace(FOUND, side="support", standing="offered", touches=DAYS, value=100.0)
BROKEN = replace(UNBROKEN, standing="lost", value=101.0)


def leading(*lines: Trendline) -> tuple[Trendline, ...]:
    return leading_trendlines(lines, price=102.0, atr=1.0)


def test_each_side_has_the_line_offered_and_its_best_broken_line() -> None:
    above = replace(UNBROKEN, side="resistance", value=104.0)
    second, also_broken = replace(UNBROKEN, value=99.0), replace(BROKEN, value=99.0)
    assert leading(UNBROKEN, second, BROKEN, also_broken, above) == (UNBROKEN, BROKEN, above)


def test_the_first_line_given_is_the_best() -> None:
    second = replace(UNBROKEN, value=99.0)
    assert leading(second, UNBROKEN) == (second,)


def test_a_broken_line_with_two_touches_does_not_lead() -> None:
    assert leading(replace(BROKEN, touches=DAYS[:2])) == ()
    assert leading(tentative := replace(UNBROKEN, touches=DAYS[:2])) == (tentative,)


def test_a_broken_line_within_half_an_atr_of_the_one_offered_is_left_out() -> None:
    close, distinct = replace(BROKEN, value=100.5), replace(BROKEN, value=100.6)
    assert leading(UNBROKEN, close) == (UNBROKEN,)
    assert leading(UNBROKEN, close, distinct) == (UNBROKEN, distinct)
    assert leading(close) == (close,)


def test_lines_further_away_than_four_atr_do_not_lead() -> None:
    far, near = replace(UNBROKEN, value=97.9), replace(UNBROKEN, value=98.0)
    assert leading(far, near) == (near,)
    assert leading(replace(UNBROKEN, value=106.1)) == ()


def test_a_line_under_which_the_price_closed_comes_before_a_broken_one() -> None:
    undercut = replace(UNBROKEN, standing="undercut", value=102.5)
    assert leading(UNBROKEN, BROKEN, undercut) == (UNBROKEN, undercut)
    assert leading(tentative := replace(undercut, touches=DAYS[:2])) == (tentative,)


def test_other_lines_do_not_lead() -> None:
    others = [replace(UNBROKEN, standing=standing) for standing in ("other", "other pending", "other broken")]
    assert leading(*others) == ()


def test_without_an_atr_no_line_leads() -> None:
    assert leading_trendlines([UNBROKEN], price=102.0, atr=None) == ()
    assert leading_trendlines([UNBROKEN], price=100.0, atr=0.0) == ()
