"""Folders of browsers whose server was killed are swept, and those in use are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports import browser_folder
from tests.support.paths import ROOT


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lend a temporary folder with a short path: a browser's socket in it has at most 107 characters."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def test_a_folder_is_swept_once_its_process_is_gone() -> None:
    own = browser_folder.own_folder()
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    left = own.parent / str(other.pid)
    (left / "profile").mkdir(parents=True)
    assert browser_folder.own_folder() == own and left.exists()
    other.kill()
    other.communicate()
    browser_folder.own_folder()
    assert own.exists() and not left.exists()


def test_the_folder_is_its_users_own_and_removed_at_the_end() -> None:
    own = browser_folder.own_folder()
    assert own.name == str(os.getpid())
    assert own.stat().st_mode & 0o777 == own.parent.stat().st_mode & 0o777 == 0o700
    (own / "profile").mkdir()
    browser_folder.remove_own_folder()
    assert not own.exists()


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="/tmp and its limit on paths are Linux's")
def test_a_killed_process_leaves_a_profile_that_the_next_one_sweeps(browser: Path, short_folder: Path) -> None:
    draw = (
        "import plotly.graph_objects as go; from exports.png import render_png; render_png(go.Figure());"
        "print('drawn', flush=True); input()"
    )
    environment = {**os.environ, "TMPDIR": str(short_folder)}
    server = subprocess.Popen(
        [sys.executable, "-c", draw],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None and server.stdout.readline() == "drawn\n"
    server.kill()
    server.communicate()
    (shared,) = short_folder.glob("levelboard-pictures-*")
    left = shared / str(server.pid)
    assert any(left.iterdir())
    for _ in range(100):  # its browser needs a moment to notice, and writes meanwhile
        browser_folder.own_folder()
        if not left.exists():
            return
        time.sleep(0.2)
    raise AssertionError(f"{left} is still there")
