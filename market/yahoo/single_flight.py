"""Many who want the same thing at once cost one question: among threads, and among processes that share a store."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select

from market.store import clock
from market.store.database import Database
from market.store.schema import LEASES

T = TypeVar("T")
LEASE_SECONDS = 180.0  # longer than the longest turn: who asked from another computer and died holds it for so long
POLL_SECONDS = 0.1
HERE = socket.gethostname()[:30]


class SingleFlight:
    """What threads ask at the same time is done once; all of them get its result, or what it raises."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[Any]] = {}

    def once(self, key: Hashable, work: Callable[[], T]) -> T:
        """The result of `work`, or of the one under way for the same key."""
        mine: Future[T] = Future()
        with self._lock:
            flight = self._under_way.setdefault(key, mine)
        if flight is not mine:
            return flight.result()
        try:
            mine.set_result(work())
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[key]
        return mine.result()


@contextmanager
def lease(database: Database, key: str, patience: float) -> Iterator[bool]:
    """One's turn among all who share the database; False where it did not come within `patience` seconds."""
    owner = f"{HERE} {os.getpid()} {uuid4().hex}"
    mine = _waited_for(database, key, owner, time.monotonic() + patience)
    try:
        yield mine
    finally:
        if mine:
            database.write(lambda connection: connection.execute(delete(LEASES).where(LEASES.c.owner == owner)))


def _waited_for(database: Database, key: str, owner: str, deadline: float) -> bool:
    while not database.write(lambda connection: _taken(connection, key, owner)):
        if time.monotonic() >= deadline:
            return False
        while time.monotonic() < deadline and not database.read(lambda connection: _is_free(connection, key)):
            time.sleep(POLL_SECONDS)
    return True


def _is_free(connection: Connection, key: str) -> bool:
    """Nobody's turn, or one that is over; one that ends too late was given by a clock that was wrong."""
    row = connection.execute(select(LEASES).where(LEASES.c.key == key)).one_or_none()
    if row is None or not 0.0 < row.until - clock.seconds(connection) <= LEASE_SECONDS:
        return True
    computer, process, _ = row.owner.rsplit(" ", 2)
    return computer == HERE and not _runs(int(process))


def _runs(process: int) -> bool:
    """Whether there is such a process on this computer; Windows cannot be asked without ending it."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _taken(connection: Connection, key: str, owner: str) -> bool:
    if not _is_free(connection, key):
        return False
    until = clock.seconds(connection) + LEASE_SECONDS
    connection.execute(delete(LEASES).where(LEASES.c.key == key))
    connection.execute(insert(LEASES).values(key=key, owner=owner, until=until))
    return True
