"""Which raw bars are removed, repaired or kept, and how that is reported."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import clean_bars as module
from market.bar_faults import BarFault, sentences
from market.price_history import BAR_COLUMNS
from tests.support.generated_bars import bars as sound_bars
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars

PRICES = ["open", "high", "low", "close"]
COMPLETED = "had an open, high or low that was missing or absurd, and was completed from the other prices"
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


def clean_bars(raw: pd.DataFrame, today: date | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the cleaned bars and a sentence for each kind of fault."""
    bars, faults = module.clean_bars(raw, today)
    return bars, sentences(faults)


def removed_days(raw: pd.DataFrame, today: date | None = None) -> tuple[list[str], tuple[str, ...]]:
    """Return the days that `clean_bars` removes, and its notes."""
    bars, notes = clean_bars(raw, today)
    return [f"{day:%Y-%m-%d}" for day in raw.index.difference(bars.index)], notes


@given(sound_bars(max_size=40))
def test_bars_without_a_fault_are_unchanged(raw: pd.DataFrame) -> None:
    """Prices from a cent to 100,000 on neighboring days: outliers are reported by day, the others are unchanged."""
    bars, faults = module.clean_bars(raw)
    faulty = [pd.Timestamp(day) for fault in faults for day in fault.days]
    pd.testing.assert_frame_equal(bars.drop(faulty, errors="ignore"), raw.drop(faulty), check_freq=False)
    left_out = {pd.Timestamp(day) for fault in faults if fault.kind in module.LEAVE_OUT for day in fault.days}
    assert set(raw.index) - set(bars.index) == left_out


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_real_bars_are_unchanged(symbol: str) -> None:
    raw = real_bars(symbol).astype(float)
    bars, notes = clean_bars(raw, raw.index[-1].date())
    pd.testing.assert_frame_equal(bars, raw)
    assert notes == ()


@given(any_bars(), st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)))
def test_any_bars_become_bars_that_can_be_drawn(raw: pd.DataFrame, today: date | None) -> None:
    bars, _ = clean_bars(raw, today)
    assert bars.index.is_monotonic_increasing
    assert bars.index.is_unique
    assert not bars.index.hasnans
    assert np.isfinite(bars.to_numpy()).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["volume"] >= 0.0).all()
    assert today is None or (bars.index <= pd.Timestamp(today)).all()


@given(any_bars())
def test_every_removed_bar_is_counted_once(raw: pd.DataFrame) -> None:
    bars, notes = clean_bars(raw)
    counts = [note for note in notes if "left out" in note]
    assert sum(int(re.match(r"\d+", note).group()) for note in counts) == len(raw) - len(bars)  # type: ignore[union-attr]


@given(any_bars())
def test_cleaning_twice_changes_nothing(raw: pd.DataFrame) -> None:
    once, _ = clean_bars(raw)
    twice, notes = clean_bars(once)
    pd.testing.assert_frame_equal(once, twice)
    assert notes == ()


@given(any_bars(), st.randoms(use_true_random=False))
def test_order_does_not_matter_if_days_are_unique(raw: pd.DataFrame, random: object) -> None:
    raw = raw[~raw.index.duplicated()]
    places = list(range(len(raw)))
    random.shuffle(places)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(clean_bars(raw)[0], clean_bars(raw.iloc[places])[0])


def test_input_is_not_changed() -> None:
    raw = with_row(walk(20)[::-1], 3, close=float("nan"))
    before = raw.copy()
    clean_bars(raw)
    pd.testing.assert_frame_equal(raw, before)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -4.0, 4.0, 400.0])
def test_bar_without_a_sound_close_is_left_out(value: float) -> None:
    assert removed_days(with_row(walk(20), 5, close=value)) == (
        ["2020-01-09"],
        ("1 bar without a price was left out: 2020-01-09",),
    )


@pytest.mark.parametrize("column", ["open", "high", "low"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -4.0, 0.01, 4000.0])
def test_session_with_a_sound_close_stays_whatever_its_other_prices(column: str, value: float) -> None:
    sound = walk(20)
    bars, notes = clean_bars(with_row(sound, 5, **{column: value}))
    assert len(bars) == 20
    row, others = bars.iloc[5], sound.iloc[5].drop(column)
    low, high = min(row["open"], row["close"]), max(row["open"], row["close"])
    assert notes == (f"1 bar {COMPLETED}: 2020-01-09",)
    assert row[column] == {"open": others["close"], "high": high, "low": low}[column]
    pd.testing.assert_series_equal(row.drop(column), others)


def test_swapped_high_and_low_change_places() -> None:
    sound = walk(20)
    bars, notes = clean_bars(with_row(sound, 5, high=sound["low"].iloc[5], low=sound["high"].iloc[5]))
    pd.testing.assert_frame_equal(bars, sound, check_freq=False)
    assert notes == ("1 bar had the day's range widened to its open and close",)


@pytest.mark.parametrize("beyond", [1.009, 1.2, 2.0])
@pytest.mark.parametrize("column", ["open", "close"])
def test_quote_outside_the_range_widens_it(beyond: float, column: str) -> None:
    raw = walk(20)
    quote = raw["high"].iloc[5] * beyond
    bars, notes = clean_bars(with_row(raw, 5, **{column: quote}))
    assert bars["high"].iloc[5] == bars[column].iloc[5] == quote
    assert notes == ("1 bar had the day's range widened to its open and close",)


@pytest.mark.parametrize(("place", "after"), [(5, 14), (19, 0), (0, 19)])
def test_absurd_low_is_dropped_on_any_day_and_a_week_later(place: int, after: int) -> None:
    raw = with_row(walk(20), place, low=0.0117)
    for sessions in {place + 1, min(place + 6, 20), 20}:
        bars, _ = clean_bars(raw.iloc[:sessions])
        assert len(bars) == sessions
        if sessions > 1:
            assert bars["low"].iloc[place] == raw[["open", "close"]].iloc[place].min()


@pytest.mark.parametrize("factor", [0.25, 0.5, 2.0, 4.0])
def test_wild_wicks_are_kept(factor: float) -> None:
    raw = walk(20)
    column = "low" if factor < 1.0 else "high"
    raw = with_row(raw, 5, **{column: raw["close"].iloc[5] * factor})
    bars, notes = clean_bars(raw)
    pd.testing.assert_frame_equal(bars, raw, check_freq=False)
    assert notes == ()


def test_the_first_day_of_a_crash_keeps_its_range() -> None:
    """It opens at the old price and closes at a tenth of it, or opens at a tenth and closes at the old price."""
    for first, last in ((40.0, 4.0), (4.0, 40.0)):
        raw = with_row(walk(20), 10, open=first, close=last, high=41.0, low=3.9)
        assert clean_bars(raw.iloc[:11])[1] == ()


@pytest.mark.parametrize(("column", "factor"), [("high", 30.0), ("low", 1 / 30)])
def test_an_absurd_open_is_dropped_with_the_high_or_low_that_goes_with_it(column: str, factor: float) -> None:
    raw = walk(20)
    price = factor * raw["close"].iloc[10]
    bars, notes = clean_bars(with_row(raw, 10, **{"open": price, column: price}))
    day, close = bars.iloc[10], raw["close"].iloc[10]
    assert (day["open"], day[column], day["close"]) == (close, close, close)
    assert notes == (f"1 bar {COMPLETED}: {raw.index[10]:%Y-%m-%d}",)


def test_negative_prices_of_a_future_are_real() -> None:
    """Crude oil in April 2020, as it traded: open, high, low, close."""
    rows = [
        (24.01, 24.74, 22.58, 22.76), (22.73, 23.85, 19.95, 20.11), (20.11, 20.77, 19.20, 19.87),
        (19.80, 20.46, 18.89, 19.87), (19.85, 20.19, 17.31, 18.27), (17.73, 17.85, -40.32, -37.63),
        (-14.00, 13.86, -16.74, 10.01), (11.54, 16.18, 6.50, 13.78), (14.24, 18.27, 13.64, 16.50),
        (16.82, 18.26, 15.64, 16.94),
    ]  # fmt: skip
    days = pd.bdate_range("2020-04-13", periods=len(rows), name="date")
    raw = pd.DataFrame(rows, columns=PRICES, index=days).assign(volume=1000.0)
    for sessions in range(1, len(raw) + 1):
        bars, notes = clean_bars(raw.iloc[:sessions])
        pd.testing.assert_frame_equal(bars, raw.iloc[:sessions], check_freq=False)
        assert notes == ()


def test_a_yield_at_zero_is_real() -> None:
    close = pd.Series([0.05, 0.03, 0.02, 0.0, -0.03, -0.01, 0.0, 0.01, 0.02, 0.04])
    raw = walk(10).assign(
        open=close.shift(fill_value=0.06).to_numpy(),
        high=close.to_numpy() + 0.02,
        low=close.to_numpy() - 0.02,
        close=close.to_numpy(),
    )
    bars, notes = clean_bars(raw)
    pd.testing.assert_frame_equal(bars[["close"]], raw[["close"]], check_freq=False)
    assert all("left out" not in note and "completed" not in note for note in notes)


def test_bars_of_another_company_before_a_hole_are_left_out() -> None:
    raw = walk(60)
    raw.iloc[:40, :4] /= 15.0
    raw.index = [*raw.index[:40], *(raw.index[40:] + pd.Timedelta(days=132))]
    raw = raw.rename_axis("date")
    bars, faults = module.clean_bars(raw)
    pd.testing.assert_frame_equal(bars, raw.iloc[40:], check_freq=False)
    hole = (raw.index[40] - raw.index[39]).days
    jump = round(raw["close"].iloc[40] / raw["close"].iloc[39])
    assert faults == (BarFault("another company", tuple(day.date() for day in raw.index[:40]), 0, hole, jump),)
    assert sentences(faults) == (
        f"40 bars up to {raw.index[39]:%Y-%m-%d} were left out, as another company may have had the ticker: "
        f"{hole} days without a price follow, and then one {jump} times as high or as low",
    )


@pytest.mark.parametrize(("days", "times_higher"), [(132, 2.0), (20, 15.0)])
def test_a_hole_alone_or_a_jump_alone_is_kept(days: int, times_higher: float) -> None:
    raw = walk(60)
    raw.iloc[:40, :4] /= times_higher
    raw.index = [*raw.index[:40], *(raw.index[40:] + pd.Timedelta(days=days))]
    assert removed_days(raw.rename_axis("date")) == ([], ())


def test_rounding_is_not_reported() -> None:
    raw = walk(20)
    close = np.nextafter(raw["high"].iloc[5], np.inf)
    bars, notes = clean_bars(with_row(raw, 5, close=close))
    assert bars["high"].iloc[5] == close
    assert notes == ()


@pytest.mark.parametrize("volume", [float("nan"), float("inf"), -5.0])
def test_impossible_volume_becomes_zero_without_a_note(volume: float) -> None:
    bars, notes = clean_bars(with_row(walk(20), 5, volume=volume))
    assert bars["volume"].iloc[5] == 0.0
    assert len(bars) == 20
    assert notes == ()


def test_bars_of_future_days_are_removed() -> None:
    raw = walk(20)
    dropped, notes = removed_days(raw, date(2020, 1, 27))
    assert dropped == ["2020-01-28", "2020-01-29"]
    assert notes == ("2 bars dated after the exchange's own day were left out: 2020-01-28 and 2020-01-29",)


def test_later_row_of_a_day_is_kept() -> None:
    raw = walk(20)
    again = with_row(raw.iloc[[5]], 0, volume=7.0)
    bars, notes = clean_bars(pd.concat([raw.iloc[:6], again, raw.iloc[6:]]))
    assert len(bars) == 20
    assert bars["volume"].iloc[5] == 7.0
    assert notes == ("1 bar of a day that came again was left out: 2020-01-09",)


def test_sound_row_of_a_day_is_kept() -> None:
    raw = walk(20)
    again = with_row(raw.iloc[[5]], 0, close=float("nan"))
    bars, _ = clean_bars(pd.concat([raw.iloc[:6], again, raw.iloc[6:]]))
    pd.testing.assert_frame_equal(bars, raw, check_freq=False)


def test_bars_out_of_order_are_sorted() -> None:
    raw = walk(20)
    bars, notes = clean_bars(pd.concat([raw.iloc[10:], raw.iloc[:10]]))
    pd.testing.assert_frame_equal(bars, raw, check_freq=False)
    assert notes == ("1 bar came out of order and was sorted by date",)


def test_long_lists_of_days_are_shortened() -> None:
    raw = with_row(walk(20), slice(3, 8), close=float("nan"))  # type: ignore[arg-type]
    assert removed_days(raw)[1] == (
        "5 bars without a price were left out: 2020-01-07, 2020-01-08, 2020-01-09 and 2 more",
    )


# Prices in the wrong unit


@given(
    st.sets(st.integers(0, 19).map(lambda block: 10 * block + block % 7), max_size=6),
    st.sampled_from([100.0, 0.01]),
    st.integers(0, 50),
)
def test_exactly_the_bars_in_the_wrong_unit_are_removed(places: set[int], factor: float, seed: int) -> None:
    raw = walk(200, seed)
    dropped, notes = removed_days(times(raw, factor, *places))
    assert dropped == [f"{raw.index[place]:%Y-%m-%d}" for place in sorted(places)]
    assert len(notes) == bool(places)


@pytest.mark.parametrize("places", [(50, 51), (198, 199), (0,), (199,), (0, 1), (60, 62, 64)])
def test_neighboring_bars_in_the_wrong_unit_are_removed(places: tuple[int, ...]) -> None:
    raw = walk(200)
    assert removed_days(times(raw, 100.0, *places))[0] == [f"{raw.index[place]:%Y-%m-%d}" for place in places]


def test_wrong_unit_is_reported_with_its_day() -> None:
    raw = walk(200)
    raw.iloc[50, :4] = [15.0, 16.0, 14.0, 15.5]
    raw.iloc[45:50, :4] = raw.iloc[51:56, :4] = 15.0
    note = "1 bar about 100 times off the days around was left out as a suspected fault: 2020-03-12"
    assert removed_days(times(raw, 100.0, 50))[1] == (note,)


@pytest.mark.parametrize("after", [1, 3, 100])
@pytest.mark.parametrize("factor", [0.02, 0.3, 3.0, 40.0])
def test_crash_and_rise_are_kept(factor: float, after: int) -> None:
    """A fall of 98% on the last day is news, not a fault."""
    raw = walk(200)
    assert removed_days(times(raw, factor, *range(200 - after, 200))) == ([], ())


def test_permanent_change_of_unit_is_kept() -> None:
    """It may be a reverse split that Yahoo did not adjust for, which is another fault."""
    assert removed_days(times(walk(200), 100.0, *range(100, 200))) == ([], ())


def test_collapse_over_days_is_kept() -> None:
    """The closes and lows of LUNA-USD in May 2022, roughly: 99.99% in four days."""
    close = [80.0, 82.0, 77.0, 69.0, 64.0, 32.0, 17.0, 1.1, 0.005, 0.0001, 0.0002, 0.0002, 0.0002, 0.0001, 0.0002]
    low = [78.0, 78.0, 75.0, 61.0, 57.0, 23.0, 13.0, 0.9, 0.004, 0.00005, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001]
    opened = close[:1] + close[:-1]
    days = pd.date_range("2022-05-04", periods=len(close), name="date")
    raw = pd.DataFrame({"open": opened, "low": low, "close": close, "volume": 1.0}, index=days)
    raw["high"] = raw[["open", "close"]].max(axis=1)
    for sessions in range(1, len(raw) + 1):
        assert removed_days(raw.iloc[:sessions]) == ([], ())


def test_price_far_beyond_all_others_is_dropped_and_said() -> None:
    bars = walk(60)
    broken = with_row(with_row(bars, 20, close=1e154), 40, high=1e306)
    cleaned, faults = module.clean_bars(broken)
    assert list(cleaned.index) == [day for place, day in enumerate(bars.index) if place != 20]
    assert cleaned["high"].iloc[39] == bars[["open", "close"]].iloc[40].max()
    days = (bars.index[20].date(), bars.index[40].date())
    assert BarFault("absurd", days) in faults
    assert sentences(faults)[0] == (
        f"2 bars had prices more than a billion times the median, which were dropped: {days[0]} and {days[1]}"
    )


def test_price_a_million_times_higher_decades_ago_is_kept() -> None:
    """As after many reverse splits."""
    bars = walk(400)
    bars.loc[bars.index[:150], PRICES] *= np.geomspace(1e6, 1.0, 150)[:, None]
    cleaned, faults = module.clean_bars(bars)
    assert len(cleaned) == len(bars)
    assert "absurd" not in {fault.kind for fault in faults}
