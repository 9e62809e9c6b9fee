"""What is saved is read back unchanged, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from datetime import date as Date
from pathlib import Path
from threading import Barrier

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market import PriceHistory, PriceTarget
from market.events.company_events import Earnings, EarningsDates
from market.price_target import LoggedTarget
from market.store.store import Store, StoreProblem, Watchlist, get_store
from market.targets_csv import read_targets_csv, write_targets_csv
from tests.support.examples import examples
from tests.support.generated_bars import walk
from tests.support.paths import ROOT
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

MINERS = Watchlist("Miners", ("CIFR", "CLSK", "IREN", "MARA", "RIOT"))
DAY = Date(2025, 11, 24)
NOTE = PriceTarget("CIFR", "JPMorgan", DAY, 18.0, 12.0, "Overweight", "Neutral", "upgraded", note="a\nb", source="own")

FIGURES = st.floats(width=64) | st.sampled_from([0.0, -0.0, 1e-300, 1e300, float("inf"), float("nan")])
DAYS = st.dates(Date(1900, 1, 1), Date(2200, 1, 1))
TEXTS = st.text(max_size=40) | st.just("\x00\ud800'); DROP TABLE levels_targets; --")
TARGETS = st.builds(
    PriceTarget,
    symbol=st.sampled_from(["CIFR", "^GSPC", "0700.HK"]),
    firm=TEXTS,
    date=DAYS,
    target=st.none() | st.floats(0, 1e9),
    prior_target=st.none() | st.floats(0, 1e9),
    rating=st.none() | TEXTS,
    prior_rating=st.none() | TEXTS,
    action=st.none() | st.sampled_from(["upgraded", "downgraded", "initiated", "reiterated"]),
    analyst=st.none() | TEXTS,
    horizon=st.none() | TEXTS,
    note=st.none() | TEXTS,
    url=st.none() | TEXTS,
    source=st.sampled_from(["own", "yahoo"]),
)


@st.composite
def histories(draw: Callable) -> PriceHistory:
    days = sorted(draw(st.sets(DAYS, max_size=12)))
    unit = draw(st.sampled_from(["s", "us", "ns"]))
    index = pd.DatetimeIndex(np.array(days, dtype="M8[D]"), name="date").as_unit(unit)
    columns = {name: draw(st.lists(FIGURES, min_size=len(days), max_size=len(days))) for name in ("open", "close")}
    volume = draw(st.lists(st.integers(0, 2**62), min_size=len(days), max_size=len(days)))
    bars = pd.DataFrame({name: np.array(values, dtype=float) for name, values in columns.items()}, index=index)
    bars["volume"] = np.array(volume, dtype=draw(st.sampled_from([np.int64, np.float64])))
    split_days = index[: draw(st.integers(0, min(2, len(days))))]
    zone = timezone(timedelta(minutes=draw(st.integers(-720, 840))))
    return PriceHistory(
        symbol=draw(st.sampled_from(["CIFR", "BRK-B", "EURUSD=X"])),
        name=draw(TEXTS),
        currency=draw(st.sampled_from(["USD", "GBp", ""])),
        bars=bars,
        splits=pd.Series(20.0, index=split_days, name=draw(st.none() | st.just("splits"))),
        price_basis=draw(st.sampled_from(["split-adjusted", "dividend-adjusted"])),
        fetched_at=draw(st.none() | st.datetimes(timezones=st.just(zone))),
        in_progress=draw(st.booleans()),
        remarks=tuple(draw(st.lists(TEXTS, max_size=3))),
        zone=draw(st.none() | st.just("America/New_York")),
    )


def history(symbol: str = "CIFR", sessions: int = 30) -> PriceHistory:
    days = pd.bdate_range("2025-01-01", periods=sessions, name="date")
    return PriceHistory(symbol, f"{symbol} Inc.", "USD", walk(sessions, 3).set_axis(days), fetched_at=datetime.now(UTC))


def assert_equal_histories(found: PriceHistory | None, expected: PriceHistory) -> None:
    assert found is not None
    pd.testing.assert_frame_equal(found.bars, expected.bars, check_exact=True, check_freq=False)
    pd.testing.assert_series_equal(found.splits, expected.splits, check_exact=True, check_freq=False)
    without_frames = {"bars": None, "splits": None}
    assert replace(found, **without_frames) == replace(expected, **without_frames)


SHARED_STORE = settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED_STORE
@given(saved=histories())
def test_any_history_is_read_back_exactly(store: Store, saved: PriceHistory) -> None:
    store.save_history(saved)
    assert_equal_histories(store.history(saved.symbol, saved.price_basis), saved)


@SHARED_STORE
@given(rows=st.lists(TARGETS, max_size=6))
def test_any_own_target_is_read_back_exactly(store: Store, rows: list[PriceTarget]) -> None:
    store.delete_own_targets()
    distinct = tuple(dict.fromkeys(rows))
    assert store.add_own_targets(rows) == len(distinct)
    assert store.add_own_targets(rows) == 0
    assert store.own_targets() == distinct
    assert store.own_targets("CIFR") == tuple(row for row in distinct if row.symbol == "CIFR")


@SHARED_STORE
@given(rows=st.lists(TARGETS, max_size=6))
def test_any_yahoo_target_is_read_back_exactly(store: Store, rows: list[PriceTarget]) -> None:
    store.save_targets("CIFR", rows, DAY)
    assert store.targets("CIFR") == tuple(dict.fromkeys(rows))


def test_earnings_are_read_back_exactly_and_replaced(store: Store) -> None:
    reports = (Earnings(Date(2025, 11, 3), 0.05, 1 / 3, -37.5), Earnings(Date(2026, 2, 24), day_is_estimate=True))
    first = EarningsDates(reports, datetime(2025, 11, 24, 21, 30, tzinfo=UTC))
    assert store.earnings("CIFR") is None
    store.save_earnings("CIFR", first)
    store.save_earnings("SPY", EarningsDates((), first.fetched_at))
    assert store.earnings("CIFR") == first and store.earnings("SPY") == EarningsDates((), first.fetched_at)
    later = replace(first, rows=reports[:1], fetched_at=datetime(2025, 11, 25, tzinfo=UTC))
    store.save_earnings("CIFR", later)
    assert store.earnings("CIFR") == later


def test_csv_of_own_targets_is_unchanged_by_the_store(store: Store) -> None:
    text = write_targets_csv([NOTE, replace(NOTE, firm="=Firm", target=1e-3, note="\u00ab \u00bb 😀 \u202e")])
    store.add_own_targets(read_targets_csv(text).rows)
    assert write_targets_csv(store.own_targets()) == text


def test_new_store_has_only_the_default_watchlist(store: Store) -> None:
    assert store.history("CIFR") is None
    assert store.target_list("CIFR") is None
    assert (store.targets("CIFR"), store.own_targets(), store.watchlists()) == ((), (), (MINERS,))


def test_saved_data_is_there_when_the_store_is_opened_again(store: Store, store_address: str) -> None:
    store.save_history(history())
    store.save_watchlist(Watchlist("Chips", ("NVDA",)))
    store.add_own_targets([NOTE])
    store.close()
    again = Store(store_address)
    assert_equal_histories(again.history("CIFR"), store.history("CIFR"))
    assert again.watchlists() == (MINERS, Watchlist("Chips", ("NVDA",)))
    assert again.own_targets() == (NOTE,)
    again.close()


def test_each_price_basis_has_its_own_bars(store: Store) -> None:
    split_adjusted, dividend_adjusted = history(), replace(history(sessions=20), price_basis="dividend-adjusted")
    store.save_history(split_adjusted)
    store.save_history(dividend_adjusted)
    assert_equal_histories(store.history("CIFR"), split_adjusted)
    assert_equal_histories(store.history("CIFR", "dividend-adjusted"), dividend_adjusted)


def test_later_history_replaces_the_earlier_one(store: Store) -> None:
    later = history(sessions=10)
    store.save_history(history(sessions=40))
    store.save_history(later)
    assert_equal_histories(store.history("CIFR"), later)


def test_intraday_bars_are_refused(store: Store) -> None:
    daily = history()
    with pytest.raises(ValueError, match="must hold dates"):
        store.save_history(replace(daily, bars=daily.bars.set_axis(daily.bars.index + pd.Timedelta(hours=9))))
    assert store.history("CIFR") is None


def test_target_keeps_the_day_it_was_first_seen(store: Store) -> None:
    older, newer = replace(NOTE, source="yahoo"), replace(NOTE, target=20.0, source="yahoo")
    store.save_targets("CIFR", [older], Date(2025, 11, 24))
    store.save_targets("CIFR", [newer, older], Date(2025, 12, 1))
    store.save_targets("CIFR", [newer], Date(2025, 12, 8))
    assert store.targets("CIFR") == (newer,)
    assert store.first_seen("CIFR") == {older: Date(2025, 11, 24), newer: Date(2025, 12, 1)}
    store.save_targets("CIFR", [older, newer], Date(2025, 12, 15))
    assert store.targets("CIFR") == (older, newer)
    assert store.first_seen("CIFR")[older] == Date(2025, 11, 24)


def test_log_says_when_each_target_came_and_went(store: Store) -> None:
    stays, comes, goes = (replace(NOTE, firm=firm, source="yahoo") for firm in ("Stays", "Comes", "Goes"))
    for day, rows in ((10, [stays, goes]), (18, [stays, goes]), (20, [comes, stays]), (24, [comes, stays])):
        at = datetime(2025, 11, day, 15, tzinfo=UTC)
        store.save_targets("CIFR", rows, at.date(), at)
    listing = store.target_list("CIFR")
    assert listing is not None and listing.rows == (comes, stays)
    assert set(listing.log.entries) == {
        LoggedTarget(stays, Date(2025, 11, 10)),
        LoggedTarget(comes, Date(2025, 11, 20), absent_on=Date(2025, 11, 18)),
        LoggedTarget(goes, Date(2025, 11, 10), gone_on=Date(2025, 11, 20)),
    }
    back = datetime(2025, 11, 27, 15, tzinfo=UTC)
    store.save_targets("CIFR", [goes], back.date(), back)
    listing = store.target_list("CIFR")
    assert listing is not None and listing.log.known_on(back.date()) == (goes,)


def test_targets_are_saved_with_their_time_and_consensus(store: Store) -> None:
    at = datetime(2025, 11, 24, 16, 0, tzinfo=timezone(timedelta(hours=-5)))
    store.save_targets("CIFR", [NOTE], DAY, at, {"mean": 18.0, "count": None})
    target_list = store.target_list("CIFR")
    assert target_list is not None
    assert (target_list.rows, target_list.fetched_at, target_list.consensus) == (
        (NOTE,),
        at,
        {"mean": 18.0, "count": None},
    )


# Watchlists


def test_watchlists_and_their_symbols_keep_their_order(store: Store) -> None:
    store.save_watchlist(Watchlist("Chips", ("NVDA", "AMD", "NVDA")))
    store.save_watchlist(Watchlist("Indices", ("^GSPC",)))
    miners, _, indices = store.watchlists()
    store.order_watchlists(indices, miners)
    store.save_watchlist(Watchlist("Miners", ("RIOT",)))
    assert store.watchlists() == (
        Watchlist("Indices", ("^GSPC",)),
        Watchlist("Miners", ("RIOT",)),
        Watchlist("Chips", ("NVDA", "AMD")),
    )


def test_renamed_watchlist_keeps_its_place(store: Store) -> None:
    store.save_watchlist(Watchlist("Chips", ("NVDA",)))
    miners, chips = store.watchlists()
    store.edit_watchlist(miners, " Bitcoin  miners ", miners.symbols)
    assert [watchlist.name for watchlist in store.watchlists()] == ["Bitcoin miners", "Chips"]
    store.edit_watchlist(chips, "Chips", chips.symbols)
    with pytest.raises(StoreProblem, match='already a watchlist named "Bitcoin miners"'):
        store.edit_watchlist(chips, "Bitcoin miners", chips.symbols)
    with pytest.raises(StoreProblem, match='already a watchlist named "Chips"'):
        store.create_watchlist("Chips", ("AMD",))
    assert store.watchlists()[1] == Watchlist("Chips", ("NVDA",))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("", "Enter one"),
        ("  ", "Enter one"),
        ("x" * 61, "Shorten it"),
        ("a\x00b", "has invisible characters. Type it again"),
        ("a\u202eb", "has invisible characters. Type it again"),
        ("\ud800", "has invisible characters. Type it again"),
    ],
)
def test_invalid_watchlist_name_is_refused_with_advice(store: Store, name: str, advice: str) -> None:
    with pytest.raises(StoreProblem, match=advice):
        store.save_watchlist(Watchlist(name, ()))
    assert store.watchlists() == (MINERS,)


def test_deleting_the_last_watchlist_restores_the_default_one(store: Store) -> None:
    store.save_watchlist(Watchlist("Chips", ("NVDA",)))
    miners, chips = store.watchlists()
    store.delete_watchlist(miners)
    assert store.watchlists() == (Watchlist("Chips", ("NVDA",)),)
    store.delete_watchlist(chips)
    store.delete_watchlist(chips)
    assert store.watchlists() == (MINERS,)


# The user's own targets


def test_own_targets_are_deleted_one_by_one_or_all_at_once(store: Store) -> None:
    others = [replace(NOTE, firm=firm) for firm in ("A", "B", "C")]
    store.add_own_targets([NOTE, *others])
    assert store.delete_own_targets([others[1], replace(NOTE, firm="Not stored")]) == 1
    assert store.own_targets() == (NOTE, others[0], others[2])
    assert store.delete_own_targets([]) == 0
    assert store.delete_own_targets() == 3
    assert store.own_targets() == ()


# Concurrency


def test_many_threads_write_at_the_same_time(store: Store) -> None:
    rows = [replace(NOTE, target=float(figure)) for figure in range(1, 41)]

    def write(number: int) -> None:
        store.add_own_targets([rows[number]])
        store.save_watchlist(Watchlist(f"list {number}", ("CIFR",)))
        store.save_history(history(f"S{number % 3}", 5 + number))
        assert store.history(f"S{number % 3}") is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert set(store.own_targets()) == set(rows)
    assert len(store.watchlists()) == 41
    assert store.notice is None


WRITER_PROGRAM = """
import os, sys
from market.store.store import Store, Watchlist
names = sys.argv[2:]
for name in names:
    if os.fork() == 0:
        store = Store(sys.argv[1])
        for number in range(20):
            store.save_watchlist(Watchlist(f"{name} {number}", ("CIFR",)))
        os.write(1, f"{name}: {store.notice}\\n".encode())
        os._exit(0)
for _ in names:
    os.wait()
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_processes_create_and_fill_the_same_store(store_address: str) -> None:
    command = [sys.executable, "-c", WRITER_PROGRAM, store_address, *"ABC"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    assert sorted(done.stdout.splitlines()) == ["A: None", "B: None", "C: None"]
    store = Store(store_address)
    assert len(store.watchlists()) == 61
    store.close()


def test_two_threads_create_the_same_file_at_the_same_moment(tmp_path: Path) -> None:
    """SQLite refuses one of two connections that switch a new file to write-ahead logging, and does not wait."""
    barrier = Barrier(2)

    def open_and_read_notice(number: int) -> str | None:
        barrier.wait()
        store = Store(str(tmp_path / f"{number}.db"))
        store.close()
        return store.notice

    with ThreadPoolExecutor(2) as threads:
        notices = list(threads.map(open_and_read_notice, (number for number in range(60) for _ in range(2))))
    assert notices == [None] * 120


def test_process_has_one_store_per_address(store_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: get_store(), range(16)))) == 1
    first = get_store()
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "another.db"))
    assert get_store() is not first
    monkeypatch.setenv("LEVELS_STORE", store_address)
    assert get_store() is first


@pytest.mark.parametrize("address", ["{home}/levels.db", "sqlite:///{home}/levels.db", "~/levels.db"])
def test_different_spellings_of_a_path_are_the_same_store(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "levels.db"))
    store = get_store()
    monkeypatch.setenv("LEVELS_STORE", address.format(home=tmp_path))
    assert get_store() is store
    assert (tmp_path / "levels.db").is_file()


def test_store_without_an_address_is_in_the_user_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LEVELS_STORE")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, appauthor: tmp_path / "data" / name)
    get_store().add_own_targets([NOTE])
    assert (tmp_path / "data" / "levelboard" / "levels.db").is_file()
