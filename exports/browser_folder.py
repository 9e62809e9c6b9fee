"""The folder of this process's browsers, and the sweeping of those whose process was killed.

A browser keeps a profile of some megabytes in its folder, which nobody deletes when the server is killed.
"""

from __future__ import annotations

import getpass
import os
import shutil
import tempfile
from pathlib import Path

from market.store.lease import is_running


def own_folder() -> Path:
    """Return this process's folder, new or as it is, for its user only; sweep those of processes that are gone."""
    shared = _shared()
    shared.mkdir(mode=0o700, exist_ok=True)
    _sweep(shared)
    own = shared / str(os.getpid())
    own.mkdir(mode=0o700, exist_ok=True)
    return own


def remove_own_folder() -> None:
    """Delete this process's folder, once its browsers are closed."""
    shutil.rmtree(_shared() / str(os.getpid()), ignore_errors=True)


def _shared() -> Path:
    return Path(tempfile.gettempdir()) / f"levelboard-pictures-{getpass.getuser()}"


def _sweep(shared: Path) -> None:
    for folder in shared.iterdir():
        if folder.name.isdecimal() and not is_running(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
