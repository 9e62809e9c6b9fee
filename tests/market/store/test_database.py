"""A store that cannot be used is a sentence, and the dashboard goes on in memory."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from market import PriceHistory, PriceTarget
from market.store import database as database_module
from market.store.schema import CURRENT_VERSION
from market.store.store import Store, Watchlist
from tests.support.generated_bars import walk
from tests.support.store_fixtures import Postgres, postgres

__all__ = ["postgres"]

NOTE = PriceTarget("CIFR", "JPMorgan", Date(2025, 11, 24), 18.0, source="own")
CHIPS = Watchlist("Chips", ("NVDA", "AMD"))
MEMORY = "Until then changes are kept only while Levelboard runs."


def history(symbol: str = "CIFR", sessions: int = 30) -> PriceHistory:
    return PriceHistory(symbol, "Cipher", "USD", walk(sessions), fetched_at=datetime.now(UTC))


def assert_works(store: Store) -> None:
    """All that a user does goes on, and what is written is read again."""
    store.save_watchlist(Watchlist("In memory", ("MSTR",)))
    store.add_own_targets([replace(NOTE, firm="In memory")])
    store.save_history(history("NEW", 12))
    store.save_targets("NEW", [replace(NOTE, symbol="NEW")], Date(2025, 11, 24))
    assert Watchlist("In memory", ("MSTR",)) in store.watchlists()
    assert replace(NOTE, firm="In memory") in store.own_targets()
    found = store.history("NEW")
    assert found is not None
    assert len(found.bars) == 12
    assert len(store.targets("NEW")) == 1


def fill(store: Store) -> None:
    store.save_watchlist(CHIPS)
    store.add_own_targets([NOTE])
    store.save_history(history())
    store.save_targets("CIFR", [NOTE], Date(2025, 11, 24))


def assert_filled(store: Store) -> None:
    assert CHIPS in store.watchlists()
    assert NOTE in store.own_targets()
    assert NOTE in store.targets("CIFR")
    assert NOTE in store.first_seen("CIFR")
    found = store.history("CIFR")
    assert found is not None
    pd.testing.assert_frame_equal(found.bars, history().bars, check_freq=False)


def let_return(store: Store) -> None:
    """As if the half minute until the disk is tried again were over."""
    store.database._return_at = 0.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB of its own: only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def read_only(small_disk: Path, tmp_path: Path) -> Iterator[Path]:
    """The small disk once more, at a place where nobody may write."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    subprocess.run(["mount", "--bind", small_disk, folder], check=True)
    remount(folder, "ro")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,bind,{mode}", folder], check=True)


def test_disk_full_while_it_runs(small_disk: Path) -> None:
    path = small_disk / "levels.db"
    store = Store(str(path))
    fill(store)
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(bytes(10_000_000))
    while store.notice is None:  # what the write-ahead log had in reserve
        store.save_history(history("BIG", 3000))
    assert store.notice == f"The disk of the store {path} is full: free some space. {MEMORY}"
    assert_filled(store)
    assert_works(store)
    assert_filled(store)

    let_return(store)
    assert CHIPS in store.watchlists()
    assert store.notice is not None

    ballast.unlink()
    let_return(store)
    assert Watchlist("In memory", ("MSTR",)) in store.watchlists()
    assert store.notice is None
    store.close()
    again = Store(str(path))
    assert_filled(again)
    assert [watchlist.name for watchlist in again.watchlists()] == ["Miners", "Chips", "In memory"]
    assert again.own_targets() == (NOTE, replace(NOTE, firm="In memory"))
    again.close()


def test_disk_full_in_the_midst_of_many_threads(small_disk: Path) -> None:
    """What any of them was told is kept is there at every moment: before, in memory, and on the disk again."""
    store = Store(str(small_disk / "levels.db"))
    ballast = small_disk / "ballast"

    def keep(number: int) -> int:
        row = replace(NOTE, target=float(number), note="x" * 2000)
        assert store.add_own_targets([row]) == 1
        assert row in store.own_targets()
        if number == 100:
            with pytest.raises(OSError, match="No space"):
                ballast.write_bytes(bytes(10_000_000))
        if number == 300:
            ballast.unlink()
            let_return(store)
        return number

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(keep, range(1, 401)))
    let_return(store)
    assert {target.target for target in store.own_targets()} == numbers
    assert store.notice is None
    store.close()
    again = Store(str(small_disk / "levels.db"))
    assert {target.target for target in again.own_targets()} == numbers
    again.close()


def test_disk_full_from_the_start(small_disk: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(10_000_000))
    store = Store(str(small_disk / "levels.db"))
    assert store.notice is not None
    assert "is full" in store.notice
    assert_works(store)
    store.close()


@pytest.mark.parametrize("closed", [True, False])
def test_read_only_disk_shows_what_is_on_it(small_disk: Path, read_only: Path, closed: bool) -> None:
    """Also what was not closed in order, and has its latest changes in the write-ahead log."""
    first = Store(str(small_disk / "levels.db"))
    fill(first)
    if closed:
        first.close()
    path = read_only / "levels.db"
    store = Store(str(path))
    assert_filled(store)
    store.save_watchlist(Watchlist("New", ()))
    assert store.notice == (
        f"The store {path} cannot be written: make its folder writable, or name another with LEVELS_STORE. {MEMORY}"
    )
    assert_works(store)
    assert_filled(store)
    remount(read_only, "rw")
    let_return(store)
    assert [watchlist.name for watchlist in store.watchlists()] == ["Miners", "Chips", "New", "In memory"]
    assert store.notice is None
    store.close()
    first.close()


def test_read_only_disk_without_a_store(read_only: Path) -> None:
    store = Store(str(read_only / "folder" / "levels.db"))
    assert store.notice is not None
    assert "cannot be written" in store.notice
    assert_works(store)
    store.close()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(str(tmp_path / "file" / "levels.db"))
    assert store.notice is not None
    assert "cannot be written" in store.notice
    assert_works(store)
    store.close()


def test_a_damaged_file_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    path.write_bytes(b"no database " * 1000)
    store = Store(str(path))
    assert store.notice is not None
    assert "was damaged" in store.notice
    assert "entered anew" in store.notice
    assert_works(store)
    store.close()
    (aside,) = tmp_path.glob("levels.db.damaged-*")
    assert aside.read_bytes() == b"no database " * 1000
    assert aside.name in store.notice
    again = Store(str(path))
    assert again.notice is None
    assert "In memory" in [watchlist.name for watchlist in again.watchlists()]
    again.close()


def _damage_histories(path: Path) -> None:
    """Writes over the pages that hold bars, and leaves the others alone."""
    body = bytearray(path.read_bytes())
    with sqlite3.connect(path) as connection:
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'levels_histories'").fetchone()[0]
    connection.close()
    body[(root - 1) * page : root * page] = os.urandom(page)
    path.write_bytes(body)


def test_what_a_damaged_file_still_tells_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    first = Store(str(path))
    fill(first)
    first.close()
    _damage_histories(path)
    store = Store(str(path))
    assert store.history("CIFR") is None
    assert store.notice is not None
    assert "were carried over" in store.notice
    assert CHIPS in store.watchlists()
    assert store.own_targets() == (NOTE,)
    assert len(list(tmp_path.glob("levels.db.damaged-*"))) == 1
    assert_works(store)
    store.close()


def test_two_that_meet_the_same_damage_set_it_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    first = Store(str(path))
    fill(first)
    first.close()
    _damage_histories(path)
    one, other = Store(str(path)), Store(str(path))
    assert one.history("CIFR") is None
    one.save_watchlist(Watchlist("Later", ()))
    assert other.history("CIFR") is None
    assert "Later" in [watchlist.name for watchlist in Store(str(path)).watchlists()]
    assert len(list(tmp_path.glob("levels.db.damaged-*[0-9]"))) == 1
    other.save_watchlist(Watchlist("Last", ()))
    assert {"Later", "Last"} <= {watchlist.name for watchlist in one.watchlists()}
    one.close()
    other.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
def test_a_file_that_is_deleted_while_it_is_open_is_begun_anew_with_what_was_entered(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "levels.db"
    store, other = Store(str(path)), Store(str(path))
    fill(store)
    assert_filled(other)
    for each in path.parent.iterdir():
        each.unlink()
    path.parent.rmdir()
    store.save_watchlist(Watchlist("Later", ("MSTR",)))
    assert store.notice == (
        f"The store {path} was deleted while Levelboard ran. A new one was begun: prices are fetched again, watchlists "
        "and own targets were carried over."
    )
    for each in (store, other, Store(str(path))):
        assert {CHIPS, Watchlist("Later", ("MSTR",))} <= set(each.watchlists())
        assert each.own_targets() == (NOTE,)
        assert each.history("CIFR") is None
    assert_works(store)
    assert other.notice is None
    store.close()
    other.close()


def test_a_file_that_another_program_holds_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("market.store.engines.BUSY_SECONDS", 0.1)
    path = tmp_path / "levels.db"
    store = Store(str(path))
    fill(store)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert_works(store)
    assert store.notice == (
        f"The store {path} is held by another program: end that one, or wait until it is done. {MEMORY}"
    )
    assert_filled(store)
    holder.close()
    monkeypatch.setattr(store.database, "_return_at", 0.0)
    assert_filled(store)
    assert store.notice is None
    assert "In memory" in [watchlist.name for watchlist in Store(str(path)).watchlists()]
    store.close()


def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_text("symbol,shares\nCIFR,100\n" * 100, encoding="utf-8")
    before = path.read_bytes()
    store = Store(str(path))
    assert store.notice == (
        f"{path} is no store of Levelboard, or a damaged one: name another with LEVELS_STORE. {MEMORY}"
    )
    assert_works(store)
    store.close()
    assert [path] == list(tmp_path.iterdir())
    assert path.read_bytes() == before


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    first = Store(str(path))
    fill(first)
    first.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE levels_schema SET version = ?", [CURRENT_VERSION + 1])
    connection.close()
    before = path.read_bytes()
    store = Store(str(path))
    assert store.notice == (
        f"The store {path} was made by a newer Levelboard: update this one, or name another with LEVELS_STORE. {MEMORY}"
    )
    assert_works(store)
    store.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense://somewhere/levels", "names no database"),
        ("postgresql://:bad:port/x", "names no database"),
        ("mssql+pyodbc://user:secret@host/levels", "driver"),
        ("postgresql://levels:secret@127.0.0.1:1/levels", "cannot be used"),
    ],
)
def test_an_address_that_leads_nowhere(address: str, words: str) -> None:
    store = Store(address)
    assert store.notice is not None
    assert words in store.notice
    assert "secret" not in store.notice
    assert "\n" not in store.notice
    assert_works(store)
    store.close()


def test_what_was_done_in_memory_and_cannot_be_any_more_is_left_out(read_only: Path, small_disk: Path) -> None:
    other = Store(str(small_disk / "levels.db"))
    other.save_watchlist(CHIPS)
    store = Store(str(read_only / "levels.db"))
    store.save_watchlist(Watchlist("Mine", ("A",)))
    store.rename_watchlist("Chips", "Semis")
    assert [watchlist.name for watchlist in store.watchlists()] == ["Miners", "Semis", "Mine"]
    other.save_watchlist(Watchlist("Semis", ("AMD",)))
    remount(read_only, "rw")
    let_return(store)
    assert [watchlist.name for watchlist in store.watchlists()] == ["Miners", "Chips", "Semis", "Mine"]
    assert store.notice is None
    store.close()
    other.close()


def test_bars_that_cannot_be_read_count_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    store = Store(str(path))
    store.save_history(history())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE levels_histories SET bars = substr(bars, 1, 200)")
    connection.close()
    assert store.history("CIFR") is None
    store.save_history(history())
    assert store.history("CIFR") is not None
    store.close()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_that_goes_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Postgres()
    server.start()
    try:
        store = Store(server.new_database())
        fill(store)
        server.stop()
        assert CHIPS in store.watchlists() or store.notice is not None
        assert_works(store)
        assert store.notice is not None
        assert "cannot be used" in store.notice
        server.start()
        let_return(store)
        assert_filled(store)
        assert "In memory" in [watchlist.name for watchlist in store.watchlists()]
        assert store.notice is None
        store.close()
    finally:
        server.remove()


@pytest.mark.postgres
def test_a_restart_of_the_server_is_not_noticed(postgres: Postgres) -> None:
    address = postgres.new_database()
    store = Store(address)
    fill(store)
    with create_engine(address).connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    assert_filled(store)
    assert store.notice is None
    store.close()


@pytest.mark.postgres
def test_a_database_that_may_only_be_read(postgres: Postgres) -> None:
    address = postgres.new_database()
    first = Store(address)
    fill(first)
    first.close()
    store = Store(f"{address}?options=-c%20default_transaction_read_only%3Don")
    assert_filled(store)
    assert_works(store)
    assert store.notice is not None
    assert_filled(store)
    store.close()


def test_the_disk_is_tried_again_only_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    store = Store(str(tmp_path / "file" / "levels.db"))
    tried: list[str] = []
    monkeypatch.setattr(database_module, "open_engine", lambda address: tried.append(address))
    for _ in range(5):
        assert_works(store)
    assert tried == []
    store.close()
