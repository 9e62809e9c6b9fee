"""Three replicas behind nginx as deploy/ has them: one is killed while it fetches, the database starts anew."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from market.store.store import Store
from tests.support.dashboard import Dashboard, serving
from tests.support.load_viewers import Viewer
from tests.support.nginx_front import HOST, NAMES, PASSWORD, basic, https, nginx
from tests.support.own_loop import run_in_own_loop
from tests.support.replay_server import ReplayServer, hang, listing
from tests.support.store_fixtures import Postgres

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.openssl,
    pytest.mark.postgres,
    pytest.mark.long,
    pytest.mark.xdist_group("nginx"),
]

VIEWERS, SWITCHES, SWITCH_SECONDS = 30, 4, 6.0
TICKERS = tuple(f"REP{letter}" for letter in "ABCDEF")
SLOW = "SLOW"


@dataclass
class Stage:
    """The replicas, what they share, and nginx's port."""

    replicas: list[Dashboard]
    yahoo: ReplayServer
    postgres: Postgres
    store: str
    port: int


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        yahoo = stack.enter_context(ReplayServer())
        yahoo.lists(*(listing(symbol, sessions=300, seed=seed) for seed, symbol in enumerate((*TICKERS, SLOW))))
        postgres = Postgres()
        stack.callback(postgres.remove)
        postgres.start()
        store = postgres.new_database()
        environment = yahoo.environment | NAMES | {"LEVELS_STORE": store}
        replicas = [stack.enter_context(serving(environment)) for _ in range(3)]
        port = stack.enter_context(nginx(tmp_path_factory.mktemp("nginx"), *replicas))
        yield Stage(replicas, yahoo, postgres, store, port)


@dataclass
class Reader:
    """A viewer at an address of their own who switches tickers, and comes back where the connection is lost."""

    number: int
    port: int
    charts: int = 0

    async def read(self) -> None:
        for turn in range(SWITCHES):
            ticker = TICKERS[(self.number + turn) % len(TICKERS)]
            until = time.monotonic() + SWITCH_SECONDS
            while not await self._sees(ticker, until):
                await asyncio.sleep(0.5)

    async def _sees(self, ticker: str, until: float) -> bool:
        """Open the ticker's page and stay on it; return False where the connection is lost before it is drawn."""
        try:
            async with self._viewer(ticker) as viewer:
                assert any(ticker in chart for chart in viewer.charts)
                self.charts += 1
                await asyncio.sleep(until - time.monotonic())
        except (ConnectionClosed, InvalidStatus, OSError):
            return False
        return True

    def _viewer(self, ticker: str) -> Viewer:
        entered = basic(PASSWORD) | {"Cookie": "levelboard_entered=replace-this-value"}
        address = (f"127.0.1.{self.number + 1}", 0)
        options = https(self.port) | {"additional_headers": entered, "local_addr": address}
        return Viewer(f"https://{HOST}", {"source": "yahoo", "ticker": ticker}, options)


def open_pages(replica: Dashboard) -> int:
    """Return how many viewers the replica has now."""
    measured = httpx.get(f"http://localhost:{replica.port}/metrics", trust_env=False).text
    return int(float(re.search(r"^levelboard_sessions (\S+)", measured, re.MULTILINE)[1]))


def test_a_killed_replica_and_a_database_that_starts_anew_lose_nothing(stage: Stage) -> None:
    store = Store(stage.store)
    before = store.watchlists()
    store.close()
    readers = [Reader(number, stage.port) for number in range(VIEWERS)]
    shown_before: list[int] = []

    async def disturb() -> None:
        await asyncio.sleep(1.5 * SWITCH_SECONDS)
        shown_before.append(open_pages(stage.replicas[0]))
        os.kill(stage.replicas[0].pid, signal.SIGKILL)
        await asyncio.sleep(SWITCH_SECONDS)
        await asyncio.to_thread(stage.postgres.stop)
        await asyncio.to_thread(stage.postgres.start)

    async def watch() -> None:
        await asyncio.gather(disturb(), *(reader.read() for reader in readers))

    run_in_own_loop(watch())
    assert [reader.charts for reader in readers] == [SWITCHES] * VIEWERS
    assert shown_before[0] > 0, "the killed replica had viewers"
    for replica in stage.replicas:
        assert "Traceback" not in replica.log_text()
    store = Store(stage.store)
    assert store.watchlists() == before
    assert all(store.history(ticker) is not None for ticker in TICKERS)
    store.close()


def test_another_replica_takes_over_a_fetch_whose_process_was_killed(stage: Stage) -> None:
    _, killed, other = stage.replicas
    stage.yahoo.fails("chart", hang, SLOW)
    with ThreadPoolExecutor(1) as pool:
        abandoned = pool.submit(asyncio.run, _open_at(killed))
        while not stage.yahoo.requests("chart", SLOW):
            time.sleep(0.05)
        os.kill(killed.pid, signal.SIGKILL)
        with pytest.raises((ConnectionClosed, OSError)):
            abandoned.result()
        stage.yahoo.works()
        charts = pool.submit(asyncio.run, _open_at(other)).result()
    assert any(SLOW in chart for chart in charts)
    assert len(stage.yahoo.requests("chart", SLOW)) == 2


async def _open_at(replica: Dashboard) -> list[str]:
    async with Viewer(f"http://localhost:{replica.port}", {"source": "yahoo", "ticker": SLOW}) as viewer:
        return viewer.charts
