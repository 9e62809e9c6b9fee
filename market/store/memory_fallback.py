"""A database in memory that stands in for one that cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from market.store.engines import Operation, open_in_memory, open_read_only, run_read, run_write
from market.store.failures import UNUSABLE_ERRORS, StoreProblem
from market.store.schema import is_up_to_date, prepare_tables
from market.store.user_rows import read_user_rows, replace_user_rows
from text.numbers import format_count

log = logging.getLogger("levelboard.store")


@dataclass(frozen=True)
class PendingChange:
    """A change made in memory, and what is done in its place if the disk, when it is back, rules it out."""

    change: Operation[Any]
    otherwise: Operation[Any] | None = None


class MemoryFallback:
    """A database in memory, filled with what a person entered as far as the disk can still be read.

    `engine`: the database, with one connection: callers take turns.
    `readable_disk`: the disk, for the large tables that were not copied; None if it cannot be read.
    `pending`: changes by the user that are still to be made on the disk.
    """

    def __init__(self, address: str, disk: Engine | None) -> None:
        self.readable_disk = _find_readable(address, disk)
        self.pending: list[PendingChange] = []
        self.engine = open_in_memory()
        prepare_tables(self.engine)
        if self.readable_disk is not None:
            replace_user_rows(self.engine, read_user_rows(self.readable_disk))

    def write_pending(self, disk: Engine) -> str | None:
        """Make the pending changes on `disk`, in one transaction.

        Returns a sentence for the user about those that what others saved there meanwhile ruled out, or None.
        """
        conflicts = run_write(disk, lambda connection: _apply(connection, self.pending))
        self.pending.clear()
        if not conflicts:
            return None
        return (
            f"While the store could not be used, {format_count(conflicts, 'change')} to watchlists met what others had "
            'saved meanwhile. Both are kept: the lists made here have "(conflict)" in their names.'
        )

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


def _apply(connection: Connection, changes: Sequence[PendingChange]) -> int:
    """Make the changes one after another, and return how many the disk ruled out and something else was made for."""
    replaced = 0
    for pending in changes:
        try:
            with connection.begin_nested():
                pending.change(connection)
        except StoreProblem as error:
            log.warning("A change made in memory could not be made on the disk: %s", error)
            if pending.otherwise is not None:
                pending.otherwise(connection)
                replaced += 1
    return replaced
