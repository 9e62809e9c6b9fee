"""A damaged store is renamed and replaced; what a person entered is carried over where it can still be read."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from market.store.store import Store, Watchlist
from market.store.store_file import is_damaged
from tests.support.filled_store import CHIPS, OWN_TARGET, assert_filled, assert_works, fill, generated_history, names

NOT_A_DATABASE = b"no database " * 1000


def filled_file(path: Path) -> Path:
    store = Store(str(path))
    fill(store)
    store.close()
    return path


def overwrite_histories(path: Path) -> None:
    """Overwrite the page that holds bars, and leave the others alone."""
    body = bytearray(path.read_bytes())
    with sqlite3.connect(path) as connection:
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'levels_histories'").fetchone()[0]
    connection.close()
    body[(root - 1) * page : root * page] = os.urandom(page)
    path.write_bytes(body)


def test_is_damaged_finds_an_overwritten_page(tmp_path: Path) -> None:
    path = filled_file(tmp_path / "levels.db")
    assert not is_damaged(path)
    overwrite_histories(path)
    assert is_damaged(path)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.usefixtures("open_umask")
def test_only_the_owner_can_read_a_new_store(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "levels.db"))
    fill(store)
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(["levels.db", "levels.db-wal", "levels.db-shm"], 0o600)


def test_file_that_is_not_a_database_is_renamed_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    path.write_bytes(NOT_A_DATABASE)
    store = Store(str(path))
    assert store.notice is not None
    (damaged,) = tmp_path.glob("levels.db.damaged-*")
    assert store.notice == (
        f"The store {path} was damaged and is now {damaged.name} in the same folder. A new one was created: prices are "
        "fetched again, and watchlists and your own targets have to be entered again."
    )
    assert damaged.read_bytes() == NOT_A_DATABASE
    assert_works(store)
    store.close()
    again = Store(str(path))
    assert again.notice is None
    assert "Added" in names(again)
    again.close()


def test_readable_user_entries_of_a_damaged_file_are_carried_over(tmp_path: Path) -> None:
    path = filled_file(tmp_path / "levels.db")
    overwrite_histories(path)
    store = Store(str(path))
    assert store.history("CIFR") is None
    assert store.notice is not None
    assert "were carried over" in store.notice
    assert CHIPS in store.watchlists()
    assert store.own_targets() == (OWN_TARGET,)
    assert len(list(tmp_path.glob("levels.db.damaged-*"))) == 1
    assert_works(store)
    store.close()


def test_damage_met_by_two_stores_is_repaired_once(tmp_path: Path) -> None:
    path = filled_file(tmp_path / "levels.db")
    overwrite_histories(path)
    one, other = Store(str(path)), Store(str(path))
    assert one.history("CIFR") is None
    one.save_watchlist(Watchlist("Later", ()))
    assert other.history("CIFR") is None
    assert "Later" in names(Store(str(path)))
    assert len(list(tmp_path.glob("levels.db.damaged-*[0-9]"))) == 1
    other.save_watchlist(Watchlist("Last", ()))
    assert {"Later", "Last"} <= set(names(one))
    one.close()
    other.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not delete a file that is open")
def test_file_deleted_while_open_is_created_again_with_the_user_entries(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "levels.db"
    store, other = Store(str(path)), Store(str(path))
    fill(store)
    assert_filled(other)
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    later = Watchlist("Later", ("MSTR",))
    store.save_watchlist(later)
    assert store.notice == (
        f"The store {path} was deleted while Levelboard was running. A new one was created: prices are fetched again, "
        "and watchlists and your own targets were carried over."
    )
    for current in (store, other, Store(str(path))):
        assert {CHIPS, later} <= set(current.watchlists())
        assert current.own_targets() == (OWN_TARGET,)
        assert current.history("CIFR") is None
    assert_works(store)
    assert other.notice is None
    store.close()
    other.close()


def test_unreadable_bars_count_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "levels.db"
    store = Store(str(path))
    store.save_history(generated_history())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE levels_histories SET bars = substr(bars, 1, 200)")
    connection.close()
    assert store.history("CIFR") is None
    store.save_history(generated_history())
    assert store.history("CIFR") is not None
    store.close()
