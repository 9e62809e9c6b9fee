"""So many questions a minute and no more; who waits is counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyrate_limiter import MonotonicClock, Rate

from market.yahoo.rate_limit import QueueFull, RateLimiter


def until(holds: Callable[[], bool]) -> None:
    """Waits until `holds()`; the test fails if it never does."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it never came true")


def spent_at(budget: RateLimiter, monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> bool:
    """Whether one more question is within the budget when the clock stands there."""
    monkeypatch.setattr(MonotonicClock, "now", lambda self: milliseconds)
    try:
        budget.spend("CIFR", 0.0)
    except QueueFull:
        return False
    return True


def test_no_ten_seconds_hold_more_than_thirty(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = RateLimiter()
    assert all(spent_at(budget, monkeypatch, 1_000_000) for _ in range(15))
    assert all(spent_at(budget, monkeypatch, 1_009_000) for _ in range(15))
    assert budget.waiting == 0
    assert not spent_at(budget, monkeypatch, 1_009_999)
    assert all(spent_at(budget, monkeypatch, 1_010_001) for _ in range(15))
    assert not spent_at(budget, monkeypatch, 1_018_999)


def test_no_minute_holds_more_than_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that begins with the hour nor any other."""
    budget = RateLimiter()
    for second in (1000, 1011, 1022):
        assert all(spent_at(budget, monkeypatch, second * 1000) for _ in range(30))
    assert all(spent_at(budget, monkeypatch, 1_033_000) for _ in range(10))
    assert not spent_at(budget, monkeypatch, 1_059_999)
    assert all(spent_at(budget, monkeypatch, 1_060_001) for _ in range(30))
    assert not spent_at(budget, monkeypatch, 1_070_999)
    assert spent_at(budget, monkeypatch, 1_071_001)


def test_the_queue_says_how_long_it_is() -> None:
    budget = RateLimiter(Rate(1, 1500))
    budget.spend("CIFR", 0.0)
    with ThreadPoolExecutor(3) as pool:
        waits = [pool.submit(budget.spend, "CIFR", 0.8) for _ in range(3)]
        until(lambda: budget.waiting == 3)
        errors = [wait.exception() for wait in waits]
    assert all(isinstance(error, QueueFull) for error in errors)
    assert max(error.waiting for error in errors if isinstance(error, QueueFull)) == 3
    assert budget.waiting == 0
    assert str(QueueFull("CIFR", 3)) == (
        "CIFR: 3 questions wait for their turn to be put to Yahoo Finance, so try again in a minute"
    )


def test_who_waits_gets_the_turn() -> None:
    budget = RateLimiter(Rate(1, 200))
    budget.spend("CIFR", 0.0)
    budget.spend("CIFR", 30.0)
    assert budget.waiting == 0
