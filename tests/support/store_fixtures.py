"""Stores for tests: the fixtures `store_address` and `store`, on SQLite and on a real PostgreSQL server alike.

Import them into a test module. The server is the one installed on this machine, started once per run on a free port.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from market.store.store import Store
from tests.support.dashboard import free_port
from tests.support.installed import postgres_bin

DATABASE_NUMBERS = count(1)


def _server_user() -> str | None:
    """Return the user who runs the server, None for the current one: PostgreSQL refuses to run as root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


class Postgres:
    """A PostgreSQL server on loopback with its files in a new folder.

    Durability is off: no test cuts the power.
    """

    def __init__(self) -> None:
        self._bin = postgres_bin()
        self._user = _server_user()
        self._folder = Path(tempfile.mkdtemp(prefix="levelboard-postgres-"))
        self._folder.chmod(0o755)
        if self._user:
            shutil.chown(self._folder, self._user)
        self._data = self._folder / "data"
        self.port = free_port()
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "levels", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", self._folder / "log", "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        """Stop the server if it is running, and delete its files."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """Create an empty database and return its address."""
        name = f"levels_{next(DATABASE_NUMBERS)}"
        server = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        return self.address(name)

    def address(self, database: str) -> str:
        return f"postgresql://levels@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: object) -> None:
        assert self._bin is not None
        subprocess.run(
            [self._bin / program, *map(str, arguments)],
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )


SERVER_KEY = pytest.StashKey[Postgres]()


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The one server of this run, shared by all modules that import this fixture."""
    config = request.config
    if SERVER_KEY not in config.stash:
        config.stash[SERVER_KEY] = server = Postgres()
        config.add_cleanup(server.remove)
        server.start()
    return config.stash[SERVER_KEY]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store, also set as `LEVELS_STORE`."""
    is_file = request.param == "sqlite"
    address = str(tmp_path / "levels.db") if is_file else request.getfixturevalue("postgres").new_database()
    monkeypatch.setenv("LEVELS_STORE", address)
    return address


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    """An empty store at `store_address`."""
    store = Store(store_address)
    assert store.notice is None
    yield store
    store.close()
