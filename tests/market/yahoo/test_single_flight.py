"""Threads that want the same thing at the same time share one request."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from market.yahoo.single_flight import SingleFlight


class SlowWork:
    """Work that ends when `finish` is set, with `outcome` as its result or exception."""

    def __init__(self, outcome: object = "result") -> None:
        self.calls = 0
        self.finish = threading.Event()
        self._outcome = outcome

    def __call__(self) -> object:
        self.calls += 1
        assert self.finish.wait(10)
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def run_in_threads(flights: SingleFlight, work: SlowWork, count: int = 20) -> list[object]:
    """Run the work in so many threads at once; return what each gets, an exception included."""
    all_started = threading.Barrier(count + 1)

    def run() -> object:
        all_started.wait()
        try:
            return flights.once("key", work)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        runs = [pool.submit(run) for _ in range(count)]
        all_started.wait()
        time.sleep(0.05)
        work.finish.set()
        return [future.result() for future in runs]


def test_threads_share_one_result() -> None:
    result = ["the same object"]
    work = SlowWork(result)
    results = run_in_threads(SingleFlight(), work)
    assert work.calls == 1
    assert len(results) == 20
    assert all(shared is result for shared in results)


def test_threads_share_one_exception() -> None:
    work = SlowWork(ValueError("failed"))
    results = run_in_threads(SingleFlight(), work)
    assert work.calls == 1
    assert all(isinstance(error, ValueError) for error in results)


def test_next_call_runs_the_work_again() -> None:
    flights, work = SingleFlight(), SlowWork()
    work.finish.set()
    assert [flights.once("key", work) for _ in range(3)] == ["result"] * 3
    assert work.calls == 3


def test_other_keys_do_not_wait() -> None:
    flights, slow = SingleFlight(), SlowWork()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(flights.once, "slow", slow)
        assert flights.once("fast", lambda: 1) == 1
        assert not waiting.done()
        slow.finish.set()
        assert waiting.result() == "result"
