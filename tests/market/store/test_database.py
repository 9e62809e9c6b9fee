"""A database whose disk fails continues in memory, and returns to the disk with the user's changes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from market.store import database as database_module
from market.store.store import Store, StoreAway, Watchlist
from tests.support.filled_store import (
    ADDED,
    CHIPS,
    MEMORY_SENTENCE,
    OWN_TARGET,
    READ_ONLY_SENTENCE,
    assert_filled,
    assert_keeps_prices,
    assert_works,
    fill,
    generated_history,
    names,
    retry_disk_now,
)
from tests.support.store_fixtures import Postgres, postgres

__all__ = ["postgres"]

MORE_THAN_THE_DISK_HOLDS = bytes(10_000_000)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB; only root can mount one."""
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
def read_only_disk(small_disk: Path, tmp_path: Path) -> Iterator[Path]:
    """The small disk, mounted a second time where nobody can write."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    subprocess.run(["mount", "--bind", small_disk, folder], check=True)
    remount(folder, "ro")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,bind,{mode}", folder], check=True)


def fill_disk(disk: Path) -> Path:
    """Fill the disk with a file, and return its path."""
    ballast = disk / "ballast"
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(MORE_THAN_THE_DISK_HOLDS)
    return ballast


def test_disk_that_fills_up_while_the_store_is_open(small_disk: Path) -> None:
    path = small_disk / "levels.db"
    store = Store(str(path))
    fill(store)
    ballast = fill_disk(small_disk)
    while store.notice is None:  # until the space that the write-ahead log had reserved is used up
        store.save_history(generated_history("BIG", 3000))
    assert store.notice == f"The disk that holds the store {path} is full. Free some space. {MEMORY_SENTENCE}"
    assert_filled(store)
    assert_works(store)
    assert_filled(store)

    retry_disk_now(store)
    assert CHIPS in store.watchlists()
    assert store.notice is not None

    ballast.unlink()
    retry_disk_now(store)
    assert ADDED in store.watchlists()
    assert store.notice is None
    store.close()
    again = Store(str(path))
    assert_filled(again)
    assert names(again) == ["Miners", "Chips", "Added"]
    assert again.own_targets() == (OWN_TARGET, replace(OWN_TARGET, firm="Added"))
    again.close()


@pytest.mark.slow
def test_disk_that_fills_up_while_many_threads_write(small_disk: Path) -> None:
    """Whatever a thread has saved is there at every moment: before, in memory, and back on the disk."""
    store = Store(str(small_disk / "levels.db"))
    ballast = small_disk / "ballast"

    def save(number: int) -> int:
        row = replace(OWN_TARGET, target=float(number), note="x" * 2000)
        assert store.add_own_targets([row]) == 1
        assert row in store.own_targets()
        if number == 60:
            fill_disk(small_disk)
        if number == 180:
            assert store.notice is not None
            ballast.unlink()
            retry_disk_now(store)
        return number

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(save, range(1, 241)))
    retry_disk_now(store)
    assert {target.target for target in store.own_targets()} == numbers
    assert store.notice is None
    store.close()
    again = Store(str(small_disk / "levels.db"))
    assert {target.target for target in again.own_targets()} == numbers
    again.close()


def test_disk_that_is_full_from_the_start(small_disk: Path) -> None:
    fill_disk(small_disk)
    store = Store(str(small_disk / "levels.db"))
    assert store.notice is not None
    assert "is full" in store.notice
    assert_works(store)
    store.close()


@pytest.mark.parametrize("closed", [True, False])
def test_read_only_disk_shows_the_store_that_is_on_it(small_disk: Path, read_only_disk: Path, closed: bool) -> None:
    """Also a store that was not closed, whose latest changes are in the write-ahead log."""
    first = Store(str(small_disk / "levels.db"))
    fill(first)
    if closed:
        first.close()
    path = read_only_disk / "levels.db"
    store = Store(str(path))
    assert_filled(store)
    store.save_watchlist(Watchlist("New", ()))
    assert store.notice == (
        f"The store {path} cannot be written to. Make its folder writable, or set LEVELS_STORE to another location. "
        f"{MEMORY_SENTENCE}"
    )
    assert_works(store)
    assert_filled(store)
    remount(read_only_disk, "rw")
    retry_disk_now(store)
    assert names(store) == ["Miners", "Chips", "New", "Added"]
    assert store.notice is None
    store.close()
    first.close()


def test_read_only_disk_without_a_store(read_only_disk: Path) -> None:
    store = Store(str(read_only_disk / "folder" / "levels.db"))
    assert store.notice is not None
    assert "cannot be written to" in store.notice
    assert_works(store)
    store.close()


def test_change_in_memory_that_the_disk_rules_out_is_kept_beside_what_others_saved(
    read_only_disk: Path, small_disk: Path
) -> None:
    other = Store(str(small_disk / "levels.db"))
    other.save_watchlist(CHIPS)
    store = Store(str(read_only_disk / "levels.db"))
    store.save_watchlist(Watchlist("Mine", ("A",)))
    chips = store.watchlists()[1]
    store.edit_watchlist(chips, "Semis", chips.symbols)
    assert names(store) == ["Miners", "Semis", "Mine"]
    other.save_watchlist(Watchlist("Semis", ("AMD",)))
    remount(read_only_disk, "rw")
    retry_disk_now(store)
    assert names(store) == ["Miners", "Chips", "Semis", "Mine", "Semis (conflict)"]
    assert store.watchlists()[2:] == (
        Watchlist("Semis", ("AMD",)),
        Watchlist("Mine", ("A",)),
        Watchlist("Semis (conflict)", CHIPS.symbols),
    )
    assert store.notice == (
        "While the store could not be used, 1 change to watchlists met what others had saved meanwhile. "
        'Both are kept: the lists made here have "(conflict)" in their names.'
    )
    store.close()
    other.close()


def test_disk_is_not_retried_at_every_operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    store = Store(str(tmp_path / "file" / "levels.db"))
    opened: list[str] = []
    monkeypatch.setattr(database_module, "open_engine", lambda address: opened.append(address))
    for _ in range(5):
        assert_works(store)
    assert opened == []
    store.close()


@pytest.mark.postgres
@pytest.mark.long
def test_server_that_stops_and_starts_again() -> None:
    server = Postgres()
    server.start()
    try:
        store = Store(server.new_database())
        fill(store)
        before = store.watchlists(), store.own_targets()
        server.stop()
        assert (store.watchlists(), store.own_targets()) == before
        assert store.notice is not None
        assert "cannot be used" in store.notice
        assert store.notice.endswith(READ_ONLY_SENTENCE)
        for change in (
            lambda: store.create_watchlist("New", ()),
            lambda: store.edit_watchlist(before[0][1], "Renamed", ("AMD",)),
            lambda: store.delete_watchlist(before[0][1]),
            lambda: store.add_own_targets([replace(OWN_TARGET, firm="Added")]),
            store.delete_own_targets,
        ):
            with pytest.raises(StoreAway, match="nothing was saved"):
                change()
        assert_keeps_prices(store)
        assert (store.watchlists(), store.own_targets()) == before
        server.start()
        retry_disk_now(store)
        assert_filled(store)
        assert (store.watchlists(), store.own_targets()) == before
        assert_works(store)
        assert store.notice is None
        store.close()
    finally:
        server.remove()


@dataclass(frozen=True)
class LimitedUser:
    """A user of a server, with a database of their own, whose connections are ended and limited."""

    server: Engine
    address: str
    name: str

    def limit(self, connections: int) -> None:
        with self.server.connect() as connection:
            connection.execute(text(f"ALTER ROLE {self.name} CONNECTION LIMIT {connections}"))
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :name"
            connection.execute(text(ended), {"name": self.name})


@pytest.fixture
def limited(postgres: Postgres) -> Iterator[LimitedUser]:
    address = postgres.new_database()
    name = address.rpartition("/")[2].replace("levels", "limited")
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"GRANT ALL ON SCHEMA public TO {name}"))
    yield LimitedUser(server, address.replace("levels@", f"{name}@"), name)
    server.dispose()


@pytest.mark.long
@pytest.mark.postgres
def test_server_out_of_connections_shows_the_lists_last_read(limited: LimitedUser) -> None:
    store = Store(limited.address)
    fill(store)
    before = store.watchlists(), store.own_targets()
    limited.limit(0)
    assert (store.watchlists(), store.own_targets()) == before
    assert store.notice is not None
    assert "too many connections" in store.notice
    with pytest.raises(StoreAway):
        store.edit_watchlist(before[0][0], "Miners", ("CIFR",))
    limited.limit(-1)
    retry_disk_now(store)
    assert (store.watchlists(), store.own_targets()) == before
    assert store.notice is None
    store.close()


@pytest.mark.postgres
def test_refused_connection_is_tried_again_before_anything_else(limited: LimitedUser) -> None:
    store = Store(limited.address)
    miners = store.watchlists()[0]
    limited.limit(0)
    with ThreadPoolExecutor(1) as threads:
        edited = threads.submit(store.edit_watchlist, miners, "Miners", ("CIFR",))
        time.sleep(0.3)
        assert not edited.done()
        limited.limit(-1)
        edited.result()
    assert store.notice is None
    assert store.watchlists() == (Watchlist("Miners", ("CIFR",)),)
    store.close()


@pytest.mark.postgres
def test_server_that_drops_its_connections_is_reconnected_without_a_notice(postgres: Postgres) -> None:
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
def test_read_only_server_shows_the_store_that_is_on_it(postgres: Postgres) -> None:
    address = postgres.new_database()
    first = Store(address)
    fill(first)
    first.close()
    store = Store(f"{address}?options=-c%20default_transaction_read_only%3Don")
    assert_filled(store)
    with pytest.raises(StoreAway):
        store.create_watchlist("New", ())
    assert_keeps_prices(store)
    assert store.notice is not None
    assert_filled(store)
    other = Store(address)
    other.create_watchlist("Saved by another", ())
    assert names(store) == ["Miners", "Chips", "Saved by another"]
    other.close()
    store.close()


def test_what_must_not_be_done_twice_is_not_done_in_memory(tmp_path: Path) -> None:
    """Each process would have the memory to itself."""
    store = Store(str(tmp_path))  # a folder
    assert store.notice is not None
    with pytest.raises(StoreAway):
        store.database.write_for_all(lambda connection: pytest.fail("was done in memory"))
    file = Store(str(tmp_path / "levels.db"))
    assert file.database.write_for_all(lambda connection: connection.scalar(text("SELECT 1"))) == 1
    file.close()
