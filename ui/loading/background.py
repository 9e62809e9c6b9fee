"""Work in a thread that continues while pages are drawn, left and opened again."""

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
    """The state that the thread and the page share."""

    take: Callable[[Result], None] | None
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None


class Background(Generic[Result]):
    """Runs the generator `work` in a thread of its own and passes each result to `take`.

    It ends with `stop()`, and by itself once nothing refers to it any more, as when the viewer's session ends: the
    thread holds the progress, not this object. `total` is how many results there will be.
    """

    def __init__(self, work: Generator[Result], total: int, take: Callable[[Result], None] | None = None) -> None:
        self.total = total
        self._progress = _Progress(take)
        weakref.finalize(self, self._progress.stop.set)
        threading.Thread(target=_run, args=(work, self._progress), name="background", daemon=True).start()

    @property
    def done(self) -> int:
        """Number of results so far."""
        return self._progress.done

    @property
    def stopped(self) -> bool:
        return self._progress.stop.is_set()

    @property
    def over(self) -> bool:
        """Whether the thread has ended: at the end of the work, after a stop, or after a fault."""
        return self._progress.ended.is_set()

    @property
    def fault(self) -> Exception | None:
        """The exception that ended the work early."""
        return self._progress.fault

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the pace so far; None before the first result."""
        if not self.done:
            return None
        return (time.monotonic() - self._progress.started) / self.done * (self.total - self.done)

    def stop(self) -> None:
        self._progress.stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end for at most `seconds`; return whether it came."""
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
    except Exception as error:  # nobody would see it in a thread: the page reports it
        logging.getLogger("levelboard").exception("Background work failed")
        progress.fault = error
    finally:
        progress.ended.set()
