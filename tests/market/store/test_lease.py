"""A lease is held by one process at a time, and never outlives its holder."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert

from market.store import clock
from market.store import lease as lease_module
from market.store.lease import LEASE_SECONDS, lease, release_held
from market.store.schema import LEASES
from market.store.store import Store
from tests.support.paths import ROOT
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]


def test_only_one_thread_holds_the_lease(store: Store) -> None:
    inside, most = 0, 0

    def hold(_: int) -> bool:
        nonlocal inside, most
        with lease(store.database, "CIFR", 30.0) as is_ours:
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1
            return is_ours

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(hold, range(12)))
    assert most == 1


def test_busy_lease_is_given_up_after_the_timeout(store: Store) -> None:
    with lease(store.database, "CIFR", 1.0) as is_ours, lease(store.database, "CIFR", 0.2) as is_theirs:
        assert (is_ours, is_theirs) == (True, False)
        with lease(store.database, "CLSK", 0.0) as other:
            assert other
    with lease(store.database, "CIFR", 0.0) as is_ours:
        assert is_ours


def test_lease_is_released_after_an_exception(store: Store) -> None:
    with pytest.raises(ValueError, match="in it"), lease(store.database, "CIFR", 1.0):
        raise ValueError("in it")
    with lease(store.database, "CIFR", 0.0) as is_ours:
        assert is_ours


@pytest.mark.parametrize(
    ("left", "free"), [(-0.01, True), (LEASE_SECONDS - 1.0, False), (LEASE_SECONDS + 1.0, True), (2 * 86400.0, True)]
)
def test_lease_of_a_dead_computer_or_a_wrong_clock_is_free(store: Store, left: float, free: bool) -> None:
    now = store.database.read(clock.seconds)
    row = {"key": "CIFR", "owner": "elsewhere 1 x", "until": now + left}
    store.database.write(lambda connection: connection.execute(insert(LEASES).values(row)))
    with lease(store.database, "CIFR", 0.0) as is_ours:
        assert is_ours is free


@pytest.mark.long
def test_a_lease_is_renewed_as_long_as_its_holder_is_at_work(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "LEASE_SECONDS", 0.6)
    monkeypatch.setattr(lease_module, "RENEW_SECONDS", 0.1)
    with lease(store.database, "CIFR", 0.0), lease(store.database, "CIFR", 2.0) as is_theirs:
        assert not is_theirs
    monkeypatch.setattr(lease_module, "RENEW_SECONDS", 60.0)
    with lease(store.database, "CIFR", 0.0), lease(store.database, "CIFR", 2.0) as is_theirs:
        assert is_theirs


def test_a_process_that_stops_releases_what_it_holds(store: Store) -> None:
    with lease(store.database, "CIFR", 0.0), lease(store.database, "CLSK", 0.0):
        release_held()
        for key in ("CIFR", "CLSK"):
            with lease(store.database, key, 0.0) as is_ours:
                assert is_ours


def test_times_are_those_of_the_database_server(store: Store) -> None:
    """Here the server runs on this computer."""
    assert abs(store.database.read(clock.seconds) - time.time()) < 2.0


HOLDER = """
import sys, time
from market.store.lease import lease
from market.store.store import Store
store = Store(sys.argv[1])
while sys.stdin.readline():
    with lease(store.database, "CIFR", 10.0) as is_ours:
        print(is_ours, flush=True)
        sys.stdin.readline()
    print("released", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot check whether a process runs")
def test_lease_of_another_process_is_respected_until_it_is_released_or_its_holder_killed(
    store: Store, store_address: str
) -> None:
    command = [sys.executable, "-c", HOLDER, store_address]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, bufsize=1)
    assert other.stdin is not None and other.stdout is not None
    for end in ("release", "kill"):
        other.stdin.write("take\n")
        assert other.stdout.readline() == "True\n"
        with lease(store.database, "CIFR", 0.2) as is_ours:
            assert not is_ours
        if end == "release":
            other.stdin.write("release\n")
            assert other.stdout.readline() == "released\n"
        else:
            other.kill()
            other.communicate()
        with lease(store.database, "CIFR", 0.0) as is_ours:
            assert is_ours, end
