"""Tests of parallel mapping: order, look-ahead, and a slow item that does not delay the others."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tickers.parallel import map_as_completed, map_in_order


def test_results_are_in_the_order_of_the_items():
    def slow_first(number: int) -> int:
        time.sleep(0.02 if number % 4 == 0 else 0.0)
        return number

    assert list(map_in_order(slow_first, range(40), ThreadPoolExecutor(4), ahead=6)) == list(range(40))


def test_work_stays_only_a_few_items_ahead_of_its_reader():
    started = []
    results = map_in_order(started.append, range(1000), ThreadPoolExecutor(2), ahead=5)
    for _ in range(10):
        next(results)
    results.close()
    time.sleep(0.05)
    assert len(started) <= 15


def test_a_slow_item_does_not_delay_the_others():
    release = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            release.wait(20)
        return number

    results = map_as_completed(work, range(20), ThreadPoolExecutor(2), ahead=3)
    assert sorted(next(results) for _ in range(19)) == list(range(1, 20))
    release.set()
    assert list(results) == [0]
