"""Lists of several people at once: an edit is made on the version that it was begun with, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from market.store.store import EditConflict, Store, StoreProblem, Watchlist
from tests.market.store.test_schema import OLD_DUMP, load_dump
from tests.support.filled_store import retry_disk_now
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

ANN, BOB = "ann@example.com", "bob@example.com"


def test_two_editors_who_add_different_tickers_both_find_theirs(store: Store, store_address: str) -> None:
    of_bob = Store(store_address)
    seen = store.watchlists()[0]
    store.edit_watchlist(seen, "Miners", (*seen.symbols, "WULF"), ANN)
    saved = of_bob.edit_watchlist(seen, "Miners", ("HUT", *seen.symbols), BOB)
    assert saved.symbols == ("HUT", "CIFR", "CLSK", "IREN", "MARA", "RIOT", "WULF")
    assert store.watchlists() == of_bob.watchlists() == (saved,)
    of_bob.close()


def test_nine_editors_at_once_all_find_their_ticker(store_address: str) -> None:
    stores = [Store(store_address) for _ in range(9)]
    seen = stores[0].watchlists()[0]
    barrier = Barrier(9)

    def add(number: int) -> None:
        barrier.wait()
        stores[number].edit_watchlist(seen, "Miners", (*seen.symbols, f"NEW{number}"), f"person {number}")

    with ThreadPoolExecutor(9) as threads:
        list(threads.map(add, range(9)))
    for opened in stores:
        assert set(opened.watchlists()[0].symbols) == {*seen.symbols, *(f"NEW{number}" for number in range(9))}
        opened.close()


def test_edits_that_cannot_be_merged_are_a_conflict_with_both_texts(store: Store) -> None:
    seen = store.watchlists()[0]
    store.edit_watchlist(seen, "Bitcoin", tuple(reversed(seen.symbols)), ANN)
    with pytest.raises(EditConflict, match=f'"Miners" was changed meanwhile by {ANN}: here is both') as raised:
        store.edit_watchlist(seen, "Miners of bitcoin", seen.symbols, BOB)
    theirs = raised.value.theirs
    assert theirs == Watchlist("Bitcoin", tuple(reversed(seen.symbols)))
    assert store.watchlists() == (theirs,)
    saved = store.edit_watchlist(theirs, "Miners of bitcoin", seen.symbols, BOB)
    assert store.watchlists() == (saved,) == (Watchlist("Miners of bitcoin", seen.symbols),)


def test_deleted_list_is_a_conflict_and_an_edited_one_is_not_deleted(store: Store) -> None:
    first, second = store.watchlists()[0], store.create_watchlist("Chips", ("NVDA",))
    store.edit_watchlist(second, "Chips", ("NVDA", "AMD"), ANN)
    with pytest.raises(EditConflict, match="changed meanwhile"):
        store.delete_watchlist(second, BOB)
    assert store.watchlists()[1].symbols == ("NVDA", "AMD")
    store.delete_watchlist(first, ANN)
    with pytest.raises(EditConflict, match=f"deleted meanwhile by {ANN}") as raised:
        store.edit_watchlist(first, "Miners", ("CIFR",), BOB)
    assert raised.value.theirs is None


def test_saving_again_what_was_saved_already_changes_nothing(store: Store) -> None:
    """As after an answer that got lost: the server has the edit, and the editor does not know."""
    seen = store.watchlists()[0]
    for _ in range(2):
        store.edit_watchlist(seen, "Miners", ("CIFR",), ANN)
    assert store.watchlists() == (Watchlist("Miners", ("CIFR",)),)
    assert [edit.action for edit in store.edits()] == ["edited"]


def test_two_people_who_move_lists_do_not_undo_each_other(store: Store) -> None:
    lists = [store.create_watchlist(name, ()) for name in "ABC"]
    a, b, c = lists
    store.order_watchlists(c, b, ANN)
    store.order_watchlists(b, a, BOB)  # seen as A B C
    store.order_watchlists(c, b, BOB)  # done by Ann already
    assert [watchlist.name for watchlist in store.watchlists()] == ["Miners", "C", "B", "A"]


def test_list_of_a_person_is_theirs_alone_until_it_is_shared(store: Store) -> None:
    mine = store.create_watchlist("Ideas", ("WULF",), ANN)
    assert Watchlist("Ideas", ("WULF",)) in store.watchlists(ANN)
    for other in (BOB, ""):
        assert [watchlist.name for watchlist in store.watchlists(other)] == ["Miners"]
        with pytest.raises(StoreProblem, match="deleted meanwhile"):
            store.edit_watchlist(mine, "Taken", (), other)
        with pytest.raises(StoreProblem):
            store.delete_watchlist(mine, other)
        with pytest.raises(StoreProblem, match="Only the owner"):
            store.share_watchlist(mine, "edit", other)
    store.share_watchlist(mine, "read", ANN)
    seen = store.watchlists(BOB)[1]
    assert seen == mine
    assert not seen.may_be_edited_by(BOB)
    with pytest.raises(StoreProblem, match=f"belongs to {ANN}, who shares it to read"):
        store.edit_watchlist(seen, "Ideas", ("HUT",), BOB)
    with pytest.raises(StoreProblem, match="shares it to read"):
        store.delete_watchlist(seen, BOB)
    store.share_watchlist(mine, "edit", ANN)
    store.edit_watchlist(store.watchlists(BOB)[1], "Ideas", ("WULF", "HUT"), BOB)
    assert store.watchlists(ANN)[1].symbols == ("WULF", "HUT")
    store.share_watchlist(mine, "private", ANN)
    assert len(store.watchlists(BOB)) == 1


def test_each_person_may_have_a_list_of_the_same_name(store: Store) -> None:
    for person in (ANN, BOB):
        store.create_watchlist("Ideas", (), person)
        with pytest.raises(StoreProblem, match="already a watchlist"):
            store.create_watchlist("Ideas", (), person)


def test_person_who_deletes_the_last_list_gets_the_default_one(store: Store) -> None:
    store.delete_watchlist(store.watchlists(ANN)[0], ANN)
    (default,) = store.watchlists(ANN)
    assert (default.name, default.owner) == ("Miners", ANN)
    (shipped,) = store.watchlists(BOB)
    saved = store.edit_watchlist(shipped, "Mine", ("NVDA",), BOB)
    assert store.watchlists(BOB) == (saved,)
    assert store.watchlists(ANN) == (default,)


def test_edit_of_the_shipped_list_while_a_file_cannot_be_read_spares_the_list_that_is_on_it(tmp_path: Path) -> None:
    """A list that was migrated has never been edited since, and must not pass for the shipped one."""
    path = tmp_path / "levels.db"
    load_dump(OLD_DUMP.replace('"CIFR", "CLSK", "IREN", "MARA", "RIOT"', '"NVDA", "AMD"'), str(path))
    hidden = path.rename(tmp_path / "hidden.db")
    path.mkdir()  # so that it cannot be opened
    store = Store(str(path))
    shipped = store.watchlists()[0]
    store.edit_watchlist(shipped, "Miners", (*shipped.symbols, "WULF"))
    path.rmdir()
    hidden.rename(path)
    retry_disk_now(store)
    assert store.watchlists()[0] == Watchlist("Miners", ("NVDA", "AMD", "WULF"))
    store.close()
