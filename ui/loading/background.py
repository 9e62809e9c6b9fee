"""Work that goes on while the page is drawn, shown, left and looked at again."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass
class _Progress(Generic[Result]):
    """What the thread and the page share."""

    take: Callable[[Result], None] | None
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None


class Background(Generic[Result]):
    """Takes everything out of `work` in a thread of its own and gives each result to `take`.

    Stopped by `stop`, and by itself once nobody holds it any more, as when the viewer's session ends: the thread
    knows the progress, not this object.
    """

    def __init__(self, work: Generator[Result], total: int, take: Callable[[Result], None] | None = None) -> None:
        self.total = total
        self._progress = _Progress(take)
        weakref.finalize(self, self._progress.stop.set)
        threading.Thread(target=_run, args=(work, self._progress), name="background", daemon=True).start()

    @property
    def done(self) -> int:
        """How many results were taken."""
        return self._progress.done

    @property
    def stopped(self) -> bool:
        return self._progress.stop.is_set()

    @property
    def over(self) -> bool:
        """Nothing more will come: all was taken, or what was under way at a stop or a fault has come to its end."""
        return self._progress.ended.is_set()

    @property
    def fault(self) -> Exception | None:
        """What ended the work before its time."""
        return self._progress.fault

    @property
    def seconds_left(self) -> float | None:
        """By the pace so far; None before there is one."""
        if not self.done:
            return None
        return (time.monotonic() - self._progress.started) / self.done * (self.total - self.done)

    def stop(self) -> None:
        self._progress.stop.set()

    def wait(self, seconds: float) -> bool:
        """Waits for the end, at most so long; whether it came."""
        return self._progress.ended.wait(seconds)


def _run(work: Generator[Result], progress: _Progress[Result]) -> None:
    try:
        with closing(work):
            for result in work:
                if progress.stop.is_set():
                    break
                if progress.take is not None:
                    progress.take(result)
                progress.done += 1
    except Exception as error:  # in a thread nobody would see it: the page shows it
        logging.getLogger("levelboard").exception("Background work failed")
        progress.fault = error
    finally:
        progress.ended.set()
