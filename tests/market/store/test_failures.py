"""A store that cannot be used is explained in one sentence, works in memory, and leaves the file alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from market.store.engines import public_address
from market.store.schema import CURRENT_VERSION
from market.store.store import Store, StoreAway
from tests.support.filled_store import (
    MEMORY_SENTENCE,
    READ_ONLY_SENTENCE,
    assert_filled,
    assert_keeps_prices,
    assert_works,
    fill,
    names,
    retry_disk_now,
)


def test_parent_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(str(tmp_path / "file" / "levels.db"))
    assert store.notice is not None
    assert "cannot be written to" in store.notice
    assert_works(store)
    store.close()


def test_file_locked_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("market.store.engines.BUSY_TIMEOUT_SECONDS", 0.1)
    path = tmp_path / "levels.db"
    store = Store(str(path))
    fill(store)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert_works(store)
    assert store.notice == (
        f"The store {path} is locked by another program. Close that program, or wait until it is done. "
        f"{MEMORY_SENTENCE}"
    )
    assert_filled(store)
    holder.close()
    retry_disk_now(store)
    assert_filled(store)
    assert store.notice is None
    assert "Added" in names(Store(str(path)))
    store.close()


def test_file_that_is_not_a_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_text("symbol,shares\nCIFR,100\n" * 100, encoding="utf-8")
    before = path.read_bytes()
    store = Store(str(path))
    assert store.notice == (
        f"{path} is not a Levelboard store, or it is damaged. Set LEVELS_STORE to another file. {MEMORY_SENTENCE}"
    )
    assert_works(store)
    store.close()
    assert [path] == list(tmp_path.iterdir())
    assert path.read_bytes() == before


def test_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
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
        f"The store {path} was created by a newer version of Levelboard. Update Levelboard, or set LEVELS_STORE to "
        f"another store. {MEMORY_SENTENCE}"
    )
    assert_works(store)
    store.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("address", "explanation"),
    [
        ("nonsense://somewhere/levels", "is not a valid database address"),
        ("postgresql://:bad:port/x", "is not a valid database address"),
        ("mssql+pyodbc://user:secret@host/levels", "driver"),
        ("postgresql://levels:secret@127.0.0.1:1/levels", "The store postgresql://127.0.0.1 cannot be used"),
        (
            "postgresql://127.0.0.1:1/levels?user=levels&password=secret",
            "The store postgresql://127.0.0.1 cannot be used",
        ),
        ("postgresql://levels:se@secret@127.0.0.1:1/levels", "with @ and / of a password written as %40 and %2F"),
        ("postgresql://levels:12/secret@127.0.0.1:1/levels", "is not a valid database address"),
        ("postgresql:levels:secret@127.0.0.1:1/levels", "is not a valid database address"),
        ("postgresql:/levels:secret@127.0.0.1:1/levels", "is not a valid database address"),
    ],
)
def test_unusable_address_is_explained_without_its_password(
    address: str, explanation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where a file of that name would be created
    store = Store(address)
    assert store.notice is not None
    assert explanation in store.notice
    assert "secret" not in store.notice
    assert "\n" not in store.notice
    assert store.notice.endswith(READ_ONLY_SENTENCE)
    assert store.watchlists() == store.own_targets() == ()
    with pytest.raises(StoreAway):
        store.create_watchlist("Chips", ("NVDA",))
    assert_keeps_prices(store)
    store.close()
    assert not list(tmp_path.iterdir())


@given(
    password=some.text("Secret0@/:?#%&=[]", min_size=6, max_size=12),
    form=some.sampled_from(
        [
            "postgresql://u:{}@h.example/levels",
            "postgresql:u:{}@h.example/levels",
            "postgresql://h.example/x?password={}",
        ]
    ),
)
def test_no_part_of_a_password_is_shown(password: str, form: str) -> None:
    shown = public_address(form.format(password))
    assert shown in ("LEVELS_STORE", "postgresql://h.example", "postgresql://u", "postgresql://")
