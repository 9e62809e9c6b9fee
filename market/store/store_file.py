"""The SQLite file that holds a store: telling one file from another, and replacing a damaged one."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from market.store.engines import BUSY_TIMEOUT_SECONDS
from market.store.failures import DAMAGED_CODES, NotAStore
from market.store.schema import prepare_tables
from market.store.user_rows import read_user_rows, replace_user_rows

FileIdentity = tuple[int, int] | None

STORE_SUFFIXES = (".db", ".sqlite", ".sqlite3")  # a file of any other name is not ours to rename

log = logging.getLogger("levelboard.store")


def identify_file(address: str) -> FileIdentity:
    """Return the device and inode of the file at `address`; None if there is no file, or if it is a server."""
    try:
        status = Path(address).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_damaged(path: Path) -> bool:
    """Return whether the file fails SQLite's own check. A file that cannot be opened does not count as damaged."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
    except sqlite3.Error:
        return False
    try:
        return connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in DAMAGED_CODES
    finally:
        connection.close()


def replace_damaged_file(path: Path, engine: Engine) -> str | None:
    """Rename the damaged file that `engine` has open, and create a new store with what can still be read of it.

    Returns a sentence for the user, or None if there was nothing to do: a file that turns out to be sound is the
    new one of another process that replaced it first. Raises `NotAStore` unless the file's name is one of a store.
    """
    if path.suffix not in STORE_SUFFIXES:
        raise NotAStore(path)
    if not is_damaged(path):
        engine.dispose()
        return None
    saved = read_user_rows(engine)
    engine.dispose()
    new_name = _rename_damaged_file(path)
    prepare_tables(engine)
    replace_user_rows(engine, saved)
    outcome = "were carried over" if saved else "have to be entered again"
    notice = (
        f"The store {path} was damaged and is now {new_name} in the same folder. "
        f"A new one was created: prices are fetched again, and watchlists and your own targets {outcome}."
    )
    log.warning(notice)
    return notice


def _rename_damaged_file(path: Path) -> str:
    """Rename the file and SQLite's files beside it, and return its new name."""
    suffix = f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if file.exists():
            file.rename(file.with_name(f"{file.name}.{suffix}"))
    return f"{path.name}.{suffix}"
