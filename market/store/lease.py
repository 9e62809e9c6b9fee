"""A lease in the store: of the processes that share it, one at a time fetches a symbol."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from market.store import clock
from market.store.database import Database
from market.store.failures import StoreProblem
from market.store.schema import LEASES

LEASE_SECONDS = 15.0  # a process that died on another computer blocks the others for so long
RENEW_SECONDS = 5.0  # while the holder is at work
POLL_SECONDS = 0.1
HOST = socket.gethostname()[:30]

_held: dict[str, Database] = {}  # by the owner's name, the leases that this process holds


@contextmanager
def lease(database: Database, key: str, timeout: float) -> Iterator[bool]:
    """Hold the lease of `key` and renew it meanwhile; yield False if it was not free within `timeout` seconds."""
    owner = new_owner()
    is_ours = _wait_for_lease(database, key, owner, time.monotonic() + timeout)
    if not is_ours:
        yield False
        return
    _held[owner] = database
    try:
        with _renewed(database, owner):
            yield True
    finally:
        _release(database, owner)


def release_held() -> None:
    """Release all leases of this process, which ends before their holders do."""
    for owner, database in list(_held.items()):
        _release(database, owner)


def _release(database: Database, owner: str) -> None:
    database.write(lambda connection: connection.execute(delete(LEASES).where(LEASES.c.owner == owner)))
    _held.pop(owner, None)


@contextmanager
def _renewed(database: Database, owner: str) -> Iterator[None]:
    """Renew the lease from a thread of its own until the block ends."""
    is_over = threading.Event()
    renewal = threading.Thread(target=_renew, args=(database, owner, is_over), name="lease", daemon=True)
    renewal.start()
    try:
        yield
    finally:
        is_over.set()
        renewal.join()


def _renew(database: Database, owner: str, is_over: threading.Event) -> None:
    while not is_over.wait(RENEW_SECONDS):
        with suppress(StoreProblem):  # the next time may work, and else the lease is over in time
            database.write(lambda connection: _extend(connection, owner))


def _extend(connection: Connection, owner: str) -> None:
    until = clock.seconds(connection) + LEASE_SECONDS
    connection.execute(update(LEASES).where(LEASES.c.owner == owner).values(until=until))


def _wait_for_lease(database: Database, key: str, owner: str, deadline: float) -> bool:
    while not database.write(lambda connection: _take_lease(connection, key, owner)):
        if time.monotonic() >= deadline:
            return False
        while time.monotonic() < deadline and not database.read(lambda connection: _is_free(connection, key)):
            time.sleep(POLL_SECONDS)
    return True


def _take_lease(connection: Connection, key: str, owner: str) -> bool:
    if not _is_free(connection, key):
        return False
    until = clock.seconds(connection) + LEASE_SECONDS
    connection.execute(delete(LEASES).where(LEASES.c.key == key))
    connection.execute(insert(LEASES).values(key=key, owner=owner, until=until))
    return True


def _is_free(connection: Connection, key: str) -> bool:
    """Return whether the lease can be taken: unheld, over, longer than possible (wrong clock) or of a dead process."""
    row = connection.execute(select(LEASES).where(LEASES.c.key == key)).one_or_none()
    if row is None or not 0.0 < row.until - clock.seconds(connection) <= LEASE_SECONDS:
        return True
    return is_of_a_dead_process(row.owner)


def new_owner() -> str:
    """Return a name for who holds something, which says in which process of which computer."""
    return f"{HOST} {os.getpid()} {uuid4().hex}"


def is_of_a_dead_process(owner: str) -> bool:
    """Return whether an owner named by `new_owner` was a process of this computer that runs no more."""
    host, process, _ = owner.rsplit(" ", 2)
    return host == HOST and not is_running(int(process))


def is_running(process: int) -> bool:
    """Return whether this computer runs such a process; on Windows, where a check would end it, assume so."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
