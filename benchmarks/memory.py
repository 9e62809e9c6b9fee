"""How much memory and CPU time this process and the processes it started use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def memory_mb() -> float:
    """Return the megabytes used by this process and its descendants, shared pages counted once.

    0 where there is no /proc.
    """
    own = Path("/proc/self")
    return sum(map(_proportional_kb, _descendants(int(own.resolve().name)))) / 1024 if own.exists() else 0.0


def cpu_seconds() -> float:
    """Return the CPU time used by this process and by the workers that it has ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _descendants(process: int) -> Iterator[int]:
    """Yield the id of the process and of all that it started, directly or not."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _descendants(int(child))


def _proportional_kb(process: int) -> int:
    """Return the kilobytes of a process, each shared page divided by the number of its users."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
