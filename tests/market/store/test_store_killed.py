"""Killed at any moment, the store opens, holds whole days only, and has all that was acknowledged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from market.store.store import Store
from tests.support.paths import ROOT
from tests.support.store_writer import bars, own_target

KILLS, NEW_STORES = 100, 25  # the first ones hit a store that is being made


class Writer:
    """The program of tests/support/store_writer.py, and what it acknowledged so far."""

    def __init__(self, address: Path) -> None:
        command = [sys.executable, "-m", "tests.support.store_writer", str(address)]
        self._program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.done: dict[str, set[int]] = {"bars": set(), "watchlist": set(), "own target": set()}
        self.next = 1

    def is_killed(self, after_writes: int, after_seconds: float) -> None:
        """One process more that writes, killed so long after so many of its writes."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"go {self.next}\n")
        self._program.stdin.flush()
        said = self._said()
        child = next(said)[1]
        for _ in range(after_writes):
            self._acknowledge(*next(said))
        time.sleep(after_seconds)
        os.kill(child, signal.SIGKILL)
        for what, number in said:
            if what == "died":
                break
            self._acknowledge(what, number)
        self.next += after_writes + 50  # what was written without being acknowledged is not written again

    def begins_anew(self, folder: Path) -> None:
        for each in folder.glob("levels.db*"):
            each.unlink()
        self.done = {what: set() for what in self.done}

    def end(self) -> None:
        self._program.communicate()

    def _said(self) -> Iterator[tuple[str, int]]:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            what, _, number = line.strip().rpartition(" ")
            yield what, int(number)

    def _acknowledge(self, what: str, number: int) -> None:
        self.done[what].add(number)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "levels.db")
    yield writer
    writer.end()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork, and has no SIGKILL")
def test_killed_a_hundred_times(writer: Writer, tmp_path: Path) -> None:
    chance = random.Random()
    print("seed", seed := chance.getrandbits(32))
    chance.seed(seed)
    for kill in range(KILLS):
        if kill < NEW_STORES:
            writer.begins_anew(tmp_path)
        writer.is_killed(chance.randrange(7), chance.random() * 0.02)
        store = Store(str(tmp_path / "levels.db"))
        assert store.notice is None
        _has_all(store, writer)
        store.close()
    assert len(writer.done["own target"]) > (KILLS - NEW_STORES) / 2


def _has_all(store: Store, writer: Writer) -> None:
    assert {f"list {number}" for number in writer.done["watchlist"]} <= {
        watchlist.name for watchlist in store.watchlists()
    }
    assert {own_target(number) for number in writer.done["own target"]} <= set(store.own_targets())
    history = store.history("CIFR")
    if history is None:
        assert not writer.done["bars"]
        return
    number = int(history.bars["close"].iloc[-1])
    assert number >= max(writer.done["bars"], default=0)
    pd.testing.assert_frame_equal(history.bars, bars(number), check_freq=False)
