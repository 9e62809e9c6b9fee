"""How SQLite and PostgreSQL are opened, read and written, so that both behave alike: one writer at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

T = TypeVar("T")
Act = Callable[[Connection], T]

BUSY_SECONDS = 15  # how long a writer waits for another's transaction, which takes milliseconds
CONNECT_SECONDS = 5  # a server that does not answer must not hold a page for minutes
ONE_WRITER = 0x1E7E15  # the number of our advisory lock in PostgreSQL


def open_engine(address: str) -> Engine:
    """The engine of a path, whose folder is made, or of an address of SQLAlchemy.

    Raises `ArgumentError` for an address that is none, `ImportError` where its driver is missing.
    """
    if "://" not in address:
        Path(address).parent.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite", database=address)
    else:
        url = parse_address(address)
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _as_sqlite(create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True))
    patience = {"connect_timeout": CONNECT_SECONDS} if backend == "postgresql" else {}
    return create_engine(url, pool_pre_ping=True, connect_args=patience, hide_parameters=True)


def open_in_memory() -> Engine:
    """With one connection, which is the database: not for two threads at a time."""
    return _as_sqlite(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))


def open_read_only(path: Path) -> Engine:
    """An SQLite file in a folder without room for its locks, to be read only."""
    place = f"file:{quote(str(path.absolute()))}"
    url = URL.create("sqlite", database=place, query={"immutable": "1", "uri": "true"})
    return create_engine(url, hide_parameters=True)


def parse_address(address: str) -> URL:
    """The parts of an address. Raises `ArgumentError` for one that is none."""
    try:
        return make_url(address)
    except ValueError as error:  # a port that is no number
        raise ArgumentError(str(error)) from error


def _as_sqlite(engine: Engine) -> Engine:
    """With a write-ahead log readers never wait; with full synchronisation a commit is on the disk when it returns.

    The driver would begin a transaction at its first write, after what was read before it; ours begin at the beginning.
    """

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


# SQLite itself does not wait here: two that turn the same new file over would wait for each other for ever
@retry(
    retry=retry_if_exception(_is_busy),
    stop=stop_after_delay(BUSY_SECONDS),
    wait=wait_random(0.001, 0.02),
    reraise=True,
)
def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")


def reading(engine: Engine, look: Act[T]) -> T:
    """What `look` finds, in one transaction."""
    with engine.connect() as connection:
        return look(connection)


def writing(engine: Engine, change: Act[T]) -> T:
    """One transaction, the only one that writes at its time."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
        return change(connection)
