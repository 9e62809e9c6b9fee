"""Opening SQLite and PostgreSQL so that both behave alike: transactions from the start, one writer at a time."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import StaticPool
from tenacity import retry, retry_if_exception, retry_if_exception_type, stop_after_delay, wait_random

from market.store.server_connection import open_server

T = TypeVar("T")
Operation = Callable[[Connection], T]

ADDRESS_VARIABLE = "LEVELS_STORE"  # the environment variable that holds the store's address
BUSY_TIMEOUT_SECONDS = 15  # how long a writer waits for another's transaction, which takes milliseconds
REFUSED_RETRY_SECONDS = 2.0  # a server that restarts, or has no free connection, mostly takes one by then
WRITE_LOCK_ID = 0x1E7E15  # the number of Levelboard's advisory lock in PostgreSQL


def open_engine(address: str) -> Engine:
    """Open the engine for `address`: a file path, whose folder is created if missing, or a SQLAlchemy URL.

    Raises `ArgumentError` for a malformed URL and `ImportError` if its driver is not installed.
    """
    url = parse_address(address)
    if not _names_a_scheme(address):
        _create_file(Path(address))
    backend = url.get_backend_name()
    if backend == "sqlite":
        connect_args: dict[str, Any] = {"timeout": BUSY_TIMEOUT_SECONDS}
        return _configure_sqlite(create_engine(url, connect_args=connect_args, hide_parameters=True))
    if backend != "postgresql":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    return open_server(url)


def open_in_memory() -> Engine:
    """Open an empty SQLite database in memory.

    Its only connection is the database itself, so two threads must not use it at the same time.
    """
    connect_args = {"check_same_thread": False}
    return _configure_sqlite(create_engine("sqlite://", poolclass=StaticPool, connect_args=connect_args))


def open_read_only(path: Path) -> Engine:
    """Open an SQLite file for reading only, without the lock files that SQLite would create beside it."""
    uri = f"file:{quote(str(path.absolute()))}"
    url = URL.create("sqlite", database=uri, query={"immutable": "1", "uri": "true"})
    return create_engine(url, hide_parameters=True)


def _create_file(path: Path) -> None:
    """Create the file for its owner alone, and its folder, if missing; SQLite's files beside it get the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def parse_address(address: str) -> URL:
    """Return the database URL of an address; a file path is that of an SQLite file.

    Raises `ArgumentError` if it is malformed, or if a part of its password could be taken for the host.
    """
    if not _names_a_scheme(address):
        return URL.create("sqlite", database=address)
    if re.match(r"[^:]+://[^@/?#]*@?[^@]*$", address) is None:
        raise ArgumentError("an @, / or ? of the password is not percent-encoded, or // is missing")
    try:
        return make_url(address)
    except ValueError as error:  # a port that is not a number
        raise ArgumentError(str(error)) from error


def names_a_server(address: str) -> bool:
    """Return whether the address is that of a database server, or is meant as one."""
    try:
        return parse_address(address).get_backend_name() != "sqlite"
    except ArgumentError:
        return True


def public_address(address: str) -> str:
    """Return what may be shown of an address: a file's path, or the scheme and the host of a server."""
    try:
        url = parse_address(address)
    except ArgumentError:
        return ADDRESS_VARIABLE
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return f"{url.drivername}://{url.host or ''}"


def _names_a_scheme(address: str) -> bool:
    """Return whether the address is meant as a URL; a single letter is a drive of Windows."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", address) is not None


def run_read(engine: Engine, query: Operation[T]) -> T:
    """Run `query` in one transaction and return its result."""
    with _connect(engine) as connection:
        return query(connection)


def run_write(engine: Engine, change: Operation[T]) -> T:
    """Run `change` in one transaction and return its result. Only one write transaction runs at a time."""
    with _connect(engine).execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK_ID)))
        return change(connection)


def _connect(engine: Engine) -> Connection:
    """Connect; a server that refuses, as one without a free connection does, is asked again for a moment."""
    return engine.connect() if engine.dialect.name == "sqlite" else _connect_to_server(engine)


@retry(
    retry=retry_if_exception_type(OperationalError),
    stop=stop_after_delay(REFUSED_RETRY_SECONDS),
    wait=wait_random(0.05, 0.25),
    reraise=True,
)
def _connect_to_server(engine: Engine) -> Connection:
    return engine.connect()


def _configure_sqlite(engine: Engine) -> Engine:
    """Set SQLite up for several readers and durable commits.

    With a write-ahead log readers never wait. With full synchronization a commit is on the disk when it returns.
    Transactions are begun explicitly, because Python's driver would begin one at the first write only, after reads
    that then belong to no transaction.
    """

    @event.listens_for(engine, "connect")
    def configure_connection(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


# SQLite's own timeout does not apply here: two connections that switch the same new file would deadlock
@retry(
    retry=retry_if_exception(_is_busy),
    stop=stop_after_delay(BUSY_TIMEOUT_SECONDS),
    wait=wait_random(0.001, 0.02),
    reraise=True,
)
def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
