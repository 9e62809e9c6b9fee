"""Run `python levelboard.py` for tests: in a process of its own, without a network, or in this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import levelboard
from tests.support.dashboard import OFFLINE
from tests.support.paths import ROOT

COMMAND = (sys.executable, str(ROOT / "levelboard.py"))
RUN_TIMEOUT_SECONDS = 120


def run(folder: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run levelboard.py to its end in `folder`, with the store of this test."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **OFFLINE, **environment},
        timeout=RUN_TIMEOUT_SECONDS,
    )


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start levelboard.py in `folder` and kill it at the end of the block.

    Ctrl-C reaches it even where the tests run in the background of a shell, which ignores SIGINT there.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        text=True,
        cwd=folder,
        env={**os.environ, **OFFLINE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        signal.signal(signal.SIGINT, before)
        process.kill()
        process.communicate()


def run_failing(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command that must fail in this process; return its status and what it prints on standard error."""
    status = levelboard.main(list(arguments))
    printed = capsys.readouterr()
    assert printed.out == ""
    return status, printed.err
