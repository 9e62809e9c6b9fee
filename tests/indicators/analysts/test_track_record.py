"""Outcomes of targets, compared with a day-by-day search, and published confidence intervals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indicators.analysts.firms import firm_name
from indicators.analysts.split_adjustment import AdjustedTarget
from indicators.analysts.track_record import (
    OUTCOME_COLUMNS,
    count_expired_targets,
    next_target_due,
    target_outcomes,
    track_record,
    wilson_interval,
)
from market import PriceTarget
from tests.support import real_googl
from tests.support.examples import examples

START = date(2023, 1, 2)
END = date(2025, 12, 31)


def bars_of(closes: list[float], spread: float = 0.0) -> pd.DataFrame:
    close = pd.Series(closes, index=pd.bdate_range(START, periods=len(closes), name="date"), dtype=float)
    return pd.DataFrame({"open": close, "high": close + spread, "low": close - spread, "close": close, "volume": 1.0})


def row(target: float, day: date = START, firm: str = "Firm") -> PriceTarget:
    return PriceTarget("X", firm, day, target)


FLAT = [10.0] * 300


@pytest.mark.parametrize(
    ("closes", "target", "hit", "at_end", "days_until"),
    [
        (FLAT, 11.0, False, False, None),
        ([10.0, 10.0, 12.0, *FLAT], 11.0, True, False, 2),
        ([10.0, 10.0, *[12.0] * 300], 11.0, True, True, 2),
        ([10.0, 10.0, 8.0, *FLAT], 9.0, True, False, 2),
        ([10.0, *[8.0] * 300], 9.0, True, True, 1),
        ([10.0, *[12.0] * 300], 9.0, False, False, None),
        ([12.0, *FLAT], 11.5, True, True, 1),
    ],
)
def test_hit_at_some_time_and_at_the_end(closes, target, hit, at_end, days_until):
    outcome = target_outcomes([row(target)], bars_of(closes), END).iloc[0]
    assert (outcome["hit"], outcome["hit_at_end"]) == (hit, at_end)
    assert outcome["days_until_hit"] == days_until if days_until else np.isnan(outcome["days_until_hit"])
    assert outcome["error_pct"] == pytest.approx(100 * abs(closes[260] - target) / closes[0])


def test_a_high_that_reaches_the_target_is_a_hit_though_no_close_does():
    outcome = target_outcomes([row(11.0)], bars_of(FLAT, spread=1.0), END).iloc[0]
    assert (outcome["hit"], outcome["hit_at_end"], outcome["days_until_hit"]) == (True, False, 1)


def test_an_outcome_needs_twelve_months_and_bars_that_cover_them():
    bars = bars_of(FLAT)
    due = START + timedelta(days=365)
    counts = [len(target_outcomes([row(11.0)], bars, day)) for day in (due - timedelta(days=1), due)]
    assert counts == [0, 1]
    assert target_outcomes([row(11.0)], bars_of([10.0] * 200), END).empty
    assert target_outcomes([row(11.0, START - timedelta(days=1))], bars, END).empty


def test_a_replaced_target_counts_and_a_repeated_row_counts_once():
    rows = [row(11.0), row(12.0, START + timedelta(days=30)), row(11.0), replace(row(11.0), rating="Buy")]
    assert len(target_outcomes(rows, bars_of(FLAT), END)) == 2


def test_two_identical_rows_a_day_apart_are_one():
    bars = bars_of(FLAT)
    first = replace(row(11.0), prior_target=9.0, rating="Buy")
    next_day = replace(first, date=START + timedelta(days=1))
    apart = replace(first, date=START + timedelta(days=3))
    other = replace(next_day, rating="Hold")
    for rows, count in (([first, next_day], 1), ([next_day, first], 1), ([first, apart], 2), ([first, other], 2)):
        outcomes = target_outcomes(rows, bars, END)
        assert len(outcomes) == count_expired_targets(rows, END) == count
        assert outcomes["date"].min() == pd.Timestamp(START)


@pytest.mark.parametrize(
    "changed", [{"basis_unsure": True}, {"close": 2.0}, {"currency": "CNY"}], ids=["unsure", "unusual", "currency"]
)
def test_a_target_that_cannot_be_compared_with_prices_is_not_judged(changed):
    sound = AdjustedTarget("X", "Firm", START, 11.0, close=10.0)
    assert len(target_outcomes([sound], bars_of(FLAT), END)) == 1
    assert target_outcomes([replace(sound, **changed)], bars_of(FLAT), END).empty


def test_the_next_target_due_is_the_oldest_that_is_still_running():
    rows = [row(11.0, START + timedelta(days=n)) for n in (3, 1, 2)]
    due = START + timedelta(days=366)
    assert next_target_due(rows, START + timedelta(days=2)) == (rows[1], due)
    assert next_target_due(rows, due - timedelta(days=1)) == (rows[1], due)
    assert next_target_due(rows, due) == (rows[2], due + timedelta(days=1))
    assert next_target_due(rows, START) is None  # none was published yet
    assert next_target_due([replace(rows[0], target=None)], START + timedelta(days=9)) is None


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 2500))
def test_every_googl_target_is_running_has_an_outcome_or_is_older_than_the_bars(days):
    bars, as_of = real_googl.bars(), date(2019, 6, 3) + timedelta(days=days)
    rows = real_googl.adjusted_targets()
    known = {(firm_name(row.firm, as_of), row.date, row.target) for row in rows if row.target and row.date <= as_of}
    known -= {(firm, day, target) for firm, day, target in known if is_repeat(rows, firm, day, target, as_of)}
    running = {(firm, day, target) for firm, day, target in known if day + timedelta(days=365) > as_of}
    expired = count_expired_targets(rows, as_of)
    assert expired + len(running) == len(known)
    outcomes = target_outcomes(rows, bars, as_of)
    before_bars = {(firm, day, target) for firm, day, target in known if day < bars.index[0].date()} - running
    assert len(outcomes) + len(before_bars) == expired


def is_repeat(rows, firm: str, day: date, target: float, as_of: date) -> bool:
    """Return whether the firm said the very same the day before."""

    def said(on: date) -> set[tuple]:
        return {
            (row.prior_target, row.rating, row.prior_rating)
            for row in rows
            if row.date == on and row.target == target and firm_name(row.firm, as_of) == firm
        }

    return bool(said(day) & said(day - timedelta(days=1)))


def test_without_targets_the_frame_is_empty_and_there_is_no_record():
    for bars in (bars_of(FLAT), bars_of([])):
        outcomes = target_outcomes([], bars, END)
        assert tuple(outcomes.columns) == OUTCOME_COLUMNS and outcomes.empty
    assert track_record(outcomes) is None


def outcome_by_search(target: PriceTarget, bars: pd.DataFrame, as_of: date):
    """Return hit, hit at the end, days until the hit and relative error, searched day by day; None without outcome."""
    due = target.date + timedelta(days=365)
    before, term = (
        bars[: pd.Timestamp(target.date)],
        bars[pd.Timestamp(target.date + timedelta(days=1)) : pd.Timestamp(due)],
    )
    if due > as_of or before.empty or term.empty or (due - term.index[-1].date()).days > 10:
        return None
    start, end = before["close"].iloc[-1], term["close"].iloc[-1]
    rise = target.target >= start
    hits = [
        day.date() for day, bar in term.iterrows() if (bar.high >= target.target if rise else bar.low <= target.target)
    ]
    days_until = (hits[0] - target.date).days if hits else None
    return (
        bool(hits),
        bool(end >= target.target if rise else end <= target.target),
        days_until,
        abs(end - target.target) / start,
    )


def assert_equals_search(rows, bars, as_of):
    outcomes = target_outcomes(rows, bars, as_of)
    once = [row for row in rows if not is_repeat(rows, firm_name(row.firm, as_of), row.date, row.target, as_of)]
    expected = [found for row in once if (found := outcome_by_search(row, bars[: pd.Timestamp(as_of)], as_of))]
    assert len(outcomes) == len(expected)
    for (hit, at_end, days_until, error), outcome in zip(expected, outcomes.itertuples(), strict=True):
        assert (outcome.hit, outcome.hit_at_end) == (hit, at_end)
        assert outcome.days_until_hit == days_until if days_until else np.isnan(outcome.days_until_hit)
        assert outcome.error_pct == pytest.approx(100 * error)


def test_googl_outcomes_equal_those_of_a_day_by_day_search():
    bars = real_googl.bars()
    rows = [row for row in real_googl.adjusted_targets() if row.target]
    assert_equals_search(rows[::12], bars, date(2025, 10, 27))


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(
    st.lists(st.floats(-0.05, 0.05), min_size=250, max_size=500),
    st.lists(st.tuples(st.integers(-5, 500), st.integers(50, 180)), max_size=8, unique=True),
    st.integers(0, 1200),
)
@example([0.0] * 450, [(203, 180), (204, 180)], 624)  # the same target twice, a day apart
def test_outcomes_equal_those_of_a_day_by_day_search(steps, targets, days):
    bars = bars_of(list(100 * np.exp(np.cumsum(steps))), spread=0.5)
    rows = [row(float(target), START + timedelta(days=day)) for day, target in targets]
    assert_equals_search(rows, bars, START + timedelta(days=days))


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 2500))
def test_no_outcome_uses_a_later_bar_or_row(days):
    bars, as_of = real_googl.bars(), date(2019, 6, 3) + timedelta(days=days)
    rows = real_googl.adjusted_targets()
    pd.testing.assert_frame_equal(
        target_outcomes(rows, bars, as_of),
        target_outcomes([row for row in rows if row.date <= as_of], bars[: pd.Timestamp(as_of)], as_of),
    )


# Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I
@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_equals_the_published_one(hits, count, low, high):
    rate = wilson_interval(hits, count)
    assert (rate.low_pct, rate.high_pct) == (pytest.approx(100 * low, abs=0.005), pytest.approx(100 * high, abs=0.005))


@given(st.integers(1, 10_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_contains_its_rate_and_mirrors(case):
    hits, count = case
    rate, mirror = wilson_interval(hits, count), wilson_interval(count - hits, count)
    assert 0.0 <= rate.low_pct <= rate.pct + 1e-9 and rate.pct - 1e-9 <= rate.high_pct <= 100.0
    assert rate.low_pct == pytest.approx(100.0 - mirror.high_pct, abs=1e-9)


@pytest.mark.parametrize(("hits", "count"), [(0, 0), (3, 2), (-1, 5)])
def test_an_impossible_rate_raises(hits, count):
    with pytest.raises(ValueError, match=f"{hits} of {count}"):
        wilson_interval(hits, count)


def test_firms_with_fewer_than_five_outcomes_are_not_ranked():
    bars = bars_of([10.0, *[12.0] * 400])
    rows = [
        *(row(11.0, START + timedelta(days=2 * n), "Five") for n in range(5)),
        *(row(39.0, START + timedelta(days=2 * n), "Six") for n in range(6)),
        *(row(11.0, START + timedelta(days=2 * n), "Four") for n in range(4)),
    ]
    record = track_record(target_outcomes(rows, bars, END))
    assert record is not None
    assert [(firm.firm, firm.count, firm.ranked) for firm in record.firms] == [
        ("Five", 5, True),
        ("Six", 6, True),
        ("Four", 4, False),
    ]
    assert record.everyone.count == 15 and record.everyone.hit.count == 15
    assert sum(firm.hit.hits for firm in record.firms) == record.everyone.hit.hits
    assert [symbol.symbol for symbol in record.firm_symbols] == ["X"] * 3
    assert record.firms[1].median_days_until_hit is None


def test_several_symbols_make_one_record_per_firm():
    one = target_outcomes([row(11.0)], bars_of(FLAT), END)
    two = target_outcomes([replace(row(11.0), symbol="Y")], bars_of([10.0, *[12.0] * 300]), END)
    record = track_record(pd.concat([one, two]))
    assert record is not None
    assert [(firm.symbol, firm.count) for firm in record.firms] == [(None, 2)]
    assert sorted((symbol.symbol, symbol.hit.hits) for symbol in record.firm_symbols) == [("X", 0), ("Y", 1)]


def record_of(outcomes: dict[str, dict[str, tuple[int, int]]]):
    """Return the record of firms whose (hits, targets) by quarter are given."""
    rows = [
        {"symbol": "X", "firm": firm, "date": pd.Period(quarter).start_time, "hit": at < hits, "hit_at_end": at < hits}
        for firm, quarters in outcomes.items()
        for quarter, (hits, count) in quarters.items()
        for at in range(count)
    ]
    frame = pd.DataFrame(rows).assign(days_until_hit=1.0, error_pct=10.0)
    found = track_record(frame)
    assert found is not None
    return {firm.firm: firm for firm in found.firms}, found


def test_outcomes_that_agree_within_quarters_have_a_wider_interval():
    quarters = [f"{year}Q{quarter}" for year in range(2015, 2025) for quarter in range(1, 5)]
    together = {quarter: (5 * (at % 2), 5) for at, quarter in enumerate(quarters)}
    apart = {quarter: (2 + at % 2, 5) for at, quarter in enumerate(quarters)}
    records, _ = record_of({"Together": together, "Apart": apart})
    wide, narrow = records["Together"].hit, records["Apart"].hit
    wilson = wilson_interval(100, 200)
    assert (wide.pct, narrow.pct) == (50.0, 50.0)
    # the standard error of the mean of 40 quarters of all or nothing
    assert wide.high_pct - wide.low_pct == pytest.approx(2 * 1.96 * 100 * 0.5 / 40**0.5, rel=0.1)
    assert (narrow.low_pct, narrow.high_pct) == (wilson.low_pct, wilson.high_pct)


def test_firms_are_ranked_by_the_lower_bound():
    many = {f"{year}Q1": (9, 10) for year in range(2014, 2024)}
    few = {"2020Q1": (5, 5)}
    records, found = record_of({"Few": few, "Many": many})
    assert records["Few"].hit.pct > records["Many"].hit.pct
    assert [firm.firm for firm in found.firms] == ["Many", "Few"]
    assert records["Few"].hit.low_pct == wilson_interval(5, 5).low_pct


def test_a_firm_is_compared_with_its_peers_of_the_same_quarters():
    records, found = record_of(
        {"Bull": {"2020Q1": (4, 5), "2022Q1": (1, 1)}, "Bear": {"2021Q1": (1, 5)}, "A": {"2020Q1": (2, 2)},
         "B": {"2020Q1": (0, 2), "2021Q1": (4, 4)}}
    )  # fmt: skip
    versus = {firm: record.versus_peers for firm, record in records.items()}
    assert versus["Bull"].points == pytest.approx(100 * (4 / 5 - 2 / 4))  # 2022 has no peers
    assert versus["Bear"].points == pytest.approx(100 * (1 / 5 - 4 / 4))
    assert versus["B"].points == pytest.approx(100 * (2 * (0 - 6 / 7) + 4 * (1 - 1 / 5)) / 6)
    assert found.everyone.versus_peers is None
    assert all(difference.low <= difference.points + 1e-9 for difference in versus.values())


@given(st.dictionaries(st.sampled_from("ABCD"), st.dictionaries(
    st.sampled_from(["2020Q1", "2020Q2", "2021Q1"]), st.integers(1, 4).flatmap(
        lambda count: st.tuples(st.integers(0, count), st.just(count))), min_size=1), min_size=1))  # fmt: skip
def test_rates_and_differences_equal_those_computed_firm_by_firm(outcomes):
    records, _ = record_of(outcomes)
    for firm, quarters in outcomes.items():
        hits, count = (sum(figures) for figures in zip(*quarters.values(), strict=True))
        rate, wilson = records[firm].hit, wilson_interval(hits, count)
        assert (rate.hits, rate.count, rate.pct) == (hits, count, wilson.pct)
        assert rate.low_pct <= wilson.low_pct and wilson.high_pct <= rate.high_pct
        surplus = compared = 0.0
        for quarter, (of_firm, number) in quarters.items():
            others = [other[quarter] for name, other in outcomes.items() if name != firm and quarter in other]
            if others:
                other_hits, others_count = (sum(figures) for figures in zip(*others, strict=True))
                surplus += of_firm - number * other_hits / others_count
                compared += number
        difference = records[firm].versus_peers
        assert (difference is None) == (compared == 0.0)
        assert difference is None or difference.points == pytest.approx(100.0 * surplus / compared)
