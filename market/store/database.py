"""A database that goes on in memory when its disk is full, read-only, damaged or out of reach.

What is read and what is changed are functions of a connection, so that a change which the disk refuses can be made
in memory, and once more on the disk when that works again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, insert, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from market.store.engines import Act, open_engine, open_in_memory, open_read_only, reading, writing
from market.store.failures import UNUSABLE, NotOurs, is_damaged, reason, says_damaged, sentence
from market.store.schema import ENTERED_BY_HAND, is_up_to_date, migrate

T = TypeVar("T")
File = tuple[int, int] | None
Rows = Mapping[Table, Sequence[dict[str, Any]]]

RETURN_SECONDS = 30  # how long memory serves before the disk is tried again
FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")  # what may be set aside; any other file is not ours to rename
WRONG_VALUES = (IntegrityError, DataError)  # the change is at fault, not the disk

log = logging.getLogger("levelboard.store")


class StoreProblem(Exception):
    """What was asked of the store cannot be done; the text is a sentence for the user."""


class Database:
    """The tables of the store at one address. Threads and processes may share it.

    `address`: a path of an SQLite file, or an address of SQLAlchemy.
    `notice`: why changes are kept in memory only, or what became of a damaged file, a sentence; else None.
    """

    def __init__(self, address: str) -> None:
        self.notice: str | None = None
        self._address = address
        self._turn = threading.RLock()  # for memory, which has one connection, and for going there and back
        self._disk: Engine | None = None
        self._kept_in: File = None  # on the disk, as it was opened
        self._memory: Engine | None = None
        self._beneath: Engine | None = None  # where memory finds what was kept before
        self._missed: list[Act[Any]] = []  # changes that memory has and the disk has not
        self._returning = threading.Lock()
        self._return_at = 0.0
        self._begun_anew = 0
        try:
            self._disk = self._opened()
        except UNUSABLE as error:
            self._go_on_in_memory(error)

    def read(self, look: Act[T]) -> T:
        """What `look` finds."""
        return self._carry_out(reading, look)

    def read_large(self, look: Act[T | None]) -> T | None:
        """What `look` finds in tables that memory holds in part: there, else in what lies beneath."""
        found, beneath = self.read(look), self._beneath
        if found is not None or beneath is None:
            return found
        try:
            return reading(beneath, look)
        except UNUSABLE as error:
            log.warning("The store cannot be read: %s", reason(error))
            return None

    def write(self, change: Act[T], by_hand: bool = False) -> T:
        """What `change` returns, made in one transaction that is on the disk when this returns.

        `by_hand`: what a person entered; where only memory took it, the disk gets it too as soon as it can.
        """
        result = self._carry_out(writing, change, by_hand)
        if by_hand:
            self._tell_memory(change)
        return result

    def close(self) -> None:
        for engine in (self._disk, self._memory, self._beneath):
            if engine is not None:
                engine.dispose()

    def _carry_out(self, how: Callable[[Engine, Act[T]], T], act: Act[T], owed_to_disk: bool = False) -> T:
        self._try_to_return()
        self._follow_the_file()
        for last in (False, True):
            disk, begun_anew = self._disk, self._begun_anew
            if self._memory is not None or disk is None:
                break
            try:
                return how(disk, act)
            except WRONG_VALUES:
                raise
            except UNUSABLE as error:
                self._give_up(error, begun_anew, last)
        with self._turn:
            memory = self._memory
            if memory is None:  # it went back to the disk meanwhile
                return self._carry_out(how, act, owed_to_disk)
            result = how(memory, act)
            if owed_to_disk:
                self._missed.append(act)
            return result

    def _tell_memory(self, change: Act[Any]) -> None:
        """What went to the disk while another thread was leaving it; made twice, a change does no more than once."""
        with self._turn:
            if self._memory is not None and change not in self._missed:
                with suppress(StoreProblem):
                    writing(self._memory, change)

    def _opened(self) -> Engine:
        engine = open_engine(self._address)
        try:
            _prepare(engine)
        except DBAPIError as error:
            if not says_damaged(error):
                raise
            self._begin_anew(engine)
            _prepare(engine)
        self._kept_in = _file(self._address)
        return engine

    def _follow_the_file(self) -> None:
        """One that was deleted while it is open would take changes that nobody finds again.

        Another process's in its place is the store now; without one, one is begun with what a person entered.
        """
        if _file(self._address) == self._kept_in:
            return
        with self._turn:
            disk, there = self._disk, _file(self._address)
            if self._memory is not None or disk is None or there == self._kept_in:
                return
            try:
                saved = _entered_by_hand(disk) if there is None else {}
                self._disk = self._opened()
                _put(self._disk, saved)
            except UNUSABLE as error:
                self._go_on_in_memory(error)
                return
            disk.dispose()
            if there is None:
                self.notice = (
                    f"The store {self._address} was deleted while Levelboard ran. A new one was begun: prices are "
                    "fetched again, watchlists and own targets were carried over."
                )
                log.warning(self.notice)

    def _give_up(self, error: Exception, begun_anew: int, last: bool) -> None:
        """A damaged file is set aside, once for all threads and processes that meet it; else memory takes over."""
        with self._turn:
            if self._memory is not None or self._begun_anew != begun_anew or self._disk is None:
                return
            if says_damaged(error) and not last:
                try:
                    self._begin_anew(self._disk)
                    self._kept_in = _file(self._address)
                    return
                except UNUSABLE as second:
                    error = second
            self._go_on_in_memory(error)

    def _go_on_in_memory(self, error: Exception) -> None:
        log.warning("The store goes on in memory: %s", reason(error))
        self.notice = sentence(self._address, error)
        self._return_at = time.monotonic() + RETURN_SECONDS
        self._beneath = self._readable()
        memory = open_in_memory()
        _prepare(memory)
        if self._beneath is not None:
            _put(memory, _entered_by_hand(self._beneath))
        self._memory = memory

    def _readable(self) -> Engine | None:
        """The disk as far as it can be read: a file in a folder without room for its locks is read as it lies."""
        candidates = [self._disk] if self._disk is not None else []
        if "://" not in self._address:
            candidates.append(open_read_only(Path(self._address)))
        for engine in candidates:
            try:
                if reading(engine, is_up_to_date):
                    return engine
            except UNUSABLE:
                engine.dispose()
        return None

    def _try_to_return(self) -> None:
        """Back to the disk, tried every half minute by one thread; the others go on in memory meanwhile."""
        if self._memory is None or time.monotonic() < self._return_at or not self._returning.acquire(blocking=False):
            return
        try:
            self._return_at = time.monotonic() + RETURN_SECONDS
            disk = self._opened()
            with self._turn:
                self._return_to(disk)
        except UNUSABLE as error:
            log.info("The store stays in memory: %s", reason(error))
        finally:
            self._returning.release()

    def _return_to(self, disk: Engine) -> None:
        """With the changes that the disk missed."""
        writing(disk, partial(_made_again, changes=self._missed))
        self._missed.clear()
        self.close()
        self._disk, self._memory, self._beneath, self.notice = disk, None, None, None
        log.info("The store is on its disk again")

    def _begin_anew(self, engine: Engine) -> None:
        """Renames the damaged file and what belongs to it, and carries over what can still be read in it.

        A file that is sound when looked at anew was set aside by another process, and is that one's new one.
        """
        path = Path(self._address)
        if path.suffix not in FILE_ENDINGS:
            raise NotOurs(path)
        self._begun_anew += 1
        if not is_damaged(path):
            engine.dispose()
            return
        saved = _entered_by_hand(engine)
        engine.dispose()
        mark = f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if each.exists():
                each.rename(each.with_name(f"{each.name}.{mark}"))
        _prepare(engine)
        _put(engine, saved)
        kept = "were carried over" if saved else "have to be entered anew"
        self.notice = (
            f"The store {path} was damaged and is kept as {path.name}.{mark} beside it. "
            f"A new one was begun: prices are fetched again, watchlists and own targets {kept}."
        )
        log.warning(self.notice)


def _file(address: str) -> File:
    """Which file is there; None where there is none, or a server."""
    try:
        found = Path(address).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare(engine: Engine) -> None:
    if not reading(engine, is_up_to_date):
        writing(engine, migrate)


def _made_again(connection: Connection, changes: Sequence[Act[Any]]) -> None:
    """A change that the disk's own state now rules out is left out, the others are made."""
    for change in changes:
        try:
            with connection.begin_nested():
                change(connection)
        except StoreProblem as error:
            log.warning("A change made in memory could not be made on the disk: %s", error)


def _entered_by_hand(engine: Engine) -> Rows:
    """The rows that a person entered; nothing where they cannot be read."""
    try:
        return reading(
            engine,
            lambda connection: {
                table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in ENTERED_BY_HAND
            },
        )
    except UNUSABLE:
        return {}


def _put(engine: Engine, rows: Rows) -> None:
    def change(connection: Connection) -> None:
        for table, each in rows.items():
            connection.execute(table.delete())
            if each:
                connection.execute(insert(table), each)

    writing(engine, change)
