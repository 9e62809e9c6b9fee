"""Pauses grow with each failure, are never shorter than a Retry-After, and hold for all who share the store."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from market.store.schema import BACKOFFS
from market.store.store import Store
from market.yahoo import pauses
from market.yahoo.pauses import JITTER, MAX_OWN_PAUSE_SECONDS, MAX_PAUSE_SECONDS, pause_seconds
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]


def pass_time(store: Store, seconds: float) -> None:
    """Change the store as if so many seconds had passed."""
    store.database.write(
        lambda connection: connection.execute(update(BACKOFFS).values(until=BACKOFFS.c.until - seconds))
    )


def seconds_left(store: Store, key: str = "Yahoo") -> float:
    pause = pauses.under_way(store.database, [key]).get(key)
    return 0.0 if pause is None else pause.seconds


@given(failures=st.integers(1, 10_000), first=st.floats(1.0, 600.0), retry_after=st.none() | st.floats(0.0, 86400.0))
def test_pause_doubles_up_to_an_hour(failures: int, first: float, retry_after: float | None) -> None:
    seconds = pause_seconds(failures, first, retry_after)
    least = max(min(first * 2.0 ** min(failures - 1, 60), MAX_OWN_PAUSE_SECONDS), retry_after or 0.0)
    assert least <= seconds <= least * (1.0 + JITTER)


def test_pauses_of_many_processes_do_not_end_together() -> None:
    random.seed(1)
    lengths = [pause_seconds(1, 60.0) for _ in range(1000)]
    assert min(lengths) < 61.0
    assert max(lengths) > 74.0
    assert len(set(lengths)) == 1000


def test_each_failure_in_a_row_doubles_the_pause(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    lengths = []
    for _ in range(8):
        pause = pauses.begin(store.database, "Yahoo", "It is limited", 60.0)
        lengths.append(pause.seconds)
        assert 0.0 < seconds_left(store) <= pause.seconds
        pass_time(store, pause.seconds + 1.0)
        assert seconds_left(store) == 0.0
    assert lengths == [60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0]
    pauses.end(store.database, ["Yahoo"])
    assert pauses.begin(store.database, "Yahoo", "It is limited", 60.0).seconds == 60.0


def test_pause_is_at_least_retry_after(store: Store) -> None:
    assert 300.0 <= pauses.begin(store.database, "Yahoo", "It is limited", 60.0, 300.0).seconds <= 300.0 * (1 + JITTER)
    assert seconds_left(store) > 299.0


def test_requests_that_fail_together_count_as_one_failure(store: Store) -> None:
    """Four requests under way meet the same limit: the pause is not eight times as long."""
    for _ in range(4):
        pauses.begin(store.database, "Yahoo", "It is limited", 60.0)
    assert seconds_left(store) <= 60.0 * (1 + JITTER)
    pauses.begin(store.database, "Yahoo", "It is limited", 60.0, 600.0)
    assert seconds_left(store) > 590.0


def test_response_to_an_earlier_request_does_not_end_a_pause(store: Store) -> None:
    pauses.begin(store.database, "Yahoo", "It is limited", 60.0)
    pauses.end_if_over(store.database, "Yahoo")
    assert seconds_left(store) > 0.0
    pass_time(store, 100.0)
    pauses.end_if_over(store.database, "Yahoo")
    assert pauses.begin(store.database, "Yahoo", "It is limited", 60.0).failures == 1


def test_end_forgets_failures_and_lift_keeps_count(store: Store) -> None:
    for _ in range(2):
        pauses.begin(store.database, "CIFR", "It is gone", 60.0)
        pauses.lift(store.database, ["CIFR", "CLSK"])
        assert seconds_left(store, "CIFR") == 0.0
    assert pauses.begin(store.database, "CIFR", "It is gone", 60.0).failures == 3
    pauses.end(store.database, ["CIFR", "CLSK"])
    assert seconds_left(store, "CIFR") == 0.0
    assert pauses.begin(store.database, "CIFR", "It is gone", 60.0).failures == 1


def test_pause_holds_for_all_who_share_the_store(store: Store, store_address: str) -> None:
    other = Store(store_address)
    pauses.begin(other.database, "Yahoo", "It is limited", 60.0)
    pause = pauses.under_way(store.database, ["Yahoo", "CIFR"])["Yahoo"]
    assert (pause.failures, pause.cause) == (1, "It is limited")
    assert 55.0 < pause.seconds <= 75.0
    other.close()


def test_pause_of_one_key_leaves_others_alone(store: Store) -> None:
    pauses.begin(store.database, "CIFR", "It is gone", 3600.0)
    assert seconds_left(store, "CLSK") == 0.0
    assert pauses.under_way(store.database, ["CLSK"]) == {}


def test_pause_set_by_a_wrong_clock_is_ignored(store: Store) -> None:
    pauses.begin(store.database, "Yahoo", "It is limited", 60.0)
    pass_time(store, -MAX_PAUSE_SECONDS)
    assert seconds_left(store) == 0.0
