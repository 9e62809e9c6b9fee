"""Run one function over many arguments in a pool, with only a few results waiting at any time.

`Executor.map` and `as_completed` submit everything at once and keep every result until it is taken, which fills the
memory when there are thousands of charts. Here, work is submitted only as results are taken. The pool stays open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


def open_processes(count: int | None = None) -> ProcessPoolExecutor:
    """Return a pool of so many processes, by default one a core; close it when the work is done."""
    # A forked worker would share the locks of the parent's threads and its connection to the store
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def map_in_order(
    work: Callable[[Argument], Result], arguments: Iterable[Argument], pool: Executor, ahead: int
) -> Iterator[Result]:
    """Yield `work` of each argument, in their order; at most `ahead` are running or waiting to be taken.

    Raises what `work` raises.
    """
    pending: deque[Future[Result]] = deque()
    try:
        for argument in arguments:
            pending.append(pool.submit(work, argument))
            if len(pending) >= ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


def map_as_completed(
    work: Callable[[Argument], Result], arguments: Iterable[Argument], pool: Executor, ahead: int
) -> Iterator[Result]:
    """Do the same in the order of completion, so that a slow one delays no other."""
    pending: set[Future[Result]] = set()
    try:
        for argument in arguments:
            pending.add(pool.submit(work, argument))
            if len(pending) >= ahead:
                yield from _take_completed(pending)
        while pending:
            yield from _take_completed(pending)
    finally:
        for future in pending:
            future.cancel()


def _take_completed(pending: set[Future[Result]]) -> list[Result]:
    """Wait for at least one result and remove all completed ones from `pending`."""
    done, _ = wait(pending, return_when=FIRST_COMPLETED)
    pending -= done
    return [future.result() for future in done]
