"""Measure how long a call takes on a busy machine, and print figures beside their goals."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time


def fastest_seconds(call: Callable[[], object], repeats: int) -> float:
    """Return the CPU time of the fastest of `repeats` calls after a warm-up: anything slower is the machine's doing."""
    call()
    return min(_time_once(call) for _ in range(repeats))


def _time_once(call: Callable[[], object]) -> float:
    start = process_time()
    call()
    return process_time() - start


def report(label: str, figure: str, met: bool | None = None) -> bool:
    """Print a figure, with "met" or "MISSED" if it has a goal; return False only if it misses one."""
    verdict = {True: "  met", False: "  MISSED", None: ""}[met]
    print(f"{label:<66}{figure:>12}{verdict}")
    return met is not False
