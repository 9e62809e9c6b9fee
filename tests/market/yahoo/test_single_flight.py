"""Many who want the same thing at once cost one question."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert

from market.store import clock
from market.store.schema import LEASES
from market.store.store import Store
from market.yahoo.single_flight import LEASE_SECONDS, SingleFlight, lease
from tests.support.paths import ROOT
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]


class Question:
    """Is answered once all who want it have come."""

    def __init__(self, outcome: object = "answer") -> None:
        self.asked = 0
        self.answered = threading.Event()
        self._outcome = outcome

    def __call__(self) -> object:
        self.asked += 1
        assert self.answered.wait(10)
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def all_ask(flights: SingleFlight, question: Question, count: int = 20) -> list[object]:
    """What each of so many threads gets, an exception included."""
    came = threading.Barrier(count + 1)

    def ask() -> object:
        came.wait()
        try:
            return flights.once("key", question)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(ask) for _ in range(count)]
        came.wait()
        time.sleep(0.05)
        question.answered.set()
        return [each.result() for each in asked]


def test_threads_share_one_answer() -> None:
    answer = ["the same object"]
    question = Question(answer)
    got = all_ask(SingleFlight(), question)
    assert question.asked == 1
    assert len(got) == 20
    assert all(each is answer for each in got)


def test_threads_share_one_failure() -> None:
    question = Question(ValueError("failed"))
    got = all_ask(SingleFlight(), question)
    assert question.asked == 1
    assert all(isinstance(each, ValueError) for each in got)


def test_the_next_one_asks_anew() -> None:
    flights, question = SingleFlight(), Question()
    question.answered.set()
    assert [flights.once("key", question) for _ in range(3)] == ["answer"] * 3
    assert question.asked == 3


def test_other_keys_do_not_wait() -> None:
    flights, slow = SingleFlight(), Question()
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(flights.once, "slow", slow)
        assert flights.once("fast", lambda: 1) == 1
        assert not waits.done()
        slow.answered.set()
        assert waits.result() == "answer"


# Turns in a store


def test_turns_follow_one_another(store: Store) -> None:
    inside, most = 0, 0

    def take(_: int) -> bool:
        nonlocal inside, most
        with lease(store.database, "CIFR", 30.0) as mine:
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1
            return mine

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(take, range(12)))
    assert most == 1


def test_patience_ends(store: Store) -> None:
    with lease(store.database, "CIFR", 1.0) as mine, lease(store.database, "CIFR", 0.2) as theirs:
        assert (mine, theirs) == (True, False)
        with lease(store.database, "CLSK", 0.0) as other:
            assert other
    with lease(store.database, "CIFR", 0.0) as mine:
        assert mine


def test_a_turn_ends_with_an_error(store: Store) -> None:
    with pytest.raises(ValueError, match="in it"), lease(store.database, "CIFR", 1.0):
        raise ValueError("in it")
    with lease(store.database, "CIFR", 0.0) as mine:
        assert mine


@pytest.mark.parametrize(
    ("left", "free"), [(-0.01, True), (60.0, False), (LEASE_SECONDS + 1.0, True), (2 * 86400.0, True)]
)
def test_a_turn_that_was_left_open(store: Store, left: float, free: bool) -> None:
    """By another computer that is no more, or by one whose clock was two days ahead."""
    now = store.database.read(clock.seconds)
    row = {"key": "CIFR", "owner": "elsewhere 1 x", "until": now + left}
    store.database.write(lambda connection: connection.execute(insert(LEASES).values(row)))
    with lease(store.database, "CIFR", 0.0) as mine:
        assert mine is free


def test_the_clock_is_that_of_the_database(store: Store) -> None:
    """The server's, which is this computer's here."""
    assert abs(store.database.read(clock.seconds) - time.time()) < 2.0


HOLDER = """
import sys, time
from market.single_flight import turn
from market.store import Store
with turn(Store(sys.argv[1]).database, "CIFR", 10.0) as mine:
    print(mine, flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be looked for there")
@pytest.mark.parametrize("killed", [False, True])
def test_a_turn_of_another_process(store: Store, store_address: str, killed: bool) -> None:
    command = [sys.executable, "-c", HOLDER, store_address]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    with lease(store.database, "CIFR", 0.2) as mine:
        assert not mine
    if killed:
        other.kill()
    other.communicate(None if killed else "\n")
    with lease(store.database, "CIFR", 0.0) as mine:
        assert mine
