"""A store whose process is killed at any moment opens again, whole, with all that was acknowledged."""

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
from tests.support.store_writer import numbered_bars, numbered_target


class Writer:
    """Runs tests/support/store_writer.py, and records which writes it has acknowledged."""

    def __init__(self, address: Path) -> None:
        command = [sys.executable, "-m", "tests.support.store_writer", str(address)]
        self._program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.acknowledged: dict[str, set[int]] = {"bars": set(), "watchlist": set(), "own target": set()}
        self._next_number = 1

    def start_and_kill(self, after_writes: int, after_seconds: float) -> None:
        """Start one more writing process, and kill it `after_seconds` after it has acknowledged `after_writes`."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"start {self._next_number}\n")
        self._program.stdin.flush()
        reports = self._read_reports()
        child = next(reports)[1]
        for _ in range(after_writes):
            self._acknowledge(*next(reports))
        time.sleep(after_seconds)
        os.kill(child, signal.SIGKILL)
        for event, number in reports:
            if event == "ended":
                break
            self._acknowledge(event, number)
        self._next_number += after_writes + 50  # skips the numbers that were written and not acknowledged

    def start_over(self, folder: Path) -> None:
        """Delete the store, and forget what was acknowledged."""
        for file in folder.glob("levels.db*"):
            file.unlink()
        self.acknowledged = {kind: set() for kind in self.acknowledged}

    def end(self) -> None:
        self._program.communicate()

    def _read_reports(self) -> Iterator[tuple[str, int]]:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            event, _, number = line.strip().rpartition(" ")
            yield event, int(number)

    def _acknowledge(self, kind: str, number: int) -> None:
        self.acknowledged[kind].add(number)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "levels.db")
    yield writer
    writer.end()


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has neither fork nor SIGKILL")
@pytest.mark.parametrize("kills", [25, pytest.param(100, marks=pytest.mark.soak)])
def test_store_keeps_all_acknowledged_writes_when_killed(writer: Writer, tmp_path: Path, kills: int) -> None:
    """A fifth of the kills hit a store that is just being created."""
    chance = random.Random()
    print("seed", seed := chance.getrandbits(32))
    chance.seed(seed)
    for kill in range(kills):
        if kill < kills // 5:
            writer.start_over(tmp_path)
        writer.start_and_kill(chance.randrange(7), chance.random() * 0.02)
        store = Store(str(tmp_path / "levels.db"))
        assert store.notice is None
        assert_holds_acknowledged_writes(store, writer)
        store.close()
    assert len(writer.acknowledged["own target"]) > (kills - kills // 5) / 2


def assert_holds_acknowledged_writes(store: Store, writer: Writer) -> None:
    written_names = {f"list {number}" for number in writer.acknowledged["watchlist"]}
    assert written_names <= {watchlist.name for watchlist in store.watchlists()}
    assert {numbered_target(number) for number in writer.acknowledged["own target"]} <= set(store.own_targets())
    history = store.history("CIFR")
    if history is None:
        assert not writer.acknowledged["bars"]
        return
    number = int(history.bars["close"].iloc[-1])
    assert number >= max(writer.acknowledged["bars"], default=0)
    pd.testing.assert_frame_equal(history.bars, numbered_bars(number), check_freq=False, check_exact=True)
