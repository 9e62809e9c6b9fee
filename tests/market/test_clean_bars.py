"""Raw bars made fit to draw: what is left out and said, what stays, and what holds for any bars at all."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.clean_bars import clean_bars
from market.price_history import BAR_COLUMNS
from tests.support.generated_bars import bars as sound_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars

PRICES = ["open", "high", "low", "close"]
figures = st.one_of(st.floats(), st.floats(0.01, 1e4), st.sampled_from([0.0, -1.0, float("nan")]))
moments = st.one_of(st.dates(date(2024, 1, 1), date(2024, 3, 1)).map(pd.Timestamp), st.just(pd.NaT))


@st.composite
def any_bars(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.lists(st.tuples(moments, *[figures] * 5), max_size=12))
    index = pd.DatetimeIndex([row[0] for row in rows], name="date").as_unit("us")
    return pd.DataFrame([row[1:] for row in rows], index=index, columns=list(BAR_COLUMNS), dtype=float)


def with_row(bars: pd.DataFrame, place: int, **values: float) -> pd.DataFrame:
    changed = bars.copy()
    for name, value in values.items():
        changed.iloc[place, changed.columns.get_loc(name)] = value
    return changed


def times(bars: pd.DataFrame, factor: float, *places: int) -> pd.DataFrame:
    changed = bars.copy()
    changed.iloc[list(places), :4] *= factor
    return changed


def left_out(raw: pd.DataFrame, today: date | None = None) -> tuple[list[str], tuple[str, ...]]:
    """The days that are missing afterwards, and the notes."""
    bars, notes = clean_bars(raw, today)
    return [f"{day:%Y-%m-%d}" for day in raw.index.difference(bars.index)], notes


@given(sound_bars(max_size=40))
def test_sound_bars_stay_as_they_are(raw: pd.DataFrame) -> None:
    """Prices of a cent to 100,000 from one day to the next: whatever stands alone is said, all else is untouched."""
    bars, notes = clean_bars(raw)
    pd.testing.assert_frame_equal(bars, raw.loc[bars.index], check_freq=False)
    assert bool(notes) == (len(bars) < len(raw))
    assert all("100 times off" in note for note in notes)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_real_bars_stay_as_they_are(symbol: str) -> None:
    raw = real_bars(symbol).astype(float)
    bars, notes = clean_bars(raw, raw.index[-1].date())
    pd.testing.assert_frame_equal(bars, raw)
    assert notes == ()


@given(any_bars(), st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)))
def test_whatever_comes_what_is_left_can_be_drawn(raw: pd.DataFrame, today: date | None) -> None:
    bars, _ = clean_bars(raw, today)
    assert bars.index.is_monotonic_increasing
    assert bars.index.is_unique
    assert not bars.index.hasnans
    assert np.isfinite(bars.to_numpy()).all()
    assert (bars[PRICES] > 0.0).all(axis=None)
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["volume"] >= 0.0).all()
    assert today is None or (bars.index <= pd.Timestamp(today)).all()


@given(any_bars())
def test_every_bar_left_out_is_counted_once(raw: pd.DataFrame) -> None:
    bars, notes = clean_bars(raw)
    said = [note for note in notes if "left out" in note]
    assert sum(int(re.match(r"\d+", note).group()) for note in said) == len(raw) - len(bars)  # type: ignore[union-attr]


@given(any_bars())
def test_clean_bars_are_clean(raw: pd.DataFrame) -> None:
    once, _ = clean_bars(raw)
    twice, notes = clean_bars(once)
    pd.testing.assert_frame_equal(once, twice)
    assert notes == ()


@given(any_bars(), st.randoms(use_true_random=False))
def test_order_does_not_matter_where_no_day_comes_twice(raw: pd.DataFrame, random: object) -> None:
    raw = raw[~raw.index.duplicated()]
    places = list(range(len(raw)))
    random.shuffle(places)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(clean_bars(raw)[0], clean_bars(raw.iloc[places])[0])


def test_the_input_is_not_changed() -> None:
    raw = with_row(walk(20)[::-1], 3, close=float("nan"))
    before = raw.copy()
    clean_bars(raw)
    pd.testing.assert_frame_equal(raw, before)


@pytest.mark.parametrize("column", PRICES)
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "without a price"),
        (float("inf"), "without a price"),
        (0.0, "with a price of zero or less"),
        (-4.0, "with a price of zero or less"),
    ],
)
def test_a_price_that_is_none(column: str, value: float, words: str) -> None:
    raw = with_row(walk(20), 5, **{column: value})
    assert left_out(raw) == (["2020-01-09"], (f"1 bar {words} was left out: 2020-01-09",))


def test_a_high_below_the_low() -> None:
    raw = walk(20)
    raw = with_row(raw, 5, high=raw["low"].iloc[5], low=raw["high"].iloc[5])
    words = "with a high below the low, or an open or close outside of them,"
    assert left_out(raw) == (["2020-01-09"], (f"1 bar {words} was left out: 2020-01-09",))


@pytest.mark.parametrize(("beyond", "stays"), [(1.009, True), (1.011, False)])
def test_a_close_outside_of_the_range_by_a_hundredth(beyond: float, stays: bool) -> None:
    raw = walk(20)
    close = raw["high"].iloc[5] * beyond
    bars, notes = clean_bars(with_row(raw, 5, close=close))
    assert (pd.Timestamp("2020-01-09") in bars.index) is stays
    if stays:
        assert bars["high"].iloc[5] == close
        assert notes == ("1 bar had the day's range widened to its open and close",)


def test_rounding_is_not_worth_a_word() -> None:
    raw = walk(20)
    close = np.nextafter(raw["high"].iloc[5], np.inf)
    bars, notes = clean_bars(with_row(raw, 5, close=close))
    assert bars["high"].iloc[5] == close
    assert notes == ()


@pytest.mark.parametrize("volume", [float("nan"), float("inf"), -5.0])
def test_a_volume_that_is_none_is_zero_and_nothing_to_say(volume: float) -> None:
    bars, notes = clean_bars(with_row(walk(20), 5, volume=volume))
    assert bars["volume"].iloc[5] == 0.0
    assert len(bars) == 20
    assert notes == ()


def test_bars_of_days_to_come() -> None:
    raw = walk(20)
    dropped, notes = left_out(raw, date(2020, 1, 27))
    assert dropped == ["2020-01-28", "2020-01-29"]
    assert notes == ("2 bars dated after the exchange's own day (2020-01-27) were left out: 2020-01-28 and 2020-01-29",)


def test_the_later_row_of_a_day_stays() -> None:
    raw = walk(20)
    again = with_row(raw.iloc[[5]], 0, volume=7.0)
    bars, notes = clean_bars(pd.concat([raw.iloc[:6], again, raw.iloc[6:]]))
    assert len(bars) == 20
    assert bars["volume"].iloc[5] == 7.0
    assert notes == ("1 bar of a day that came again was left out: 2020-01-09",)


def test_of_two_rows_of_a_day_the_sound_one_stays() -> None:
    raw = walk(20)
    again = with_row(raw.iloc[[5]], 0, close=float("nan"))
    bars, _ = clean_bars(pd.concat([raw.iloc[:6], again, raw.iloc[6:]]))
    pd.testing.assert_frame_equal(bars, raw, check_freq=False)


def test_bars_out_of_order_are_sorted() -> None:
    raw = walk(20)
    bars, notes = clean_bars(pd.concat([raw.iloc[10:], raw.iloc[:10]]))
    pd.testing.assert_frame_equal(bars, raw, check_freq=False)
    assert notes == ("1 bar came out of order and was sorted by date",)


def test_many_days_are_named_shortly() -> None:
    raw = with_row(walk(20), slice(3, 8), close=float("nan"))  # type: ignore[arg-type]
    assert left_out(raw)[1] == ("5 bars without a price were left out: 2020-01-07, 2020-01-08, 2020-01-09 and 2 more",)


# Prices in the wrong unit


@given(
    st.sets(st.integers(0, 19).map(lambda block: 10 * block + block % 7), max_size=6),
    st.sampled_from([100.0, 0.01]),
    st.integers(0, 50),
)
def test_exactly_the_days_in_the_wrong_unit_are_left_out(places: set[int], factor: float, seed: int) -> None:
    raw = walk(200, seed)
    dropped, notes = left_out(times(raw, factor, *places))
    assert dropped == [f"{raw.index[place]:%Y-%m-%d}" for place in sorted(places)]
    assert len(notes) == bool(places)


@pytest.mark.parametrize("places", [(50, 51), (198, 199), (0,), (199,), (0, 1), (60, 62, 64)])
def test_neighbours_in_the_wrong_unit(places: tuple[int, ...]) -> None:
    raw = walk(200)
    assert left_out(times(raw, 100.0, *places))[0] == [f"{raw.index[place]:%Y-%m-%d}" for place in places]


def test_a_wrong_unit_is_said_with_day_and_price() -> None:
    raw = walk(200)
    raw.iloc[50, :4] = [15.0, 16.0, 14.0, 15.5]
    raw.iloc[45:50, :4] = raw.iloc[51:56, :4] = 15.0
    note = "1 bar about 100 times off the days around was left out as a suspected fault: 2020-03-12 at 1,550"
    assert left_out(times(raw, 100.0, 50))[1] == (note,)


@pytest.mark.parametrize("column", ["high", "low"])
def test_one_price_in_the_wrong_unit(column: str) -> None:
    raw = walk(200)
    wrong = raw[column].iloc[50] * (100.0 if column == "high" else 0.01)
    assert left_out(with_row(raw, 50, **{column: wrong}))[0] == ["2020-03-12"]


@pytest.mark.parametrize("after", [1, 3, 100])
@pytest.mark.parametrize("factor", [0.02, 0.3, 3.0, 40.0])
def test_a_crash_and_a_rise_stay(factor: float, after: int) -> None:
    """However short ago: a fall of 98 % on the last day is news, not a fault."""
    raw = walk(200)
    assert left_out(times(raw, factor, *range(200 - after, 200))) == ([], ())


def test_a_new_unit_for_good_stays() -> None:
    """A reverse split that Yahoo did not adjust for is another fault, and no single day's."""
    assert left_out(times(walk(200), 100.0, *range(100, 200))) == ([], ())


def test_a_collapse_over_days_stays() -> None:
    """The closes and lows of LUNA-USD in May 2022, roughly: 99.99 % in four days."""
    close = [80.0, 82.0, 77.0, 69.0, 64.0, 32.0, 17.0, 1.1, 0.005, 0.0001, 0.0002, 0.0002, 0.0002, 0.0001, 0.0002]
    low = [78.0, 78.0, 75.0, 61.0, 57.0, 23.0, 13.0, 0.9, 0.004, 0.00005, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001]
    opened = close[:1] + close[:-1]
    days = pd.date_range("2022-05-04", periods=len(close), name="date")
    raw = pd.DataFrame({"open": opened, "low": low, "close": close, "volume": 1.0}, index=days)
    raw["high"] = raw[["open", "close"]].max(axis=1)
    for sessions in range(1, len(raw) + 1):
        assert left_out(raw.iloc[:sessions]) == ([], ())
