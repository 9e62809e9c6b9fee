"""Measurements are kept by symbol and key, and only the newest few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from market.store.measurements import KEPT_PER_SYMBOL
from market.store.store import Store
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

NOON = datetime(2025, 11, 24, 12, tzinfo=UTC)


def test_measurement_is_kept_by_symbol_and_key(store: Store) -> None:
    store.save_measurement("CIFR", "a", "1")
    store.save_measurement("CIFR", "a", "2")
    store.save_measurement("CLSK", "a", "3")
    assert store.measurement("CIFR", "a") == "2"
    assert store.measurement("CLSK", "a") == "3"
    assert store.measurement("CIFR", "b") is None


def test_only_the_newest_of_a_symbol_are_kept(store: Store) -> None:
    for number in range(KEPT_PER_SYMBOL + 2):
        with time_machine.travel(NOON + timedelta(minutes=number), tick=False):
            store.save_measurement("CIFR", f"key {number}", "x")
    kept = [number for number in range(KEPT_PER_SYMBOL + 2) if store.measurement("CIFR", f"key {number}")]
    assert kept == list(range(2, KEPT_PER_SYMBOL + 2))
