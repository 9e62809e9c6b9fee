"""Rows that came late, changed or vanished, and the record without that hindsight."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from indicators import analyse
from indicators.analysts.target_revisions import (
    TargetRevision,
    first_known_rows,
    first_known_targets,
    target_revisions,
)
from market import PriceHistory, PriceTarget
from market.price_target import LoggedTarget, TargetLog
from tests.support.generated_bars import walk


def nov(day: int) -> date:
    return date(2025, 11, day)


def row(firm: str, day: int, target: float = 18.0) -> PriceTarget:
    return PriceTarget("X", firm, nov(day), target)


AS_OF = nov(28)
PLAIN = LoggedTarget(row("Alder", 1), nov(10))
IN_TIME = LoggedTarget(row("Birch", 12), nov(25), absent_on=nov(15))
LATE = LoggedTarget(row("Cedar", 12), nov(25), absent_on=nov(16))
AT_FIRST = LoggedTarget(row("Dorn, Inc.", 3), nov(10), gone_on=nov(20))
CHANGED = LoggedTarget(row("Dorn", 3, 21.0), nov(20), absent_on=nov(18))
VANISHED = LoggedTarget(row("Elm", 4), nov(10), gone_on=nov(24))
LOG = TargetLog((PLAIN, IN_TIME, LATE, AT_FIRST, CHANGED, VANISHED))


def test_each_row_that_is_not_as_it_was_is_told_once() -> None:
    assert target_revisions(LOG, AS_OF) == (
        TargetRevision("late", LATE.row, nov(25), days_absent=4),
        TargetRevision("vanished", VANISHED.row, nov(24)),
        TargetRevision("changed", CHANGED.row, nov(20), before=AT_FIRST.row),
    )


def test_record_without_hindsight_has_rows_as_they_were_at_first() -> None:
    known = first_known_rows(LOG, AS_OF)
    assert set(known) == {PLAIN.row, IN_TIME.row, AT_FIRST.row, VANISHED.row}


def test_nothing_after_the_as_of_day_counts() -> None:
    assert target_revisions(LOG, nov(19)) == ()
    assert [one.kind for one in target_revisions(LOG, nov(20))] == ["changed"]
    assert set(first_known_rows(LOG, nov(19))) == {PLAIN.row, AT_FIRST.row, VANISHED.row}


def test_rows_of_the_first_fetch_are_never_late() -> None:
    old = LoggedTarget(PriceTarget("X", "Alder", date(2012, 3, 1), 18.0), nov(10))
    assert target_revisions(TargetLog((old,)), AS_OF) == ()


def test_rows_at_first_are_put_into_todays_shares_and_own_ones_stay() -> None:
    bars = walk(400)
    split = bars.index[200]
    day = bars.index[100].date()
    in_old_shares = PriceTarget("X", "Alder", day, 20.0 * float(bars["close"].iloc[100]))
    own = PriceTarget("X", "Mine", bars.index[150].date(), 30.0, source="own")
    history = PriceHistory("X", "X", "USD", bars, splits=pd.Series([20.0], index=pd.DatetimeIndex([split])))
    log = TargetLog((LoggedTarget(in_old_shares, day + timedelta(days=1)),))
    first, second = first_known_targets(replace(analyse(history, [own]), target_log=log))
    assert first.target == float(bars["close"].iloc[100]) and second.firm == "Mine"
