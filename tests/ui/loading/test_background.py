"""Work in a background thread: it ends with the session that holds it, and its faults reach the page."""

from __future__ import annotations

import threading
import time

from ui.loading.background import Background


def test_work_ends_with_the_session_that_holds_it():
    begun = threading.Event()
    ended = threading.Event()

    def endless():
        try:
            while True:
                begun.set()
                time.sleep(0.01)
                yield 1
        finally:
            ended.set()

    work = Background(endless(), 10)
    assert begun.wait(5) and not work.over
    del work
    assert ended.wait(5)


def test_a_fault_is_kept_for_the_page():
    def broken():
        yield 1
        raise ZeroDivisionError

    taken: list[int] = []
    work = Background(broken(), 2, taken.append)
    assert work.wait(5)
    assert taken == [1] and work.done == 1 and isinstance(work.fault, ZeroDivisionError)
