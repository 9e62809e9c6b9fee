"""Split adjustment: targets as published become targets in the shares of the split-adjusted prices."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysts.split_adjustment import adjust_for_splits
from market import PriceTarget
from tests.support import real_googl
from tests.support.examples import examples

NO_SPLITS = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
DAY = date(2022, 7, 18)


def series(values: dict[str, float]) -> pd.Series:
    return pd.Series(list(values.values()), index=pd.DatetimeIndex(list(values)), dtype=float)


def row(day: date, target: float | None, prior: float | None = None, firm: str = "Firm") -> PriceTarget:
    return PriceTarget("GOOGL", firm, day, target, prior)


@pytest.fixture(scope="module")
def googl():
    return real_googl.targets(), real_googl.adjusted_targets()


def test_no_googl_target_is_far_from_the_close_of_its_day(googl):
    _, adjusted = googl
    ratios = [
        figure / row.close
        for row in adjusted
        for figure in (row.target, row.prior_target)
        if figure is not None and row.close is not None
    ]
    assert len(ratios) > 1300
    assert min(ratios) > 1 / 3 and max(ratios) < 3


def test_all_googl_rows_are_kept_and_missing_figures_stay_missing(googl):
    published, adjusted = googl
    assert len(adjusted) == 921
    assert [(a.firm, a.date, a.rating) for a in adjusted] == [(p.firm, p.date, p.rating) for p in published]
    assert [a.target is None for a in adjusted] == [p.target == 0.0 for p in published]
    assert [a.prior_target is None for a in adjusted] == [p.prior_target == 0.0 for p in published]


def test_after_the_split_only_rows_with_figures_in_old_shares_change(googl):
    changed = {
        (after.firm, after.date.isoformat()): (after.target, after.prior_target)
        for before, after in zip(*googl, strict=True)
        if after.date >= DAY
        and (after.target or 0.0, after.prior_target or 0.0) != (before.target, before.prior_target)
    }
    assert changed == {
        ("Morgan Stanley", "2022-07-18"): (150.0, 150.0),
        ("Stifel", "2022-07-18"): (155.0, 155.0),
        ("Oppenheimer", "2022-07-19"): (165.0, 164.5),
        ("Deutsche Bank", "2022-07-21"): (135.0, 145.0),
        ("Rosenblatt", "2022-07-25"): (205.0, 205.9),
        ("Barclays", "2022-07-27"): (150.0, 150.0),
        ("Wolfe Research", "2022-07-27"): (130.0, 140.0),
    }


def test_a_prior_target_already_in_new_shares_is_kept():
    closes, splits = series({"2022-07-14": 110.0, "2022-07-20": 112.0}), real_googl.SPLITS
    rows = (row(date(2022, 7, 14), 3000.0), row(date(2022, 7, 20), 140.0, 150.0))
    assert [(r.target, r.prior_target) for r in adjust_for_splits(rows, closes, splits)] == [(150, None), (140, 150)]


def test_the_first_row_of_a_firm_may_replace_a_target_of_the_year_before():
    closes = series({"2022-07-14": 110.0, "2022-11-21": 95.0, "2023-03-01": 100.0})
    rows = (row(date(2022, 11, 21), 130.0, 2900.0), row(date(2023, 3, 1), 120.0, 130.0))
    adjusted = adjust_for_splits(rows, closes, real_googl.SPLITS)
    assert [(r.target, r.prior_target) for r in adjusted] == [(130.0, 145.0), (120.0, 130.0)]


def test_a_target_repeated_in_old_shares_after_the_split_is_adjusted():
    closes = series({"2022-07-14": 110.0, "2022-08-01": 112.0, "2022-08-09": 113.0})
    rows = tuple(row(date.fromisoformat(day), 2900.0, 2900.0) for day in ("2022-07-14", "2022-08-01", "2022-08-09"))
    adjusted = adjust_for_splits(rows, closes, real_googl.SPLITS)
    assert {(r.target, r.prior_target) for r in adjusted} == {(145.0, 145.0)}


def test_a_target_already_in_new_shares_before_the_split_is_kept():
    closes = series({"2022-07-14": 110.0})
    (adjusted,) = adjust_for_splits([row(date(2022, 7, 15), 150.0)], closes, real_googl.SPLITS)
    assert adjusted.target == 150.0


def test_a_bold_target_far_from_any_split_is_only_divided_by_the_split():
    closes, reverse = series({"2020-07-01": 50.0}), series({"2022-07-18": 0.1})
    (adjusted,) = adjust_for_splits([row(date(2020, 7, 14), 30.0)], closes, reverse)
    assert (adjusted.target, adjusted.basis_unsure) == (300.0, False)


def test_two_splits_between_two_rows_of_a_firm_are_both_applied():
    splits = series({"2021-07-20": 4.0, "2024-06-10": 10.0})
    closes = series({"2021-05-03": 13.5, "2024-06-11": 120.0})
    rows = (row(date(2021, 5, 3), 700.0), row(date(2024, 6, 11), 140.0, 700.0))
    adjusted = adjust_for_splits(rows, closes, splits)
    assert [(r.target, r.prior_target) for r in adjusted] == [(17.5, None), (140.0, 17.5)]


@pytest.mark.parametrize("missing", [0.0, -1.0, float("nan"), float("inf"), None])
def test_a_figure_that_is_no_price_becomes_none(missing):
    (adjusted,) = adjust_for_splits([row(DAY, missing, missing)], series({"2022-07-18": 110.0}), NO_SPLITS)
    assert (adjusted.target, adjusted.prior_target) == (None, None)


def test_without_rows_closes_or_splits_nothing_is_adjusted():
    assert adjust_for_splits([], NO_SPLITS, NO_SPLITS) == ()
    (plain,) = adjust_for_splits([row(DAY, 18.0, 12.0)], NO_SPLITS, NO_SPLITS)
    assert (plain.target, plain.prior_target, plain.close, plain.basis_unsure) == (18.0, 12.0, None, False)
    (old,) = adjust_for_splits([row(date(2012, 3, 14), 618.0)], series({"2022-07-18": 110.0}), real_googl.SPLITS)
    assert old.target == 30.9


def test_all_other_fields_of_a_row_are_kept():
    full = PriceTarget(
        "X", "F", date(2022, 1, 3), 40.0, 20.0, "Buy", "Hold", "upgraded", "A", "H", "N", "https://u", "own", "EUR"
    )
    (adjusted,) = adjust_for_splits([full], series({"2022-01-03": 1.5}), real_googl.SPLITS)
    figures = {"target": 2.0, "prior_target": 1.0}
    assert vars(adjusted) == vars(full) | figures | {"close": 1.5, "basis_unsure": True}
    assert full.target == 40.0


@pytest.mark.parametrize(
    ("day", "close"), [("2022-07-15", None), ("2022-07-16", 1.0), ("2022-07-17", 1.0), ("2022-07-19", 3.0)]
)
def test_the_close_of_a_day_is_that_of_the_last_session_up_to_it(day, close):
    closes = series({"2022-07-16": 1.0, "2022-07-18": 2.0, "2022-07-19": 3.0})
    (found,) = adjust_for_splits([row(date.fromisoformat(day), 2.0)], closes, series({}))
    assert found.close == close


@settings(max_examples=examples(30), deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 5000))
def test_later_rows_and_the_order_of_rows_do_not_matter(chance, cut):
    rows = list(real_googl.targets())
    closes = real_googl.bars()["close"]
    whole = dict(zip(rows, adjust_for_splits(rows, closes, real_googl.SPLITS), strict=True))
    day = date(2012, 3, 14) + timedelta(days=cut)
    known = [row for row in rows if row.date <= day]
    chance.shuffle(known)
    adjusted = adjust_for_splits(known, closes[: pd.Timestamp(day)], real_googl.SPLITS)
    assert adjusted == tuple(whole[row] for row in known)
