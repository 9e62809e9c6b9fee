"""A page waits seconds for a PostgreSQL server that does not answer, and a replica takes few of its connections."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from market.store.engines import open_engine, run_read
from market.store.server_connection import CONNECTIONS, MORE_CONNECTIONS
from market.store.store import Store
from tests.support.store_fixtures import Postgres, postgres

__all__ = ["postgres"]

pytestmark = [pytest.mark.postgres, pytest.mark.long]


@pytest.fixture
def frozen_server() -> Iterator[Postgres]:
    """A server of its own, which the test may stop in the middle of its work."""
    server = Postgres()
    server.start()
    yield server
    signal_all(server, signal.SIGCONT)
    server.remove()


def signal_all(server: Postgres, number: int) -> None:
    """Send a signal to every process of the server."""
    pids = subprocess.run(["pgrep", "-f", f"postgres.*-p {server.port}"], capture_output=True, text=True).stdout.split()
    for pid in pids:
        children = subprocess.run(["pgrep", "-P", pid], capture_output=True, text=True).stdout.split()
        for process in (pid, *children):
            os.kill(int(process), number)


def test_a_statement_that_takes_long_is_ended(postgres: Postgres) -> None:
    engine = open_engine(postgres.new_database())
    with pytest.raises(DBAPIError, match="statement timeout"):
        run_read(engine, lambda connection: connection.execute(text("SELECT pg_sleep(60)")))
    engine.dispose()


def test_a_statement_does_not_wait_long_for_a_lock(postgres: Postgres) -> None:
    address = postgres.new_database()
    Store(address).close()
    engine, other = open_engine(address), create_engine(address)
    with other.connect() as holder:
        holder.execute(text("LOCK TABLE levels_watchlists"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            run_read(engine, lambda connection: connection.execute(text("SELECT * FROM levels_watchlists")))
    engine.dispose()
    other.dispose()


def test_a_server_that_freezes_leads_to_a_sentence(frozen_server: Postgres) -> None:
    store = Store(frozen_server.new_database())
    assert store.watchlists() and store.notice is None
    signal_all(frozen_server, signal.SIGSTOP)
    assert store.watchlists(), "the last known lists"
    assert store.notice is not None and "cannot be used" in store.notice
    store.close()


def test_many_viewers_share_a_few_connections(postgres: Postgres) -> None:
    address = postgres.new_database()
    store = Store(address)
    counting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")

    def read(_: int) -> int:
        store.watchlists()
        return store.database.read(lambda connection: int(connection.execute(counting).scalar_one()))

    with ThreadPoolExecutor(15) as viewers:
        assert max(viewers.map(read, range(150))) <= CONNECTIONS + MORE_CONNECTIONS
    assert store.notice is None
    store.close()
