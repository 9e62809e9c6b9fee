"""A store with one of everything in it, and checks that all of it is there and that the store still works."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as Date

import pandas as pd

from market import PriceHistory, PriceTarget
from market.store.store import Store, Watchlist
from tests.support.generated_bars import walk

OWN_TARGET = PriceTarget("CIFR", "JPMorgan", Date(2025, 11, 24), 18.0, source="own")
CHIPS = Watchlist("Chips", ("NVDA", "AMD"))
ADDED = Watchlist("Added", ("MSTR",))
READ_ONLY_SENTENCE = "Until then, watchlists and own targets are those last read, and cannot be changed."
MEMORY_SENTENCE = "Until then, changes are kept only while Levelboard is running."


def generated_history(symbol: str = "CIFR", sessions: int = 30) -> PriceHistory:
    return PriceHistory(symbol, "Cipher", "USD", walk(sessions), fetched_at=datetime.now(UTC))


def fill(store: Store) -> None:
    store.save_watchlist(CHIPS)
    store.add_own_targets([OWN_TARGET])
    store.save_history(generated_history())
    store.save_targets("CIFR", [OWN_TARGET], Date(2025, 11, 24))


def assert_filled(store: Store) -> None:
    """Check that the store has what `fill` put into it."""
    assert CHIPS in store.watchlists()
    assert OWN_TARGET in store.own_targets()
    assert OWN_TARGET in store.targets("CIFR")
    assert OWN_TARGET in store.first_seen("CIFR")
    found = store.history("CIFR")
    assert found is not None
    pd.testing.assert_frame_equal(found.bars, generated_history().bars, check_freq=False)


def assert_works(store: Store) -> None:
    """Check that everything a user does works, and that what is written can be read back. Adds the list `ADDED`."""
    store.save_watchlist(ADDED)
    store.add_own_targets([replace(OWN_TARGET, firm="Added")])
    assert ADDED in store.watchlists()
    assert replace(OWN_TARGET, firm="Added") in store.own_targets()
    assert_keeps_prices(store)


def assert_keeps_prices(store: Store) -> None:
    """Check that what was fetched can be saved and read back, which memory does for a server that is away too."""
    store.save_history(generated_history("NEW", 12))
    store.save_targets("NEW", [replace(OWN_TARGET, symbol="NEW")], Date(2025, 11, 24))
    found = store.history("NEW")
    assert found is not None
    assert len(found.bars) == 12
    assert len(store.targets("NEW")) == 1


def retry_disk_now(store: Store) -> None:
    """Let the store's next operation try the disk again, as if half a minute had passed."""
    store.database._disk_retry_at = 0.0


def names(store: Store) -> list[str]:
    """Return the names of the store's watchlists, in their order."""
    return [watchlist.name for watchlist in store.watchlists()]
