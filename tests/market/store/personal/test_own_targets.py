"""Own targets of several people: private until shared, and never lost to somebody else's change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date

import pytest

from market import PriceTarget
from market.store.store import Store, StoreProblem
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

ANN, BOB = "ann@example.com", "bob@example.com"
TARGET = PriceTarget("CIFR", "JPMorgan", Date(2025, 11, 24), 18.0, source="own")
OTHER = replace(TARGET, firm="Wedbush")


def test_targets_of_a_person_are_theirs_alone_until_they_are_shared(store: Store) -> None:
    store.add_own_targets([TARGET], ANN)
    assert store.own_targets("CIFR", ANN) == (TARGET,)
    assert store.own_targets("CIFR", BOB) == store.own_targets("CIFR") == store.own_targets() == ()
    assert [store.has_private_targets(person) for person in (ANN, BOB, "")] == [True, False, False]
    assert store.delete_own_targets([TARGET], BOB) == 0
    store.share_own_targets("read", ANN)
    assert not store.has_private_targets(ANN)
    assert store.own_targets("CIFR", BOB) == store.own_targets() == (TARGET,)
    assert store.delete_own_targets([TARGET], BOB) == store.delete_own_targets() == 0
    store.share_own_targets("edit", ANN)
    assert store.delete_own_targets([TARGET], BOB) == 1
    assert store.own_targets(person=ANN) == ()


def test_same_target_of_two_people_is_shown_once(store: Store) -> None:
    assert store.add_own_targets([TARGET], ANN) == store.add_own_targets([TARGET], BOB) == 1
    store.share_own_targets("read", BOB)
    assert store.own_targets(person=ANN) == (TARGET,)
    assert store.count_own_targets(ANN) == 1
    store.share_own_targets("private", BOB)
    assert store.own_targets(person=ANN) == (TARGET,)


def test_deleting_what_was_seen_spares_what_others_added_since(store: Store, store_address: str) -> None:
    store.add_own_targets([TARGET])
    of_bob = Store(store_address)
    seen = of_bob.own_targets()
    store.add_own_targets([OTHER])
    assert of_bob.delete_own_targets(seen) == 1
    assert store.own_targets() == (OTHER,)
    of_bob.close()


def test_deleted_target_that_is_imported_again_is_new(store: Store) -> None:
    store.add_own_targets([TARGET, OTHER])
    store.delete_own_targets([TARGET])
    assert store.add_own_targets([TARGET, OTHER]) == 1
    assert store.own_targets() == (OTHER, TARGET)


def test_targets_of_everyone_cannot_be_made_private(store: Store) -> None:
    with pytest.raises(StoreProblem, match="Sign in"):
        store.share_own_targets("private", "")
