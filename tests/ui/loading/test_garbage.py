"""Garbage is found even if it was alive at the last collection of everything, and packages are searched rarely."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from ui.loading.garbage import collect_everything


class Session:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_stays_is_searched_only_with_everything() -> None:
    collect_everything()
    assert len(gc.get_objects()) < 0.1 * gc.get_freeze_count()


def test_a_session_that_was_open_at_one_collection_is_gone_after_the_next() -> None:
    session = Session()
    closed = weakref.ref(session)
    collect_everything()
    del session
    gc.collect()
    assert closed() is not None  # why everything has to be searched now and then
    collect_everything()
    assert closed() is None
