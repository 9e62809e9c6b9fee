"""Stored and newer bars are joined only where the result is what Yahoo would have sent as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import PriceHistory
from market.events.company_events import Dividend
from market.yahoo.bars.splice import OVERLAP_SESSIONS, overlap_start, splice
from tests.support.generated_bars import walk

ALL = PriceHistory("X", "X Inc.", "USD", walk(300), fetched_at=datetime(2030, 1, 1, tzinfo=UTC), remarks=("all",))


def until(count: int, history: PriceHistory = ALL) -> PriceHistory:
    """Return what was stored when the history had so many bars."""
    bars = history.bars.iloc[:count]
    splits = history.splits[history.splits.index <= bars.index[-1]]
    return replace(history, bars=bars, splits=splits, remarks=("stored",))


def since(day: date, history: PriceHistory = ALL) -> PriceHistory:
    start = pd.Timestamp(day)
    return replace(history, bars=history.bars.loc[start:], splits=history.splits[history.splits.index >= start])


def assert_whole(found: PriceHistory | None, whole: PriceHistory = ALL) -> None:
    assert found is not None
    pd.testing.assert_frame_equal(found.bars, whole.bars, check_freq=False)
    pd.testing.assert_series_equal(found.splits, whole.splits, check_freq=False)


@given(count=st.integers(2, 300))
def test_any_stored_part_is_completed(count: int) -> None:
    stored = until(count)
    found = splice(stored, since(overlap_start(stored)))
    assert_whole(found)
    assert found is not None
    assert found.remarks == ("stored", "all")


def test_overlap_is_five_sessions_and_the_last() -> None:
    stored = until(100)
    assert len(since(overlap_start(stored), stored).bars) == OVERLAP_SESSIONS + 1 == 6
    assert overlap_start(until(3)) == ALL.bars.index[0].date()


@given(
    back=st.integers(2, OVERLAP_SESSIONS + 1),
    column=st.sampled_from(["open", "high", "low", "close"]),
    times=st.sampled_from([1 + 2e-6, 1 - 2e-6, 0.5, 20.0, float("nan")]),
)
def test_different_price_in_the_overlap_is_rejected(back: int, column: str, times: float) -> None:
    stored = until(100)
    bars = stored.bars.copy()
    bars.iloc[-back, bars.columns.get_loc(column)] *= times
    assert splice(replace(stored, bars=bars), since(overlap_start(stored))) is None


def test_rounding_noise_and_volume_may_differ() -> None:
    stored = until(100)
    bars = stored.bars.copy()
    bars[["open", "high", "low", "close"]] *= 1 + 1e-7
    bars["volume"] += 5.0
    found = splice(replace(stored, bars=bars), since(overlap_start(stored)))
    assert found is not None
    pd.testing.assert_frame_equal(found.bars.tail(206), ALL.bars.tail(206), check_freq=False)


def test_missing_session_in_the_overlap_is_rejected() -> None:
    stored = until(100)
    recent = since(overlap_start(stored))
    assert splice(stored, replace(recent, bars=recent.bars.drop(recent.bars.index[2]))) is None


def test_session_added_later_is_accepted() -> None:
    stored = until(100)
    assert_whole(splice(replace(stored, bars=stored.bars.drop(stored.bars.index[-3])), since(overlap_start(stored))))


@pytest.mark.parametrize("in_progress", [True, False])
def test_last_bar_may_change_on_its_own_day(in_progress: bool) -> None:
    """The session goes on, or its closing auction came after the fetch; two days later it is final."""
    stored = until(100)
    own_day = pd.Timestamp(stored.bars.index[-1] + pd.Timedelta(hours=21), tz=UTC).to_pydatetime()
    bars = stored.bars.copy()
    bars.iloc[-1] *= 1.01
    moved = replace(stored, bars=bars, fetched_at=own_day, in_progress=in_progress)
    assert_whole(splice(moved, since(overlap_start(stored))))
    assert splice(replace(moved, fetched_at=ALL.fetched_at, in_progress=False), since(overlap_start(stored))) is None


@pytest.mark.parametrize(("row", "known"), [(99, True), (99, False), (120, True), (97, False)])
def test_new_split_is_rejected_and_stored_split_is_kept(row: int, known: bool) -> None:
    """With a split that was not stored, all stored prices are in old shares."""
    day = ALL.bars.index[row]
    whole = replace(ALL, splits=pd.Series([20.0], index=[day], name="stock splits").rename_axis("date"))
    stored = until(100, whole if known and row < 100 else ALL)
    found = splice(stored, since(overlap_start(stored), whole))
    if known and row < 100:
        assert found is not None
        assert found.splits.to_dict() == {day: 20.0}
    else:
        assert found is None


def test_split_of_another_size_is_rejected() -> None:
    day = ALL.bars.index[98]
    whole = replace(ALL, splits=pd.Series([20.0], index=[day]))
    stored = replace(until(100), splits=pd.Series([10.0], index=[day]))
    assert splice(stored, since(overlap_start(stored), whole)) is None


def test_splits_before_the_overlap_are_kept() -> None:
    days = ALL.bars.index[[10, 99]]
    whole = replace(ALL, splits=pd.Series([2.0, 20.0], index=days, name="stock splits").rename_axis("date"))
    stored = until(100, whole)
    assert_whole(splice(stored, since(overlap_start(stored), whole)), whole)


def test_dividends_are_those_of_before_and_the_newest() -> None:
    first, last, new = (Dividend(ALL.bars.index[row].date(), 0.5) for row in (10, 98, 120))
    corrected = replace(last, amount=0.6)
    stored = replace(until(100), dividends=(first, last))
    found = splice(stored, replace(since(overlap_start(stored)), dividends=(corrected, new)))
    assert found is not None and found.dividends == (first, corrected, new)


def test_bars_whose_dividends_are_not_known_are_fetched_again() -> None:
    stored = until(100)
    assert splice(replace(stored, dividends=None), since(overlap_start(stored))) is None


@pytest.mark.parametrize("change", [{"currency": "GBP"}, {"price_basis": "dividend-adjusted"}])
def test_other_currency_or_price_basis_is_rejected(change: dict[str, str]) -> None:
    stored = until(100)
    assert splice(replace(stored, **change), since(overlap_start(stored))) is None  # type: ignore[arg-type]


def test_single_bar_in_progress_is_rejected() -> None:
    stored = replace(until(1), in_progress=True)
    assert splice(stored, since(overlap_start(stored))) is None
