"""A database that continues in memory when its disk is full, read-only, damaged or unreachable.

Queries and changes are functions of a connection, so that a change that the disk refuses can be made in memory, and
again on the disk once that works. What people entered on a server is another matter: others go on editing it there,
so while it is away, nothing of theirs is made up in memory and nothing is changed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client import Histogram
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from market.store.engines import REFUSED_RETRY_SECONDS, Operation, names_a_server, open_engine, run_read, run_write
from market.store.failures import (
    UNUSABLE_ERRORS,
    StoreAway,
    StoreProblem,
    driver_message,
    explain_failure,
    reports_damage,
)
from market.store.memory_fallback import MemoryFallback, PendingChange
from market.store.schema import prepare_tables
from market.store.store_file import FileIdentity, identify_file, replace_damaged_file
from market.store.user_rows import read_user_rows, replace_user_rows

T = TypeVar("T")

DISK_RETRY_SECONDS = 30  # how long memory is used before the disk is tried again
SERVER_RETRY_SECONDS = 5  # the same for a server: until then nobody can save anything
INVALID_CHANGE_ERRORS = (IntegrityError, DataError)  # the change is at fault, not the disk

log = logging.getLogger("levelboard.store")
SECONDS = Histogram("levelboard_store_seconds", "How long the store takes to read and to write", ("operation",))


class _OnlyInMemory(Exception):
    """The disk cannot be used, and memory stands in for it."""


class Database:
    """The store's tables at one address. Threads and processes may share it.

    `address`: the path of an SQLite file, or a SQLAlchemy URL.
    `notice`: a sentence that says why changes are kept in memory only, or what became of a damaged or deleted file,
    else None.
    """

    def __init__(self, address: str) -> None:
        self.notice: str | None = None
        self._address = address
        self._lock = threading.RLock()  # held to use memory, and to switch between disk and memory
        self._disk: Engine | None = None
        self._disk_file: FileIdentity = None
        self._fallback: MemoryFallback | None = None
        self._disk_retry = threading.Lock()  # held by the one thread that tries the disk again
        self._disk_retry_at = 0.0
        self._replaced_files = 0
        try:
            self._disk = self._open_disk()
        except UNUSABLE_ERRORS as error:
            self._fall_back_to_memory(error)

    @property
    def is_on_a_server(self) -> bool:
        return names_a_server(self._address)

    @property
    def _retry_seconds(self) -> float:
        return SERVER_RETRY_SECONDS if self.is_on_a_server else DISK_RETRY_SECONDS

    def read(self, query: Operation[T]) -> T:
        """Run `query` and return its result."""
        with SECONDS.labels("read").time():
            return self._run(run_read, query)

    def read_large(self, query: Operation[T | None]) -> T | None:
        """Run `query` on tables too large to be copied into memory.

        What memory does not have is read from the disk, as far as that still works; else the result is None.
        """
        result, fallback = self.read(query), self._fallback
        if result is not None or fallback is None or fallback.readable_disk is None:
            return result
        try:
            return run_read(fallback.readable_disk, query)
        except UNUSABLE_ERRORS as error:
            log.warning("The store cannot be read: %s", driver_message(error))
            return None

    def write(self, change: Operation[T]) -> T:
        """Run `change` in one transaction and return its result. It is on disk then, unless the disk has failed."""
        with SECONDS.labels("write").time():
            return self._run(run_write, change)

    def write_for_all(self, change: Operation[T]) -> T:
        """Run `change` where other processes see it, like `write`. Raises `StoreAway` where only memory could take it.

        For what several processes must not do twice: in memory each of them would have it to itself.
        """
        with SECONDS.labels("write").time():
            try:
                return self._run_on_disk(run_write, change)
            except _OnlyInMemory:
                raise StoreAway(self._address) from None

    def read_user_data(self, query: Operation[T]) -> T:
        """Run `query` on what people entered. Raises `StoreAway` while a server that has it cannot be read."""
        with SECONDS.labels("read").time():
            if not self.is_on_a_server:
                return self._run(run_read, query)
            try:
                return self._run_on_disk(run_read, query)
            except _OnlyInMemory:
                return self._read_server_behind_memory(query)

    def write_user_change(self, change: Operation[T], otherwise: Operation[Any] | None = None) -> T:
        """Run `change`, what a person entered, like `write`. Raises `StoreAway` while it is on a server that is away.

        If only memory could take it in place of a file, it is made on the disk as soon as that works. `otherwise` is
        made there in its place if what others have saved meanwhile rules it out.
        """
        with SECONDS.labels("write").time():
            if self.is_on_a_server:
                try:
                    return self._run_on_disk(run_write, change)
                except _OnlyInMemory:
                    raise StoreAway(self._address) from None
            result = self._run(run_write, change, PendingChange(change, otherwise))
        self._repeat_in_memory(change)
        return result

    def close(self) -> None:
        """Close all connections."""
        if self._disk is not None:
            self._disk.dispose()
        if self._fallback is not None:
            self._fallback.close()

    def _run(
        self, run: Callable[[Engine, Operation[T]], T], operation: Operation[T], pending: PendingChange | None = None
    ) -> T:
        """Run `operation` on the disk, else in memory, where `pending` is kept for the disk."""
        with suppress(_OnlyInMemory):
            return self._run_on_disk(run, operation)
        with self._lock:
            fallback = self._fallback
            if fallback is None:  # another thread went back to the disk meanwhile
                return self._run(run, operation, pending)
            result = run(fallback.engine, operation)
            if pending is not None:
                fallback.pending.append(pending)
            return result

    def _run_on_disk(self, run: Callable[[Engine, Operation[T]], T], operation: Operation[T]) -> T:
        """Run `operation`, once more if a damaged file was replaced or the connection lost. Raises `_OnlyInMemory`.

        Where the connection was lost, the first time may have succeeded: twice has the same effect as once.
        """
        self._return_to_disk_if_due()
        self._follow_replaced_file()
        started = time.monotonic()
        for is_last_try in (False, True):
            disk, replaced_files = self._disk, self._replaced_files
            if self._fallback is not None or disk is None:
                break
            try:
                return run(disk, operation)
            except INVALID_CHANGE_ERRORS:
                raise
            except UNUSABLE_ERRORS as error:
                is_quick = time.monotonic() - started < REFUSED_RETRY_SECONDS  # a frozen server is not waited for twice
                if not is_last_try and is_quick and _has_lost_connection(error):
                    continue
                self._handle_disk_failure(error, replaced_files, is_last_try)
        raise _OnlyInMemory

    def _read_server_behind_memory(self, query: Operation[T]) -> T:
        """Read from a server that can be read but not written. Raises `StoreAway`."""
        fallback = self._fallback
        if fallback is None or fallback.readable_disk is None:
            raise StoreAway(self._address)
        try:
            return run_read(fallback.readable_disk, query)
        except UNUSABLE_ERRORS as error:
            log.warning("The store cannot be read: %s", driver_message(error))
            fallback.readable_disk = None  # not to wait for it again before it is due
            raise StoreAway(self._address) from None

    def _repeat_in_memory(self, change: Operation[Any]) -> None:
        """Repeat a change that went to the disk while another thread was switching to memory.

        Making a change twice has the same effect as making it once.
        """
        with self._lock:
            if self._fallback is not None and all(change is not kept.change for kept in self._fallback.pending):
                with suppress(StoreProblem):
                    run_write(self._fallback.engine, change)

    def _open_disk(self) -> Engine:
        engine = open_engine(self._address)
        try:
            prepare_tables(engine)
        except DBAPIError as error:
            if not reports_damage(error):
                raise
            self._replace_damaged_file(engine)
            prepare_tables(engine)
        self._disk_file = identify_file(self._address)
        return engine

    def _follow_replaced_file(self) -> None:
        """Switch to the file that is at the address now, if it is not the one that was opened.

        Changes to a file that was deleted while open would be lost. If another process has created a new file, that
        is the store now; otherwise a new one is created with what a person had entered.
        """
        if identify_file(self._address) == self._disk_file:
            return
        with self._lock:
            disk, current_file = self._disk, identify_file(self._address)
            if self._fallback is not None or disk is None or current_file == self._disk_file:
                return
            try:
                saved = read_user_rows(disk) if current_file is None else {}
                self._disk = self._open_disk()
                replace_user_rows(self._disk, saved)
            except UNUSABLE_ERRORS as error:
                self._fall_back_to_memory(error)
                return
            disk.dispose()
            if current_file is None:
                self.notice = (
                    f"The store {self._address} was deleted while Levelboard was running. A new one was created: "
                    "prices are fetched again, and watchlists and your own targets were carried over."
                )
                log.warning(self.notice)

    def _handle_disk_failure(self, error: Exception, replaced_files: int, is_last_try: bool) -> None:
        """Replace a damaged file, once for all threads and processes that meet it; otherwise switch to memory.

        `replaced_files`: how many files had been replaced before the operation that failed.
        """
        with self._lock:
            if self._fallback is not None or self._replaced_files != replaced_files or self._disk is None:
                return  # another thread has handled it
            if reports_damage(error) and not is_last_try:
                try:
                    self._replace_damaged_file(self._disk)
                    self._disk_file = identify_file(self._address)
                    return
                except UNUSABLE_ERRORS as second_error:
                    error = second_error
            self._fall_back_to_memory(error)

    def _replace_damaged_file(self, engine: Engine) -> None:
        self._replaced_files += 1
        self.notice = replace_damaged_file(Path(self._address), engine) or self.notice

    def _fall_back_to_memory(self, error: Exception) -> None:
        log.warning("The store continues in memory: %s", driver_message(error))
        self.notice = explain_failure(self._address, error)
        self._disk_retry_at = time.monotonic() + self._retry_seconds
        self._fallback = MemoryFallback(self._address, self._disk)

    def _return_to_disk_if_due(self) -> None:
        """Try the disk again every half minute, in one thread; the others continue in memory meanwhile."""
        is_due = self._fallback is not None and time.monotonic() >= self._disk_retry_at
        if not is_due or not self._disk_retry.acquire(blocking=False):
            return
        try:
            fallback = self._fallback
            if fallback is None:  # another thread went back to the disk meanwhile
                return
            self._disk_retry_at = time.monotonic() + self._retry_seconds
            disk = self._open_disk()
            with self._lock:
                self._return_to_disk(disk, fallback)
        except UNUSABLE_ERRORS as error:
            log.info("The store stays in memory: %s", driver_message(error))
        finally:
            self._disk_retry.release()

    def _return_to_disk(self, disk: Engine, fallback: MemoryFallback) -> None:
        self.notice = fallback.write_pending(disk)
        self.close()
        self._disk, self._fallback = disk, None
        log.info("The store is on disk again")


def _has_lost_connection(error: Exception) -> bool:
    """Return whether a server ended the connection in the middle of an operation, as in a restart."""
    return isinstance(error, DBAPIError) and error.connection_invalidated
