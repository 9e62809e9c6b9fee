"""The last visit is the one before the current one, however often a page notes the current one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from market.store.store import Store
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]


def let_pass(store: Store, seconds: float) -> None:
    """Move what was noted so far into the past."""
    moved = "UPDATE levels_visits SET seen_at = seen_at - :seconds, previous_visit = previous_visit - :seconds"
    store.database.write(lambda connection: connection.execute(text(moved), {"seconds": seconds}))


def test_first_visit_has_none_before_it(store: Store) -> None:
    assert store.last_visit("ann") is None
    store.note_visit("ann")
    assert store.last_visit("ann") is None


def test_last_visit_ended_when_the_person_was_last_seen(store: Store) -> None:
    store.note_visit("ann")
    let_pass(store, 1200)
    store.note_visit("ann")
    let_pass(store, 7200)
    store.note_visit("ann")
    ended = store.last_visit("ann")
    assert ended is not None
    assert ended.tzinfo is UTC
    assert (datetime.now(UTC) - ended).total_seconds() == pytest.approx(7200, abs=60)
    let_pass(store, 600)
    store.note_visit("ann")
    again = store.last_visit("ann")
    assert again is not None
    assert (ended - again).total_seconds() == pytest.approx(600, abs=1)


def test_each_person_has_visits_of_their_own(store: Store) -> None:
    store.note_visit("ann")
    let_pass(store, 7200)
    store.note_visit("ann")
    store.note_visit()
    assert store.last_visit("ann") is not None
    assert store.last_visit("bob") is None
    assert store.last_visit() is None
