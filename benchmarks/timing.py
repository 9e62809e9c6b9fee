"""How long a call takes on a machine that does other things too."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time


def seconds(call: Callable[[], object], times: int) -> float:
    """Processor time of the fastest of `times` calls, after one that does not count: the rest is the machine's."""
    call()
    return min(_once(call) for _ in range(times))


def _once(call: Callable[[], object]) -> float:
    start = process_time()
    call()
    return process_time() - start


def report(what: str, figure: str, met: bool | None = None) -> bool:
    """Prints one line, «met» or «MISSED» behind a figure that has a goal; returns whether it holds."""
    verdict = {True: "  met", False: "  MISSED", None: ""}[met]
    print(f"{what:<66}{figure:>12}{verdict}")
    return met is not False
