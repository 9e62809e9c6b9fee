"""A team on one PostgreSQL behind a web server that knows who they are, and an outage of the database."""

from __future__ import annotations

import asyncio
import json
from datetime import date as Date

import pytest

from market import PriceTarget
from market.store.database import SERVER_RETRY_SECONDS
from market.store.store import Store
from tests.support.dashboard import OFFLINE, serving
from tests.support.filled_store import READ_ONLY_SENTENCE
from tests.support.load_viewers import Viewer
from tests.support.own_loop import run_in_own_loop
from tests.support.store_fixtures import Postgres

TWELVE = ("CIFR", "CLSK", "IREN", "MARA", "RIOT", "WULF", "HUT", "BITF", "BTDR", "CORZ", "HIVE", "APLD")
HEADER = "X-Remote-User"
FIRM = "Desk of Ann"
ANN, BOB = "ann@example.com", "bob@example.com"


@pytest.fixture
def server():
    server = Postgres()
    server.start()
    yield server
    server.remove()


def viewer(url: str, person: str) -> Viewer:
    """A tab of the person whom the web server in front vouches for."""
    return Viewer(url, {"source": "sample"}, connection={"additional_headers": {HEADER: person}})


@pytest.mark.server
@pytest.mark.postgres
@pytest.mark.long
def test_outage_leaves_a_team_its_own_lists_and_each_person_theirs(server: Postgres) -> None:
    address = server.new_database()
    store = Store(address)
    store.edit_watchlist(store.watchlists()[0], "Miners", TWELVE)
    store.create_watchlist("Ideas", ("CIFR",), ANN)
    store.add_own_targets([PriceTarget("CIFR", FIRM, Date(2025, 11, 20), 18.0, source="own")], ANN)
    environment = OFFLINE | {
        "LEVELS_STORE": address,
        "STREAMLIT_SERVER_TRUSTED_USER_HEADERS": json.dumps({HEADER: "user"}),
    }

    async def watch(url: str) -> None:
        async with viewer(url, ANN) as ann, viewer(url, BOB) as bob:
            assert (ann.options["Watchlist"], bob.options["Watchlist"]) == (["Miners", "Ideas"], ["Miners"])
            assert tuple(ann.options["Ticker"]) == tuple(bob.options["Ticker"]) == TWELVE
            assert FIRM in "".join(ann.charts)
            assert bob.charts and FIRM not in "".join(bob.charts)
            server.stop()
            for tab in (ann, bob):
                await tab.run_again()
                assert tuple(tab.options["Ticker"]) == TWELVE
                assert any(READ_ONLY_SENTENCE in alert for alert in tab.alerts)
            assert (ann.options["Watchlist"], bob.options["Watchlist"]) == (["Miners", "Ideas"], ["Miners"])
            server.start()
            await asyncio.sleep(SERVER_RETRY_SECONDS)
            for tab in (ann, bob):
                await tab.run_again()
                assert tuple(tab.options["Ticker"]) == TWELVE
                assert not any("cannot be" in alert for alert in tab.alerts)

    with serving(environment) as dashboard:
        run_in_own_loop(watch(dashboard.url))
        assert "Traceback" not in dashboard.log_text()
    assert [listed.name for listed in store.watchlists(ANN)] == ["Miners", "Ideas"]
    assert store.watchlists()[0].symbols == TWELVE
    store.close()
