"""A database in memory that stands in for one that cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from market.store.engines import Operation, open_in_memory, open_read_only, run_read, run_write
from market.store.failures import UNUSABLE_ERRORS, StoreProblem
from market.store.schema import is_up_to_date, prepare_tables
from market.store.user_rows import read_user_rows, replace_user_rows

log = logging.getLogger("levelboard.store")


class MemoryFallback:
    """A database in memory, filled with what a person entered as far as the disk can still be read.

    `engine`: the database, with one connection: callers take turns.
    `readable_disk`: the disk, for the large tables that were not copied; None if it cannot be read.
    `pending`: changes by the user that are still to be made on the disk.
    """

    def __init__(self, address: str, disk: Engine | None) -> None:
        self.readable_disk = _find_readable(address, disk)
        self.pending: list[Operation[Any]] = []
        self.engine = open_in_memory()
        prepare_tables(self.engine)
        if self.readable_disk is not None:
            replace_user_rows(self.engine, read_user_rows(self.readable_disk))

    def write_pending(self, disk: Engine) -> None:
        """Make the pending changes on `disk`, in one transaction."""
        run_write(disk, lambda connection: _apply(connection, self.pending))
        self.pending.clear()

    def close(self) -> None:
        """Close the database in memory and the disk below it."""
        self.engine.dispose()
        if self.readable_disk is not None:
            self.readable_disk.dispose()


def _find_readable(address: str, disk: Engine | None) -> Engine | None:
    """Return an engine that can still read the store, or None.

    Where SQLite cannot create its lock files, the file is read without them.
    """
    candidates = [disk] if disk is not None else []
    if "://" not in address:
        candidates.append(open_read_only(Path(address)))
    for engine in candidates:
        try:
            if run_read(engine, is_up_to_date):
                return engine
        except UNUSABLE_ERRORS:
            engine.dispose()
    return None


def _apply(connection: Connection, changes: Sequence[Operation[Any]]) -> None:
    """Make the changes one after another, without those that the current state of the disk rules out."""
    for change in changes:
        try:
            with connection.begin_nested():
                change(connection)
        except StoreProblem as error:
            log.warning("A change made in memory could not be made on the disk: %s", error)
