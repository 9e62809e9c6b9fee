"""Work done several at once: answers in the order of the questions, and never more of them waiting than needed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def in_order(
    work: Callable[[Question], Answer], questions: Iterable[Question], pool: Executor, ahead: int
) -> Iterator[Answer]:
    """`work` of each question, by the pool's workers; at most `ahead` are under way or waiting to be taken.

    `Executor.map` asks everything at once and keeps every answer until it is taken, which for thousands of
    charts fills the memory. To stop taking is to stop asking. What `work` raises is raised here. The pool stays open.
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
