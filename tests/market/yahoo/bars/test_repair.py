"""What yfinance's repair is given, what is taken of it, and how it goes together with stored bars and increments."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.bar_faults import FaultKind
from market.clean_bars import PRICES, clean_bars
from market.market_data import MarketData
from market.sources import fetch
from market.store.store import get_store
from market.yahoo.bars import repair as module
from market.yahoo.bars.repair import day_table, may_need_repair
from market.yahoo.client import fetch_history
from tests.support.examples import examples
from tests.support.paths import ROOT
from tests.support.received_bars import REQUEST, in_other_unit, received_table, repair, response
from tests.support.replay_server import Listing, ReplayServer, listing

FRIDAY, MONDAY, TUESDAY = date(2025, 11, 21), date(2025, 11, 24), date(2025, 11, 25)
NO_SPLITS = pd.Series(dtype=float)


def cifr(last: date = MONDAY, sessions: int = 300, seed: int = 7, **known: object) -> Listing:
    """Return a listing that ends on `last`, whose volume differs from day to day."""
    whole = listing("CIFR", sessions, TUESDAY, seed, **known)
    volume = np.random.default_rng(seed).lognormal(14.0, 0.5, sessions).round()
    return replace(whole, bars=whole.bars.assign(volume=volume).loc[: str(last)])


def days_of(data: MarketData, kind: FaultKind) -> list[date]:
    assert kind in get_args(FaultKind)
    return [day for fault in data.history.faults if fault.kind == kind for day in fault.days]


def chart_requests(yahoo: ReplayServer) -> int:
    count = len(yahoo.requests("chart"))
    yahoo.forget_requests()
    return count


def later(yahoo: ReplayServer, listed: Listing, hours: float = 24.0) -> MarketData:
    """Return what is shown after the next session, when Yahoo has `listed`."""
    history = get_store().history("CIFR")
    assert history is not None
    assert history.fetched_at is not None
    get_store().save_history(replace(history, fetched_at=history.fetched_at - timedelta(hours=hours)))
    yahoo.lists(listed)
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    yahoo.forget_requests()
    return fetch("CIFR")


# What is repaired


@pytest.mark.parametrize("currency", ["USD", pytest.param("GBp", marks=pytest.mark.slow)])
@pytest.mark.parametrize("factor", [0.01, 100.0, 1000.0])
@pytest.mark.parametrize(
    "places", [slice(0, 1), slice(0, 90), slice(100, 160), slice(150, 151), slice(290, 299), slice(298, 299)]
)
def test_a_block_in_another_unit_comes_back(places: slice, factor: float, currency: str) -> None:
    sound = cifr(currency=currency)
    table, days = repair(in_other_unit(sound, factor, places))
    np.testing.assert_allclose(table[PRICES], sound.bars[PRICES], rtol=1e-9)
    assert list(days) == list(sound.bars.index[places])


@pytest.mark.slow
@settings(max_examples=examples(20))
@given(
    seed=st.integers(0, 999),
    start=st.integers(0, 250),
    length=st.integers(1, 60),
    factor=st.sampled_from([100.0, 0.01]),
)
def test_a_repaired_series_needs_no_second_repair(seed: int, start: int, length: int, factor: float) -> None:
    listed = in_other_unit(cifr(seed=seed), factor, slice(start, start + length))
    table, _ = repair(listed)
    bars, _ = clean_bars(table)
    again, faults = clean_bars(bars)
    pd.testing.assert_frame_equal(again, bars)
    assert faults == ()
    repaired_listing = replace(listed, bars=table[[*PRICES, "volume"]])
    twice, days = repair(repaired_listing)
    np.testing.assert_allclose(twice[PRICES], table[PRICES])
    assert len(days) == 0


@pytest.mark.slow
@pytest.mark.parametrize("series", [20, pytest.param(60, marks=pytest.mark.soak)])
def test_blocks_of_any_length_in_another_unit_come_back_exactly(series: int) -> None:
    """Blocks of up to a third of the bars, anywhere in generated series."""
    random = np.random.default_rng(1)
    exact = 0
    for seed in range(series):
        length = int(random.integers(1, 100))
        start = int(random.integers(0, 299 - length))
        sound = cifr(seed=seed)
        table, _ = repair(in_other_unit(sound, float(random.choice([100.0, 0.01])), slice(start, start + length)))
        exact += bool(np.allclose(table[PRICES], sound.bars[PRICES], rtol=1e-9, atol=0.0))
    assert exact == series


@pytest.mark.parametrize("seed", [2, pytest.param(7, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("new", "old"), [(3, 2), (2, 1), (4, 1), (5, 1), (10, 1), (50, 1), (100, 1), (190, 1), (1, 10), (1, 30), (1, 190)]
)
def test_bars_that_a_listed_split_left_in_old_shares_come_back(new: int, old: int, seed: int) -> None:
    sound = cifr(seed=seed, splits={date(2025, 6, 10): (new, old)})
    unadjusted = in_other_unit(sound, new / old, slice(0, sound.bars.index.searchsorted(pd.Timestamp("2025-06-10"))))
    table, days = repair(unadjusted)
    np.testing.assert_allclose(table[PRICES], sound.bars[PRICES], rtol=1e-9)
    assert days[-1] == pd.Timestamp("2025-06-09")


@pytest.mark.parametrize("split", [(3, 2), (20, 1), (100, 1), (1, 190)])
def test_two_bars_that_stayed_in_old_shares_after_a_split_come_back(split: tuple[int, int]) -> None:
    sound = cifr(splits={date(2025, 6, 10): split})
    first = sound.bars.index.searchsorted(pd.Timestamp("2025-06-10"))
    table, days = repair(in_other_unit(sound, split[0] / split[1], slice(first, first + 2)))
    np.testing.assert_allclose(table[PRICES], sound.bars[PRICES], rtol=1e-9)
    assert list(days) == list(sound.bars.index[first : first + 2])


@pytest.mark.parametrize("split", [(20, 1), (1, 50), (1, 190)])
@pytest.mark.parametrize("places", [slice(40, 100), slice(220, 221)])
def test_a_block_in_another_unit_comes_back_beside_a_large_split(split: tuple[int, int], places: slice) -> None:
    sound = cifr(splits={date(2025, 6, 10): split})
    table, days = repair(in_other_unit(sound, 0.01, places))
    np.testing.assert_allclose(table[PRICES], sound.bars[PRICES], rtol=1e-9)
    assert list(days) == list(sound.bars.index[places])


def test_each_adjusted_close_keeps_its_ratio_to_the_close(yahoo: ReplayServer) -> None:
    sound = cifr(dividends={date(2025, 8, 1): 1.0})
    yahoo.lists(sound)
    expected = fetch_history("CIFR", "dividend-adjusted").bars
    yahoo.lists(in_other_unit(sound, 0.01, slice(290, 299)))
    found = fetch_history("CIFR", "dividend-adjusted").bars
    np.testing.assert_allclose(found[PRICES], expected[PRICES], rtol=1e-9)


# What is left alone


@pytest.mark.parametrize("splits", [{}, {date(2025, 6, 10): (4, 1)}, {date(2025, 6, 10): (3, 2)}])
@settings(max_examples=examples(8))
@given(seed=st.integers(0, 10_000))
def test_yfinance_repairs_nothing_in_a_series_that_it_is_not_given(
    seed: int, splits: dict[date, tuple[float, float]]
) -> None:
    listed = cifr(seed=seed, splits=splits)
    table = received_table(listed)
    if not may_need_repair(table, table["stock splits"]):
        prices = module._RepairedPrices(module._Received(response(listed)), "CIFR", "UTC", session=object())
        again = day_table(prices.history(**REQUEST, repair=True))
        np.testing.assert_allclose(again[PRICES], table[PRICES])


def test_crash_is_not_repaired() -> None:
    listed = in_other_unit(cifr(), 0.05, slice(200, 299))
    table, days = repair(listed)
    assert len(days) == 0
    pd.testing.assert_frame_equal(table[PRICES], listed.bars[PRICES], check_freq=False)


def test_a_jump_counts_from_half_of_a_unit_or_of_a_split() -> None:
    days = pd.bdate_range("2025-01-01", periods=2)

    def bars(jump: float) -> pd.DataFrame:
        return pd.DataFrame({name: [10.0, 10.0 * jump] for name in PRICES}, index=days)

    assert [may_need_repair(bars(jump), NO_SPLITS) for jump in (9.9, 10.1, 0.11, 0.099)] == [False, True, False, True]
    splits = pd.Series([0.25], index=days[:1])
    assert [may_need_repair(bars(jump), splits) for jump in (1.9, 2.1, 0.49)] == [False, True, True]
    assert not may_need_repair(bars(0.0), NO_SPLITS)


def test_without_scipy_the_bars_stay_unrepaired_and_are_cleaned(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.ndimage", None)
    sound = cifr()
    yahoo.lists(in_other_unit(sound, 100.0, slice(150, 151)))
    history = fetch_history("CIFR")
    pd.testing.assert_frame_equal(history.bars, sound.bars.drop(sound.bars.index[150]), check_freq=False)
    assert [fault.kind for fault in history.faults] == ["wrong unit"]
    assert chart_requests(yahoo) == 1


@pytest.mark.parametrize("error", [ValueError, KeyError, UnboundLocalError, ZeroDivisionError, OSError])
def test_an_error_within_yfinance_leaves_the_bars_unrepaired(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error("in a repair")

    monkeypatch.setattr(module.YahooPrices, "_fix_unit_switch", fails)
    yahoo.lists(in_other_unit(cifr(), 100.0, slice(150, 151)))
    assert len(fetch_history("CIFR").bars) == 298


@pytest.mark.slow
def test_scipy_is_loaded_by_a_repair_only() -> None:
    script = "import sys, market.yahoo.cached; print('scipy' in sys.modules, 'sklearn' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == "False False\n"


# Stored bars and increments


def test_an_increment_keeps_what_was_repaired_in_one_small_request(yahoo: ReplayServer) -> None:
    sound = cifr(FRIDAY)
    yahoo.lists(in_other_unit(sound, 0.01, slice(100, 160)))
    first = fetch("CIFR")
    assert chart_requests(yahoo) == 1
    assert len(days_of(first, "repaired")) == 60
    data = later(yahoo, in_other_unit(cifr(TUESDAY), 0.01, slice(100, 160)))
    assert chart_requests(yahoo) == 1
    np.testing.assert_allclose(data.history.bars, cifr(TUESDAY).bars, rtol=1e-9)
    assert days_of(data, "repaired") == days_of(first, "repaired")
    assert [note[:8] for note in data.history.notes] == ["60 bars "]


def test_newest_bar_in_another_unit_fetches_and_repairs_the_whole(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(FRIDAY))
    fetch("CIFR")
    data = later(yahoo, in_other_unit(cifr(TUESDAY), 0.01, slice(299, 300)))
    assert chart_requests(yahoo) == 2
    np.testing.assert_allclose(data.history.bars, cifr(TUESDAY).bars, rtol=1e-9)
    assert days_of(data, "repaired") == [TUESDAY]
    again = later(yahoo, cifr(TUESDAY))  # Yahoo has mended it
    np.testing.assert_allclose(again.history.bars, cifr(TUESDAY).bars, rtol=1e-9)
    assert days_of(again, "repaired") == []


def test_new_split_with_bars_in_old_shares_fetches_and_repairs_the_whole(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(FRIDAY))
    fetch("CIFR")
    sound = cifr(TUESDAY, splits={TUESDAY: (10, 1)})
    data = later(yahoo, in_other_unit(sound, 10.0, slice(0, 299)))
    assert chart_requests(yahoo) == 2
    np.testing.assert_allclose(data.history.bars[PRICES], sound.bars[PRICES], rtol=1e-9)
    assert len(days_of(data, "repaired")) == 299


def test_faults_of_stored_and_newer_bars_are_counted_in_one_sentence(yahoo: ReplayServer) -> None:
    def with_quotes_outside(listed: Listing, *places: int) -> Listing:
        bars = listed.bars.copy()
        for place in places:
            bars.iloc[place, bars.columns.get_loc("close")] = bars["high"].iloc[place] * 1.05
        return replace(listed, bars=bars)

    yahoo.lists(with_quotes_outside(cifr(FRIDAY), 100, 296))
    fetch("CIFR")
    data = later(yahoo, with_quotes_outside(cifr(TUESDAY), 100, 296, 299))
    assert chart_requests(yahoo) == 1
    assert data.history.notes == ("3 bars had the day's range widened to its open and close",)
    assert len(data.history.bars) == 300


def test_a_special_dividend_on_the_day_of_a_consolidation_is_no_split_left_out() -> None:
    """A British company pays out half its value and makes fewer shares, so that the quoted price stays.

    One bar before is in other shares, which is what makes the series look in need of a repair.
    """
    close = np.array([470.0, 476.0, 463.0, 457.0, 456.0, 448.0, 461.0, 205.0, 198.0, 197.0])
    days = pd.bdate_range("2025-09-01", periods=close.size, name="date")
    prices = {"open": close * 1.002, "high": close * 1.01, "low": close * 0.99, "close": close}
    bars = pd.DataFrame(prices, index=days).assign(volume=[4e5, 5e5, 2e6, 3e6, 2e6, 7e5, 8e5, 5e5, 8e5, 7e5])
    split = {days[7].date(): (33.0, 70.0)}
    sound = Listing("CNE.L", bars, currency="GBp", splits=split, dividends={days[7].date(): 244.0})
    table, repaired_days = repair(in_other_unit(sound, 33.0 / 70.0, slice(2, 3)))
    np.testing.assert_allclose(table[PRICES], bars[PRICES], rtol=1e-9)
    assert list(repaired_days) == [days[2]]


def test_a_dividend_in_another_unit_moves_no_price() -> None:
    sound = cifr(currency="GBp", dividends={date(2025, 3, 3): 4_200.0, date(2025, 9, 1): 4_200.0})
    table, days = repair(in_other_unit(sound, 0.01, slice(150, 160)))
    np.testing.assert_allclose(table[PRICES], sound.bars[PRICES], rtol=1e-9)
    assert list(days) == list(sound.bars.index[150:160])
