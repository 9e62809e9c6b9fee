"""Writes into a store without end and says each time what is done, to be killed: run as a program by its test.

For each line «go NUMBER» on standard input a new process is forked that prints its id and then writes; «died» says that
it is no more. What is written is numbered on from NUMBER, so that the test knows what must be there.
"""

from __future__ import annotations

import os
import sys
from datetime import date as Date

import pandas as pd

from market import PriceHistory, PriceTarget
from market.store.store import Store, Watchlist

DAYS = pd.bdate_range("2000-01-03", periods=3000, name="date")


def bars(number: int) -> pd.DataFrame:
    """Sessions whose every figure is `number`: 1,000 or more, another count each time."""
    count = 1000 + number % 2000
    return pd.DataFrame(float(number), index=DAYS[:count], columns=["open", "high", "low", "close", "volume"])


def own_target(number: int) -> PriceTarget:
    return PriceTarget("CIFR", f"Firm {number}", Date(2025, 11, 24), float(number), source="own")


def _write(address: str, number: int) -> None:
    store = Store(address)
    assert store.notice is None, store.notice
    while True:
        store.save_history(PriceHistory("CIFR", "Cipher", "USD", bars(number)))
        _say("bars", number)
        store.save_watchlist(Watchlist(f"list {number}", (f"S{number}",)))
        _say("watchlist", number)
        store.add_own_targets([own_target(number)])
        _say("own target", number)
        number += 1


def _say(what: str, number: int) -> None:
    os.write(1, f"{what} {number}\n".encode())


def main() -> None:
    address = sys.argv[1]
    for line in sys.stdin:
        number = int(line.split()[1])
        child = os.fork()
        if child == 0:
            _say("writing", os.getpid())
            _write(address, number)
        os.waitpid(child, 0)
        _say("died", child)


if __name__ == "__main__":
    main()
