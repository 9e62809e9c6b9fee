"""Threads that want the same thing at the same time share one request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class SingleFlight:
    """Runs work once for all threads that ask for the same key meanwhile; all get its result or its exception."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[Any]] = {}

    def once(self, key: Hashable, work: Callable[[], T]) -> T:
        """Return the result of `work`, or of the call under way for the same key."""
        mine: Future[T] = Future()
        with self._lock:
            flight = self._under_way.setdefault(key, mine)
        if flight is not mine:
            return flight.result()
        try:
            mine.set_result(work())
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[key]
        return mine.result()
