"""Garbage is found even if it was alive at the last collection of everything, and packages are searched rarely."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.loading.garbage import collect_everything, return_memory


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc keeps free memory for the process")
def test_free_memory_is_returned_to_the_system() -> None:
    def resident_pages() -> int:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])

    blocks = [bytearray(50_000) for _ in range(2_000)]  # each too small to be mapped by itself
    kept = blocks[1::50]  # which keep the heap from shrinking at its end
    full = resident_pages()
    del blocks
    return_memory()
    assert len(kept) == 40
    assert resident_pages() < full - 10_000  # of 4 kB, of the 24,000 that were taken
