"""Why a store cannot be used, and what to do, as sentences."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from market.store.engines import BUSY_SECONDS, parse_address
from market.store.schema import NewerStore

ADDRESS = "LEVELS_STORE"
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
LONGEST_REASON = 120


class NotOurs(Exception):
    """A file that is no store, under a name that no store has."""


UNUSABLE = (DBAPIError, NoConnectionFree, OSError, ArgumentError, NoSuchModuleError, ImportError, NewerStore, NotOurs)


def sentence(address: str, error: Exception) -> str:
    """Why the store at `address` cannot be used, what to do, and what happens until then."""
    return f"{_what_happened(_shown(address), error)} Until then changes are kept only while Levelboard runs."


def _what_happened(place: str, error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    code = _sqlite_code(error)
    if isinstance(error, NewerStore):
        return f"The store {place} was made by a newer Levelboard: update this one, or name another with {ADDRESS}."
    if isinstance(error, ImportError):
        return f'The driver of {place} is missing ({cause}): for PostgreSQL, pip install "psycopg[binary]" brings it.'
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return f"{ADDRESS} names no database: write a path, or an address such as postgresql://user@host/levels."
    if isinstance(error, NotOurs) or code in DAMAGED:
        return f"{place} is no store of Levelboard, or a damaged one: name another with {ADDRESS}."
    if code == sqlite3.SQLITE_FULL or type(cause).__name__ == "DiskFull" or _errno(cause) in NO_ROOM:
        return f"The disk of the store {place} is full: free some space."
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN) or isinstance(error, OSError):
        return f"The store {place} cannot be written: make its folder writable, or name another with {ADDRESS}."
    if code == sqlite3.SQLITE_BUSY:
        return f"The store {place} is held by another program: end that one, or wait until it is done."
    return f"The store {place} cannot be used ({reason(error)}): check that it is there and allows it."


def reason(error: Exception) -> str:
    """What the driver says, on one line: without the statement, which holds what the user entered."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:LONGEST_REASON]


def _shown(address: str) -> str:
    """The address without its password."""
    try:
        return parse_address(address).render_as_string(hide_password=True) if "://" in address else address
    except ArgumentError:
        return ADDRESS


def _errno(cause: BaseException) -> int | None:
    return cause.errno if isinstance(cause, OSError) else None


def _sqlite_code(error: Exception) -> int:
    """The primary result code of SQLite, 0 where the error is not one of its own."""
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF


def says_damaged(error: Exception) -> bool:
    """Whether SQLite calls the file malformed, or no database."""
    return _sqlite_code(error) in DAMAGED


def is_damaged(path: Path) -> bool:
    """Whether the file fails SQLite's own check; one that cannot be opened does not."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    except sqlite3.Error:
        return False
    try:
        return connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in DAMAGED
    finally:
        connection.close()
