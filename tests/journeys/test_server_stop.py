"""A server that is stopped in the middle of a fetch leaves the ticker to the next one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from websockets.exceptions import ConnectionClosed

from market.store import clock
from market.store.schema import LEASES
from market.store.store import Store
from tests.support.dashboard import Dashboard, serving
from tests.support.load_viewers import Viewer
from tests.support.replay_server import ReplayServer, hang, listing

ELSEWHERE = {"key": "OTHER", "owner": "elsewhere 1 x"}


async def open_page(dashboard: Dashboard) -> None:
    async with Viewer(f"http://localhost:{dashboard.port}", {"source": "yahoo", "ticker": "SLOW"}):
        pass


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops a process without asking it")
def test_a_stopped_server_holds_no_lease(tmp_path: Path) -> None:
    address = str(tmp_path / "levels.db")
    with ReplayServer() as yahoo, ThreadPoolExecutor(1) as pool:
        yahoo.lists(listing("SLOW", sessions=300))
        yahoo.fails("chart", hang, "SLOW")
        with serving(yahoo.environment | {"LEVELS_STORE": address}) as dashboard:
            visit = pool.submit(asyncio.run, open_page(dashboard))
            while not yahoo.requests("chart", "SLOW"):
                time.sleep(0.05)
            store = Store(address)
            until = store.database.read(clock.seconds) + 60.0
            store.database.write(
                lambda connection: connection.execute(insert(LEASES).values(ELSEWHERE | {"until": until}))
            )
            held = store.database.read(lambda connection: set(connection.scalars(select(LEASES.c.key))))
            os.kill(dashboard.pid, signal.SIGTERM)
        assert isinstance(visit.exception(), (ConnectionClosed, OSError))
    left = store.database.read(lambda connection: set(connection.scalars(select(LEASES.c.key))))
    store.close()
    assert held == {"SLOW", "OTHER"} and left == {"OTHER"}
