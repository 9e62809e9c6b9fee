"""A program that writes to a store without end and reports each completed write, to be killed by its test.

For each line "start NUMBER" on standard input it forks a process that prints "started PID" and then writes; when that
process ends it prints "ended PID". What is written is numbered from NUMBER, so that the test knows what must be there.
"""

from __future__ import annotations

import os
import sys
from datetime import date as Date

import pandas as pd

from market import PriceHistory, PriceTarget
from market.store.store import Store, Watchlist

DAYS = pd.bdate_range("2000-01-03", periods=1500, name="date")


def numbered_bars(number: int) -> pd.DataFrame:
    """Return bars whose every figure is `number`: 1,000 sessions or more, another count for the next number."""
    count = 1000 + number % 500
    return pd.DataFrame(float(number), index=DAYS[:count], columns=["open", "high", "low", "close", "volume"])


def numbered_target(number: int) -> PriceTarget:
    return PriceTarget("CIFR", f"Firm {number}", Date(2025, 11, 24), float(number), source="own")


def main() -> None:
    address = sys.argv[1]
    for line in sys.stdin:
        number = int(line.split()[1])
        child = os.fork()
        if child == 0:
            _report("started", os.getpid())
            _write_forever(address, number)
        os.waitpid(child, 0)
        _report("ended", child)


def _write_forever(address: str, number: int) -> None:
    store = Store(address)
    assert store.notice is None, store.notice
    while True:
        store.save_history(PriceHistory("CIFR", "Cipher", "USD", numbered_bars(number)))
        _report("bars", number)
        store.save_watchlist(Watchlist(f"list {number}", (f"S{number}",)))
        _report("watchlist", number)
        store.add_own_targets([numbered_target(number)])
        _report("own target", number)
        number += 1


def _report(event: str, number: int) -> None:
    """Write the line in one call: Python's buffer would be lost with the process, or copied to its child."""
    os.write(1, f"{event} {number}\n".encode())


if __name__ == "__main__":
    main()
