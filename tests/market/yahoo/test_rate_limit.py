"""The limit on requests per minute holds, and waiting requests are counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyrate_limiter import Duration, Rate
from sqlalchemy import select

from market.store import clock
from market.store.schema import REQUESTS
from market.store.store import Store, get_store
from market.yahoo.errors import QueueFull
from market.yahoo.rate_limit import RateLimiter, note_request
from tests.support.store_fixtures import postgres, store_address

__all__ = ["postgres", "store_address"]


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until `holds()`; fail the test if it never does."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("the condition never held")


def is_allowed_at(limiter: RateLimiter, monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> bool:
    """Return whether one more request is allowed at this reading of the clock."""
    monkeypatch.setattr(clock, "seconds", lambda connection: milliseconds / 1000.0)
    try:
        limiter.acquire("CIFR", 0.0)
    except QueueFull:
        return False
    return True


def test_no_ten_seconds_contain_more_than_thirty_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter()
    assert all(is_allowed_at(limiter, monkeypatch, 1_000_000) for _ in range(15))
    assert all(is_allowed_at(limiter, monkeypatch, 1_009_000) for _ in range(15))
    assert limiter.waiting == 0
    assert not is_allowed_at(limiter, monkeypatch, 1_009_999)
    assert all(is_allowed_at(limiter, monkeypatch, 1_010_001) for _ in range(15))
    assert not is_allowed_at(limiter, monkeypatch, 1_018_999)


def test_no_minute_contains_more_than_a_hundred_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter()
    for second in (1000, 1011, 1022):
        assert all(is_allowed_at(limiter, monkeypatch, second * 1000) for _ in range(30))
    assert all(is_allowed_at(limiter, monkeypatch, 1_033_000) for _ in range(10))
    assert not is_allowed_at(limiter, monkeypatch, 1_059_999)
    assert all(is_allowed_at(limiter, monkeypatch, 1_060_001) for _ in range(30))
    assert not is_allowed_at(limiter, monkeypatch, 1_070_999)
    assert is_allowed_at(limiter, monkeypatch, 1_071_001)


def test_queue_full_names_the_number_of_waiting_requests() -> None:
    limiter = RateLimiter(Rate(1, 1500))
    limiter.acquire("CIFR", 0.0)
    with ThreadPoolExecutor(3) as pool:
        waits = [pool.submit(limiter.acquire, "CIFR", 0.8) for _ in range(3)]
        wait_until(lambda: limiter.waiting == 3)
        errors = [wait.exception() for wait in waits]
    assert all(isinstance(error, QueueFull) for error in errors)
    assert max(error.waiting for error in errors if isinstance(error, QueueFull)) == 3
    assert limiter.waiting == 0
    assert str(QueueFull("CIFR", 3)) == "CIFR: 3 requests are waiting for Yahoo Finance, so try again in a minute"


def test_waiting_request_gets_its_turn() -> None:
    limiter = RateLimiter(Rate(1, 200))
    limiter.acquire("CIFR", 0.0)
    limiter.acquire("CIFR", 30.0)
    assert limiter.waiting == 0


def test_processes_that_share_a_store_share_the_limit(store_address: str) -> None:
    """Two stores at one address are what two processes have."""
    stores, rates = (Store(store_address), Store(store_address)), (Rate(3, Duration.MINUTE),)
    waits = [note_request(stores[number % 2].database, rates) for number in range(3)]
    assert waits == [0.0, 0.0, 0.0]
    assert all(55.0 < note_request(store.database, rates) <= 60.0 for store in stores)
    for store in stores:
        store.close()


def test_a_clock_that_was_set_back_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter(Rate(1, Duration.MINUTE))
    assert is_allowed_at(limiter, monkeypatch, 1_000_000_000)
    assert is_allowed_at(limiter, monkeypatch, 500_000_000)
    assert not is_allowed_at(limiter, monkeypatch, 500_001_000)


def test_requests_of_more_than_a_minute_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter()
    for minute in range(1, 6):
        assert all(is_allowed_at(limiter, monkeypatch, minute * 61_000) for _ in range(20))
    assert get_store().database.read(lambda connection: len(connection.execute(select(REQUESTS)).all())) == 20
