"""The history says who changed what and when, to those who may see it; what was deleted can be restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as Date

import pytest
from sqlalchemy import text

from market import PriceTarget
from market.store.personal.edits import KEPT_SECONDS
from market.store.store import Store, Watchlist
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

ANN, BOB = "ann@example.com", "bob@example.com"
TARGET = PriceTarget("CIFR", "JPMorgan", Date(2025, 11, 24), 18.0, source="own")


def told(store: Store, person: str = "") -> list[tuple[str, str, str]]:
    """Return who did what to what, newest first."""
    return [(edit.person, edit.subject, edit.what) for edit in store.edits(person)]


def test_history_says_who_did_what_and_when(store: Store) -> None:
    miners = store.watchlists()[0]
    edited = store.edit_watchlist(miners, "Bitcoin", ("CIFR", "CLSK", "IREN", "WULF", "HUT"), ANN)
    store.edit_watchlist(edited, "Bitcoin", tuple(reversed(edited.symbols)), BOB)
    store.add_own_targets([TARGET, replace(TARGET, firm="Wedbush")])
    store.delete_own_targets([TARGET])
    chips = store.create_watchlist("Chips", ())
    store.order_watchlists(chips, miners, BOB)
    assert told(store) == [
        (BOB, "Chips", "moved"),
        ("", "Chips", "created"),
        ("", "1 own target", "deleted"),
        ("", "2 own targets", "imported"),
        (BOB, "Bitcoin", "reordered"),
        (ANN, "Bitcoin", "renamed from Miners, added WULF and HUT and removed MARA and RIOT"),
    ]
    newest = store.edits()[0].at
    assert abs((datetime.now(UTC) - newest).total_seconds()) < 60


def test_history_of_what_is_private_is_private(store: Store) -> None:
    ideas = store.create_watchlist("Ideas", ("WULF",), ANN)
    store.add_own_targets([TARGET], ANN)
    assert told(store, BOB) == told(store) == []
    assert told(store, ANN) == [(ANN, "1 own target", "imported"), (ANN, "Ideas", "created")]
    store.share_watchlist(ideas, "read", ANN)
    store.share_own_targets("edit", ANN)
    assert told(store, BOB) == [
        (ANN, "own targets", "shared to edit"),
        (ANN, "Ideas", "shared to read"),
        (ANN, "1 own target", "imported"),
        (ANN, "Ideas", "created"),
    ]
    store.delete_own_targets([TARGET], BOB)
    assert told(store, ANN)[0] == (BOB, f"1 own target of {ANN}", "deleted")


def test_deleted_list_and_targets_are_restored(store: Store) -> None:
    chips = store.create_watchlist("Chips", ("NVDA",), ANN)
    store.add_own_targets([TARGET], ANN)
    store.delete_watchlist(chips, ANN)
    store.delete_own_targets([TARGET], ANN)
    store.create_watchlist("Chips", ("AMD",), ANN)
    restorable = [edit for edit in store.edits(ANN) if edit.is_restorable]
    assert [edit.action for edit in restorable] == ["deleted"] * 2
    for edit in restorable:
        assert store.restore(edit.token, BOB) == 0
        assert store.restore(edit.token, ANN) == 1
        assert store.restore(edit.token, ANN) == 0
    assert store.watchlists(ANN)[1:] == (Watchlist("Chips 2", ("NVDA",)), Watchlist("Chips", ("AMD",)))
    assert store.own_targets(person=ANN) == (TARGET,)
    assert not any(edit.is_restorable for edit in store.edits(ANN))
    assert told(store, ANN)[:2] == [(ANN, "Chips 2", "restored"), (ANN, "1 own target", "restored")]


def test_what_was_deleted_long_ago_is_forgotten_with_its_history(store: Store) -> None:
    chips = store.create_watchlist("Chips", ("NVDA",))
    store.add_own_targets([TARGET])
    store.delete_watchlist(chips)
    store.delete_own_targets([TARGET])
    deletions = [edit.token for edit in store.edits() if edit.is_restorable]
    ago = text("UPDATE levels_edits SET at = at - :seconds")
    store.database.write(lambda connection: connection.execute(ago, {"seconds": KEPT_SECONDS + 60.0}))
    store.create_watchlist("New", ())
    assert told(store) == [("", "New", "created")]
    assert [store.restore(token) for token in deletions] == [0, 0]
    rows = store.database.read(lambda connection: connection.scalar(text("SELECT count(*) FROM levels_own_targets")))
    assert rows == 0


def test_lists_that_another_process_edited_are_read_again(store: Store, store_address: str) -> None:
    other = Store(store_address)
    assert len(other.watchlists()) == 1
    store.create_watchlist("Chips", ())
    store.add_own_targets([TARGET])
    assert len(other.watchlists()) == 2
    assert other.own_targets("CIFR") == (TARGET,)
    other.close()


@pytest.mark.parametrize("sharing", ["private", "read", "edit"])
def test_sharing_of_targets_is_kept(store: Store, sharing) -> None:
    assert (store.sharing_of_own_targets(ANN), store.sharing_of_own_targets("")) == ("private", "edit")
    store.share_own_targets(sharing, ANN)
    assert store.sharing_of_own_targets(ANN) == sharing
