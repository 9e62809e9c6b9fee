"""Current targets: the one of each firm on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indicators import analyse
from indicators.analysts.firms import firm_name
from indicators.analysts.rating_changes import rating_changes
from indicators.analysts.split_adjustment import AdjustedTarget, adjust_for_splits
from indicators.analysts.targets import current_targets, foreign_targets, target_change, target_steps
from market import PriceHistory, PriceTarget
from market.sample import sample
from tests.support import real_googl
from tests.support.examples import examples

TODAY = date(2025, 11, 24)
CIPHER = PriceTarget("CIFR", "JP Morgan", TODAY, 18.0, 12.0, "Overweight", "Neutral")


def days_ago(days: int, **changed: object) -> PriceTarget:
    return replace(CIPHER, date=TODAY - timedelta(days=days), **changed)


def test_the_upgrade_of_the_article_gives_its_figures():
    (target,) = current_targets([CIPHER], TODAY, 16.77)
    assert (target.firm, target.stance, target.action, target.change) == ("JPMorgan", "buy", "upgraded", "raised")
    assert target.upside_pct == pytest.approx(7.334526, abs=1e-6)
    assert (target.age_days, target.stale, target.rating_date) == (0, False, TODAY)


def test_a_target_is_stale_after_365_days():
    ages = [current_targets([days_ago(days)], TODAY, 16.77)[0] for days in (364, 365, 366)]
    assert [(age.age_days, age.stale) for age in ages] == [(364, False), (365, False), (366, True)]


def test_a_row_without_a_target_changes_only_the_rating():
    downgrade = days_ago(3, target=None, prior_target=None, rating="Underweight", prior_rating="Overweight")
    (target,) = current_targets([downgrade, days_ago(30)], TODAY, 16.77)
    assert (target.target, target.prior_target, target.age_days, target.change) == (18.0, 12.0, 30, "raised")
    assert (target.rating, target.prior_rating, target.action) == ("Underweight", "Overweight", "downgraded")
    assert (target.stance, target.rating_date) == ("sell", TODAY - timedelta(days=3))


def test_a_row_without_a_rating_changes_only_the_target():
    (target,) = current_targets([days_ago(30), days_ago(3, target=20.0, rating=None, prior_rating=None)], TODAY, 16.77)
    assert (target.target, target.rating, target.rating_date) == (20.0, "Overweight", TODAY - timedelta(days=30))


def test_a_firm_that_never_gave_a_target_is_not_listed():
    assert current_targets([replace(CIPHER, target=None, prior_target=None)], TODAY, 16.77) == ()


def test_a_row_with_a_prior_target_alone_withdraws_the_target_from_its_day_on():
    rows = [days_ago(30), days_ago(3, target=None, prior_target=18.0, rating="Neutral", prior_rating="Overweight")]
    assert current_targets(rows, TODAY, 16.77) == ()
    assert [target.target for target in current_targets(rows, TODAY - timedelta(days=4), 16.77)] == [18.0]
    again = current_targets([*rows, days_ago(1, target=20.0)], TODAY, 16.77)
    assert [target.target for target in again] == [20.0]
    assert list(target_steps(rows, TODAY)["JPMorgan"].values()) == [18.0, None]


@pytest.mark.parametrize(
    "rating",
    [
        "Not Rated",
        "NOT RATED",
        "not-rated",
        "Suspended",
        "Rating Suspended",
        "Coverage dropped",
        "Drops Coverage",
        "NR",
        "N/R",
        "No Recommendation",
        "No Longer Covered",
        "Coverage Transferred",
    ],
)
def test_a_rating_that_ends_coverage_withdraws_the_target(rating):
    for target, prior in ((None, None), (None, 18.0), (18.0, 18.0)):
        ended = days_ago(3, target=target, prior_target=prior, rating=rating, prior_rating="Overweight")
        assert current_targets([days_ago(30), ended], TODAY, 16.77) == ()


@pytest.mark.parametrize("rating", [None, "Underweight", "Under Review", "Hold"])
def test_any_other_row_without_figures_leaves_the_target(rating):
    rows = [days_ago(30), days_ago(3, target=None, prior_target=None, rating=rating)]
    assert [target.target for target in current_targets(rows, TODAY, 16.77)] == [18.0]


def test_a_withdrawal_names_the_target_that_another_row_of_the_day_set():
    withdrawal, other = days_ago(1, target=None, prior_target=20.0), days_ago(1, target=20.0, prior_target=18.0)
    for rows in ([withdrawal, other], [other, withdrawal]):
        assert current_targets(rows, TODAY, 16.77) == ()


@pytest.mark.parametrize(
    ("target", "doubt"), [(40.0, None), (40.1, "unusual"), (2.5, None), (2.49, "unusual"), (1399.0, "unusual")]
)
def test_a_target_far_from_the_close_of_its_day_is_not_counted(target, doubt):
    row = AdjustedTarget("X", "A", TODAY, target, close=10.0)
    (current,) = current_targets([row], TODAY, 30.0)
    assert (current.doubt, current.counted) == (doubt, doubt is None)


def test_a_stale_target_is_stale_whatever_else_it_is():
    row = AdjustedTarget("X", "A", TODAY - timedelta(days=366), 1399.0, close=10.0)
    (current,) = current_targets([row], TODAY, 30.0)
    assert (current.doubt, current.stale) == ("stale", True)


def test_a_target_in_another_currency_is_listed_apart():
    rows = [days_ago(30), days_ago(3, firm="J.P. Morgan", currency="CNY", target=130.0), days_ago(2, firm="Other")]
    assert [(target.firm, target.currency) for target in current_targets(rows, TODAY, 16.77)] == [("Other", None)]
    assert [(row.firm, row.target, row.currency) for row in foreign_targets(rows, TODAY)] == [
        ("JPMorgan", 130.0, "CNY")
    ]
    before = TODAY - timedelta(days=4)
    assert [target.firm for target in current_targets(rows, before, 16.77)] == ["JPMorgan"]
    assert foreign_targets(rows, before) == ()


def test_an_own_row_replaces_that_of_the_feed_on_its_day_and_not_a_newer_one():
    own = days_ago(5, source="own", firm="J.P. Morgan", target=17.0)
    assert [target.target for target in current_targets([own, days_ago(5)], TODAY, 16.77)] == [17.0]
    assert [target.target for target in current_targets([days_ago(4), own], TODAY, 16.77)] == [18.0]


def test_of_two_rows_on_one_day_the_one_that_replaces_the_other_is_current():
    first, second = days_ago(1, target=30.0, prior_target=20.0), days_ago(1, target=25.0, prior_target=30.0)
    for rows in ([first, second], [second, first]):
        assert [target.target for target in current_targets(rows, TODAY, 16.77)] == [25.0]


def test_of_a_chain_of_rows_on_one_day_the_last_is_current_in_any_order():
    chain = [
        days_ago(1, target=target, prior_target=prior) for prior, target in ((9.0, 10.0), (10.0, 12.0), (12.0, 8.0))
    ]
    for rows in permutations(chain):
        assert [target.target for target in current_targets(rows, TODAY, 16.77)] == [8.0]
        assert target_steps(rows, TODAY) == {"JPMorgan": {TODAY - timedelta(days=1): 8.0}}


FIGURES = st.sampled_from([None, 8.0, 9.0, 10.0, 12.0])
ROWS_OF_A_DAY = st.builds(
    replace,
    st.just(CIPHER),
    target=FIGURES,
    prior_target=FIGURES,
    rating=st.sampled_from([None, "Buy", "Hold"]),
    source=st.sampled_from(["yahoo", "own"]),
)


@given(st.lists(ROWS_OF_A_DAY, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_rows_on_one_day_does_not_matter(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert current_targets(shuffled, TODAY, 16.77) == current_targets(rows, TODAY, 16.77)
    assert target_steps(shuffled, TODAY) == target_steps(rows, TODAY)


@pytest.mark.parametrize(
    ("target", "prior", "change"),
    [
        (18.0, 12.0, "raised"),
        (13.0, 20.0, "cut"),
        (14.0, 14.0, "kept"),
        (14.0, None, "set"),
        (None, 14.0, "withdrawn"),
        (None, None, None),
    ],
)
def test_target_change(target, prior, change):
    assert target_change(target, prior) == change


def test_a_target_divided_by_a_split_counts_as_kept():
    assert target_change(4118.0 / 20.0, 205.9) == "kept"


@pytest.fixture(scope="module")
def googl():
    return real_googl.adjusted_targets()


@pytest.mark.parametrize("as_of", ["2019-12-31", "2022-07-15", "2022-07-18", "2023-06-30", "2025-10-27"])
def test_current_googl_targets_equal_those_computed_with_pandas(googl, as_of):
    rows = pd.DataFrame(real_googl.feed()).assign(
        firm=lambda frame: frame["firm"].map(lambda name: firm_name(name, date.fromisoformat(as_of))),
        day=lambda frame: pd.to_datetime(frame["epochGradeDate"], unit="s").dt.normalize(),
        target=lambda frame: frame["currentPriceTarget"].where(
            frame["day"] >= "2022-07-18", frame["currentPriceTarget"] / 20
        ),
    )
    rows = rows[(rows["day"] <= as_of) & rows[["currentPriceTarget", "priorPriceTarget"]].any(axis="columns")]
    newest = rows.sort_values("epochGradeDate").groupby("firm")["target"].last()
    expected = newest[newest > 0]  # the others were withdrawn
    current = current_targets(googl, date.fromisoformat(as_of), 100.0)
    assert {target.firm: target.target for target in current} == pytest.approx(expected.to_dict())
    assert [target.target for target in current] == sorted(expected)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 5000), st.randoms(use_true_random=False))
def test_no_day_uses_a_later_row_and_the_order_of_rows_does_not_matter(googl, days, chance):
    as_of = date(2012, 3, 1) + timedelta(days=days)
    shuffled = [row for row in googl if row.date <= as_of] * 2
    chance.shuffle(shuffled)
    current = current_targets(googl, as_of, 100.0)
    assert current == current_targets(shuffled, as_of, 100.0)
    assert all(target.date <= as_of for target in current)


def test_steps_end_in_the_current_targets(googl):
    steps = target_steps(googl, date(2025, 10, 27))
    current = current_targets(googl, date(2025, 10, 27), 100.0)
    last_steps = {firm: list(days.items())[-1] for firm, days in steps.items()}
    assert {firm: step for firm, step in last_steps.items() if step[1] is not None} == {
        target.firm: (target.date, target.target) for target in current
    }
    assert all(list(days) == sorted(days) for days in steps.values())


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(st.sampled_from([1.5, 2.0, 3.0, 4.0, 7.0, 10.0, 20.0, 0.5, 0.1]), st.integers(0, 4990))
def test_a_made_up_split_of_googl_changes_no_upside(googl, shares, days):
    split_day, as_of = date(2012, 3, 1) + timedelta(days=days), date(2025, 10, 27)
    assume(abs((split_day - date(2022, 7, 18)).days) > 120)  # the rows around the real split are in both shares already
    closes = real_googl.bars()["close"]
    splits = pd.concat([real_googl.SPLITS, pd.Series([shares], index=pd.DatetimeIndex([split_day]))]).sort_index()
    published = [
        row
        if row.date < split_day
        else replace(row, target=row.target / shares, prior_target=row.prior_target / shares)
        for row in real_googl.targets()
    ]
    split_rows = adjust_for_splits(published, closes / shares, splits)
    price = float(closes[pd.Timestamp(as_of)])
    expected, after_split = upsides(googl, price), upsides(split_rows, price / shares)
    # The first rows with a close have too few peers before them for their shares to be sure
    unsure = {(firm_name(row.firm, as_of), row.date) for row in split_rows if row.basis_unsure}
    assert all(day < date(2019, 12, 1) for _, day in unsure)
    sure = [key for key in expected if key[:2] not in unsure]
    assert set(sure) <= set(after_split) <= set(expected)
    assert [after_split[key] for key in sure] == pytest.approx([expected[key] for key in sure], rel=1e-9, abs=1e-9)


def upsides(rows: tuple[AdjustedTarget, ...], price: float) -> dict[tuple, float]:
    """Return each firm's upside now, and each row's at the close of its day, by firm, day and rating."""
    as_of = date(2025, 10, 27)
    current = {(target.firm, as_of): target.upside_pct for target in current_targets(rows, as_of, price)}
    changes = rating_changes(rows, as_of)
    past = {
        (change.firm, change.date, change.rating, change.action): change.upside_pct
        for change in changes
        if change.upside_pct is not None
    }
    assert len(current) > 40 and len(past) > 650
    return current | past


@settings(max_examples=examples(6), deadline=None)
@given(st.integers(0, 2330))
def test_an_analysis_of_a_past_day_uses_no_later_row(days):
    as_of = date(2019, 6, 10) + timedelta(days=days)
    history = PriceHistory("GOOGL", "Alphabet Inc.", "USD", real_googl.bars(), real_googl.SPLITS)
    whole = analyse(history, real_googl.targets(), as_of)
    known = analyse(history, [row for row in real_googl.targets() if row.date <= as_of], as_of)
    assert (whole.published, whole.targets, whole.consensus) == (known.published, known.targets, known.consensus)
    assert all(row.date <= as_of for row in whole.published)
    assert len(whole.published) == sum(row.date <= as_of for row in real_googl.targets())


def test_an_upgrade_before_the_open_is_known_though_its_day_has_no_bar_yet():
    friday, monday = date(2025, 11, 21), date(2025, 11, 24)
    bars = sample.history("CIFR").bars[:"2025-11-21"]
    early = datetime(2025, 11, 24, 12, 30, tzinfo=UTC)
    upgrade, next_day = replace(CIPHER, date=monday), replace(CIPHER, date=monday + timedelta(days=1), target=30.0)
    rows = [upgrade, next_day]
    today = analyse(PriceHistory("CIFR", "Cipher", "USD", bars, fetched_at=early), rows)
    assert (today.as_of, today.session) == (monday, friday)
    assert [target.target for target in today.targets] == [18.0]
    assert analyse(PriceHistory("CIFR", "Cipher", "USD", bars, fetched_at=early), rows, friday).targets == ()
    assert analyse(PriceHistory("CIFR", "Cipher", "USD", bars, fetched_at=early)).as_of == friday
    constructed = analyse(PriceHistory("CIFR", "Cipher", "USD", bars), rows)
    assert (constructed.as_of, constructed.targets) == (friday, ())
