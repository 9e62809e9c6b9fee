"""What failed is left alone, longer each time, never less than Yahoo asks for, and by all who share the store."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from market.store.schema import BACKOFFS
from market.store.store import Store
from market.yahoo import backoff
from market.yahoo.backoff import LONGEST, LONGEST_LEFT, SPREAD, pause_seconds
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]


def let_pass(store: Store, seconds: float) -> None:
    """As if so many seconds had passed."""
    store.database.write(
        lambda connection: connection.execute(update(BACKOFFS).values(until=BACKOFFS.c.until - seconds))
    )


def left(store: Store, key: str = "Yahoo") -> float:
    pause = backoff.under_way(store.database, [key]).get(key)
    return 0.0 if pause is None else pause.seconds


@given(failures=st.integers(1, 10_000), first=st.floats(1.0, 600.0), asked_for=st.none() | st.floats(0.0, 86400.0))
def test_the_length_of_a_pause(failures: int, first: float, asked_for: float | None) -> None:
    seconds = pause_seconds(failures, first, asked_for)
    least = max(min(first * 2.0 ** min(failures - 1, 60), LONGEST), asked_for or 0.0)
    assert least <= seconds <= least * (1.0 + SPREAD)


def test_pauses_of_several_do_not_end_together() -> None:
    random.seed(1)
    lengths = [pause_seconds(1, 60.0) for _ in range(1000)]
    assert min(lengths) < 61.0
    assert max(lengths) > 74.0
    assert len(set(lengths)) == 1000


def test_each_failure_in_a_row_doubles_the_pause(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    lengths = []
    for _ in range(8):
        pause = backoff.begin(store.database, "Yahoo", "It is limited", 60.0)
        lengths.append(pause.seconds)
        assert 0.0 < left(store) <= pause.seconds
        let_pass(store, pause.seconds + 1.0)
        assert left(store) == 0.0
    assert lengths == [60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0]
    backoff.end(store.database, ["Yahoo"])
    assert backoff.begin(store.database, "Yahoo", "It is limited", 60.0).seconds == 60.0


def test_yahoo_is_given_what_it_asks_for(store: Store) -> None:
    assert 300.0 <= backoff.begin(store.database, "Yahoo", "It is limited", 60.0, 300.0).seconds <= 300.0 * (1 + SPREAD)
    assert left(store) > 299.0


def test_many_that_fail_together_count_once(store: Store) -> None:
    """Four requests under way meet the same limit: the pause is not eight times as long for it."""
    for _ in range(4):
        backoff.begin(store.database, "Yahoo", "It is limited", 60.0)
    assert left(store) <= 60.0 * (1 + SPREAD)
    backoff.begin(store.database, "Yahoo", "It is limited", 60.0, 600.0)
    assert left(store) > 590.0


def test_an_answer_that_was_under_way_does_not_end_a_pause(store: Store) -> None:
    backoff.begin(store.database, "Yahoo", "It is limited", 60.0)
    backoff.end_if_over(store.database, "Yahoo")
    assert left(store) > 0.0
    let_pass(store, 100.0)
    backoff.end_if_over(store.database, "Yahoo")
    assert backoff.begin(store.database, "Yahoo", "It is limited", 60.0).failures == 1


def test_a_pause_can_be_ended_or_lifted(store: Store) -> None:
    """Ended it is forgotten; lifted it is over, and the next failure is one more in a row."""
    for _ in range(2):
        backoff.begin(store.database, "CIFR", "It is gone", 60.0)
        backoff.lift(store.database, ["CIFR", "CLSK"])
        assert left(store, "CIFR") == 0.0
    assert backoff.begin(store.database, "CIFR", "It is gone", 60.0).failures == 3
    backoff.end(store.database, ["CIFR", "CLSK"])
    assert left(store, "CIFR") == 0.0
    assert backoff.begin(store.database, "CIFR", "It is gone", 60.0).failures == 1


def test_all_who_share_the_store_heed_it(store: Store, store_address: str) -> None:
    other = Store(store_address)
    backoff.begin(other.database, "Yahoo", "It is limited", 60.0)
    pause = backoff.under_way(store.database, ["Yahoo", "CIFR"])["Yahoo"]
    assert (pause.failures, pause.cause) == (1, "It is limited")
    assert 55.0 < pause.seconds <= 75.0
    other.close()


def test_keys_are_apart(store: Store) -> None:
    backoff.begin(store.database, "CIFR", "It is gone", 3600.0)
    assert left(store, "CLSK") == 0.0
    assert backoff.under_way(store.database, ["CLSK"]) == {}


def test_a_pause_of_a_wrong_clock_is_none(store: Store) -> None:
    backoff.begin(store.database, "Yahoo", "It is limited", 60.0)
    let_pass(store, -LONGEST_LEFT)
    assert left(store) == 0.0
