"""The shares of published figures: rows that a feed restated before a split, real ones and made-up ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indicators import analyse
from indicators.analysts.split_adjustment import adjust_for_splits
from market import PriceHistory, PriceTarget
from tests.support import real_googl
from tests.support.examples import examples
from tests.support.made_up_splits import made_up_coverage, with_made_up_split

SPLIT_DAY = date(2023, 6, 12)
FOUR_FOR_ONE = pd.Series([4.0], index=pd.DatetimeIndex([SPLIT_DAY]))
CLOSES = pd.Series(
    [71.0, 72.0, 74.0, 76.0, 83.0, 171.0],
    index=pd.DatetimeIndex(["2023-02-03", "2023-03-01", "2023-05-19", "2023-06-12", "2023-08-02", "2026-01-20"]),
)


def row(firm: str, day: str, target: float | None, prior: float | None = None) -> PriceTarget:
    return PriceTarget("X", firm, date.fromisoformat(day), target, prior)


# Each row as published, and its two figures in today's shares
REPORTED = {
    row("Alder", "2023-02-03", 84.0, 80.0): (84.0, 80.0),
    row("Birch", "2023-02-03", 340.0, 310.0): (85.0, 77.5),
    row("Cedar", "2023-05-19", 78.75): (78.75, None),
    row("Dorn", "2023-06-12", 90.0, 360.0): (90.0, 90.0),
    row("Alder", "2023-08-02", 96.0, 84.0): (96.0, 84.0),
    row("Elm", "2026-01-20", 190.0, 150.0): (190.0, 150.0),
}
PEERS = [
    row(f"Peer {firm}", str(date(2022, 9, 1) + timedelta(days=45 * visit + 3 * firm)), target, None)
    for firm, target in enumerate((304.0, 316.0, 300.0, 332.0, 340.0, 288.0))
    for visit in range(6)
    if date(2022, 9, 1) + timedelta(days=45 * visit + 3 * firm) < SPLIT_DAY
]


@pytest.mark.parametrize("before", [[], [row("Elm", "2023-03-01", 336.0)], [row("Elm", "2023-03-01", 84.0)]])
@pytest.mark.parametrize("peers", [[], PEERS])
def test_reported_rows_come_out_in_the_right_shares(peers, before):
    adjusted = adjust_for_splits([*REPORTED, *before, *peers], CLOSES, FOUR_FOR_ONE)
    assert [(row.target, row.prior_target) for row in adjusted[: len(REPORTED)]] == list(REPORTED.values())


def test_with_fewer_than_five_peers_the_basis_is_unsure():
    alder = row("Alder", "2023-02-03", 84.0, 80.0)
    daily = pd.Series(71.0, index=pd.bdate_range("2022-08-01", "2023-02-03"))
    firms = sorted({peer.firm for peer in PEERS})
    for count in range(len(firms) + 1):
        peers = [peer for peer in PEERS if peer.firm in firms[:count]]
        (adjusted, *_) = adjust_for_splits([alder, *peers], daily, FOUR_FOR_ONE)
        assert (adjusted.target, adjusted.basis_unsure) == (84.0, count < 5)


@pytest.mark.parametrize(
    ("published", "target", "unsure"),
    [(340.0, 85.0, False), (1340.0, 335.0, False), (84.0, 84.0, True), (150.0, 37.5, True), (200.0, 50.0, False)],
)
def test_without_peers_only_a_figure_that_fits_as_published_is_sure(published, target, unsure):
    (adjusted,) = adjust_for_splits([row("Alder", "2023-02-03", published)], CLOSES, FOUR_FOR_ONE)
    assert (adjusted.target, adjusted.basis_unsure) == (target, unsure)


def test_where_the_peers_form_two_groups_a_split_apart_the_basis_is_unsure():
    days = pd.bdate_range("2022-08-01", "2023-06-01")
    published = {False: [150.0, 600.0], True: [280.0, 320.0]}  # close 75: half and twice it, or alike
    for alike, figures in published.items():
        rows = [row(f"Firm {at}", str(days[3 * at].date()), figures[at % 2] + at) for at in range(40)]
        adjusted = adjust_for_splits(rows, pd.Series(75.0, index=days), FOUR_FOR_ONE)
        assert {row.basis_unsure for row in adjusted[20:]} == {not alike}


@pytest.mark.parametrize("which", [0, 1])
def test_rows_half_restated_from_the_first_on_come_out_right_or_unsure(which):
    days = pd.bdate_range("2022-08-01", "2023-06-01")
    rows = [
        row(f"Firm {at}", str(days[3 * at].date()), 84.0 * (1.0 + 0.01 * (at % 7)) * (4.0 if at % 2 == which else 1.0))
        for at in range(40)
    ]
    adjusted = adjust_for_splits(rows, pd.Series(71.0, index=days), FOUR_FOR_ONE)
    assert [row.target for row in adjusted if not row.basis_unsure] == [
        pytest.approx(84.0 * (1.0 + 0.01 * (at % 7))) for at, row in enumerate(adjusted) if not row.basis_unsure
    ]
    assert sum(not row.basis_unsure for row in adjusted) >= 30


def test_after_the_last_split_and_long_before_it_the_basis_is_sure():
    rows = [row("Elm", "2026-01-20", 190.0), row("Elm", "2023-06-12", 90.0), row("Elm", "2021-06-01", 300.0)]
    assert [adjusted.basis_unsure for adjusted in adjust_for_splits(rows, CLOSES, FOUR_FOR_ONE)] == [False] * 3


def test_analysts_whose_basis_is_unsure_are_no_consensus():
    days = pd.bdate_range("2022-01-03", "2023-07-03", name="date")
    close = pd.Series(75.0, index=days)
    bars = pd.DataFrame({"open": close, "high": close, "low": close, "close": close, "volume": 1.0})
    history = PriceHistory("X", "X", "USD", bars, FOUR_FOR_ONE)
    before, after = row("Alder", "2023-05-19", 84.0), row("Dorn", "2023-06-20", 90.0)
    analysis = analyse(history, [before, after])
    assert [(target.firm, target.doubt) for target in analysis.targets] == [("Alder", "basis unsure"), ("Dorn", None)]
    assert analysis.consensus is not None
    assert (analysis.consensus.count, analysis.consensus.mean) == (1, 90.0)


def test_googl_figures_are_those_published_but_for_priors_in_old_shares():
    adjusted = real_googl.adjusted_targets()
    published = pd.DataFrame(real_googl.feed())
    days = pd.to_datetime(published["epochGradeDate"], unit="s").dt.normalize()
    shares = np.where(days < "2022-07-18", 20.0, 1.0)
    target, prior = (
        (published[name] / shares).where(published[name] > 0) for name in ("currentPriceTarget", "priorPriceTarget")
    )
    in_old_shares = (days >= "2022-07-18") & (prior > 10 * target)
    assert in_old_shares.sum() == 7
    prior = prior.where(~in_old_shares, prior / 20.0)
    assert len(adjusted) == 921 and not any(row.basis_unsure for row in adjusted if row.close is not None)
    np.testing.assert_array_equal(np.array([row.target for row in adjusted], dtype=float), target)
    np.testing.assert_array_equal(np.array([row.prior_target for row in adjusted], dtype=float), prior)


@pytest.mark.parametrize("shares", [4.0, 10.0, 0.1])
@pytest.mark.parametrize("restated", [0.15, 0.5])
def test_few_restated_rows_of_googl_get_a_wrong_split_basis(shares, restated):
    closes = real_googl.bars()["close"]
    rows = real_googl.adjusted_targets()
    plain = [PriceTarget("GOOGL", row.firm, row.date, row.target, row.prior_target) for row in rows]
    made_up = with_made_up_split(plain, closes, date(2024, 9, 3), shares, restated, Random(1))
    adjusted = adjust_for_splits(made_up.rows, made_up.closes, made_up.splits)
    wrong = [
        row
        for row, (right, _) in zip(adjusted, made_up.right, strict=True)
        if right is not None and row.target != pytest.approx(right, rel=0.02)
    ]
    assert len(wrong) <= 0.005 * sum(made_up.could_be_restated)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 50), st.sampled_from([4.0, 10.0, 20.0, 0.1, 0.02]), st.integers(300, 900), st.booleans())
def test_a_made_up_split_of_similar_opinions_changes_no_figure(seed, shares, at, old_priors):
    rows, closes = made_up_coverage(seed, spread=0.08)
    made_up = with_made_up_split(rows, closes, closes.index[at].date(), shares, old_priors=old_priors)
    adjusted = adjust_for_splits(made_up.rows, made_up.closes, made_up.splits)
    figures = [(row.target, row.prior_target) for row in adjusted]
    assert figures == [
        (target and pytest.approx(target, rel=0.02), prior and pytest.approx(prior, rel=0.02))
        for target, prior in made_up.right
    ]


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 20), st.sampled_from([1.5, 4.0, 0.1]), st.integers(300, 900), st.integers(0, 999))
def test_neither_later_rows_nor_later_closes_nor_the_order_of_rows_matter(seed, shares, at, cut):
    rows, closes = made_up_coverage(seed, firms=8)
    made_up = with_made_up_split(rows, closes, closes.index[at].date(), shares, 0.3, Random(seed), old_priors=True)
    whole = dict(zip(made_up.rows, adjust_for_splits(made_up.rows, made_up.closes, made_up.splits), strict=True))
    day = closes.index[cut]
    known = [row for row in made_up.rows if row.date <= day.date()]
    Random(cut).shuffle(known)
    assert adjust_for_splits(known, made_up.closes[:day], made_up.splits) == tuple(whole[row] for row in known)


@settings(max_examples=examples(20), deadline=None)
@given(st.sampled_from([3.0, 4.0, 10.0, 20.0, 0.1]), st.integers(0, 2300))
def test_a_made_up_split_changes_no_upside_of_googl(shares, days):
    split_day = date(2019, 6, 3) + timedelta(days=days)
    assume(abs((split_day - date(2022, 7, 18)).days) > 120)  # the rows around the real split are in both shares already
    closes, as_of = real_googl.bars()["close"], date(2025, 10, 27)
    splits = pd.concat([real_googl.SPLITS, pd.Series([shares], index=pd.DatetimeIndex([split_day]))]).sort_index()
    published = [
        row
        if row.date < split_day
        else replace(row, target=row.target / shares, prior_target=row.prior_target / shares)
        for row in real_googl.targets()
    ]
    plain = real_googl.adjusted_targets()
    split = adjust_for_splits(published, closes / shares, splits)
    assert [_upside(row) for row in split if row.date <= as_of] == pytest.approx(
        [_upside(row) for row in plain if row.date <= as_of], rel=1e-9, nan_ok=True
    )


def _upside(row) -> float:
    return float("nan") if row.target is None or row.close is None else row.target / row.close
