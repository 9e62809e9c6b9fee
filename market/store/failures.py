"""What is wrong with a store that cannot be used, and what to do about it, as sentences for the user."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from market.store.engines import ADDRESS_VARIABLE, names_a_server, public_address
from market.store.schema import NewerStore

DAMAGED_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
NOT_WRITABLE_CODES = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
DISK_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
MAX_DRIVER_MESSAGE_LENGTH = 120


class StoreProblem(Exception):
    """A request that the store cannot fulfill; the text is a sentence for the user."""


class StoreAway(StoreProblem):
    """The server that has what people entered cannot be reached: nothing of it can be changed."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The store {public_address(address)} cannot be reached, so nothing was saved. "
            "What you entered is still here: save it again when the store is back."
        )


class NotAStore(Exception):
    """The file is not a store, and its name is not one that a store would have."""


UNUSABLE_ERRORS = (
    DBAPIError,
    PoolTimeoutError,
    OSError,
    ArgumentError,
    NoSuchModuleError,
    ImportError,
    NewerStore,
    NotAStore,
)


def explain_failure(address: str, error: Exception) -> str:
    """Explain why the store at `address` cannot be used, what to do, and what happens until then."""
    explanation = _explain_cause(public_address(address), error)
    if names_a_server(address):
        return f"{explanation} Until then, watchlists and own targets are those last read, and cannot be changed."
    return f"{explanation} Until then, changes are kept only while Levelboard is running."


def driver_message(error: Exception) -> str:
    """Return the driver's own message on one line, without the SQL statement and its values."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:MAX_DRIVER_MESSAGE_LENGTH]


def reports_damage(error: Exception) -> bool:
    """Return whether SQLite reports that the file is malformed or not a database."""
    return _sqlite_code(error) in DAMAGED_CODES


def _explain_cause(place: str, error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    code = _sqlite_code(error)
    if isinstance(error, NewerStore):
        return (
            f"The store {place} was created by a newer version of Levelboard. "
            f"Update Levelboard, or set {ADDRESS_VARIABLE} to another store."
        )
    if isinstance(error, ImportError):
        return (
            f"The database driver for {place} is not installed ({cause}). "
            'For PostgreSQL, run: pip install "psycopg[binary]".'
        )
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return (
            f"{ADDRESS_VARIABLE} is not a valid database address. "
            "Set it to a file path, or to an address such as postgresql://user:password@host/levels, "
            "with @ and / of a password written as %40 and %2F."
        )
    if isinstance(error, NotAStore) or code in DAMAGED_CODES:
        return f"{place} is not a Levelboard store, or it is damaged. Set {ADDRESS_VARIABLE} to another file."
    if _is_disk_full(cause, code):
        return f"The disk that holds the store {place} is full. Free some space."
    if code in NOT_WRITABLE_CODES or isinstance(error, OSError):
        return (
            f"The store {place} cannot be written to. "
            f"Make its folder writable, or set {ADDRESS_VARIABLE} to another location."
        )
    if code == sqlite3.SQLITE_BUSY:
        return f"The store {place} is locked by another program. Close that program, or wait until it is done."
    return (
        f"The store {place} cannot be used ({driver_message(error)}). "
        "Check that the database is running and that you have access to it."
    )


def _is_disk_full(cause: BaseException, sqlite_code: int) -> bool:
    if sqlite_code == sqlite3.SQLITE_FULL or type(cause).__name__ == "DiskFull":  # the latter is PostgreSQL's
        return True
    return isinstance(cause, OSError) and cause.errno in DISK_FULL_ERRNOS


def _sqlite_code(error: Exception) -> int:
    """Return SQLite's primary result code, 0 if the error is not from SQLite."""
    return getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF
