"""Work done several at once, and never more of its answers waiting than needed.

`Executor.map` and `as_completed` ask everything at once and keep every answer until it is taken, which for thousands of
charts fills the memory. Here to stop taking is to stop asking. The pool stays open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def map_in_order(
    work: Callable[[Question], Answer], questions: Iterable[Question], pool: Executor, ahead: int
) -> Iterator[Answer]:
    """`work` of each question in the order of the questions; at most `ahead` are under way or waiting to be taken.

    What `work` raises is raised here.
    """
    waiting: deque[Future[Answer]] = deque()
    try:
        for question in questions:
            waiting.append(pool.submit(work, question))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for each in waiting:
            each.cancel()


def map_as_completed(
    work: Callable[[Question], Answer], questions: Iterable[Question], pool: Executor, ahead: int
) -> Iterator[Answer]:
    """The same in the order in which they are done, so that a slow one holds up no other."""
    waiting: set[Future[Answer]] = set()
    try:
        for question in questions:
            waiting.add(pool.submit(work, question))
            if len(waiting) >= ahead:
                yield from _taken(waiting)
        while waiting:
            yield from _taken(waiting)
    finally:
        for each in waiting:
            each.cancel()


def _taken(waiting: set[Future[Answer]]) -> list[Answer]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    waiting -= done
    return [each.result() for each in done]
