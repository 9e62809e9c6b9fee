"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ABANDONED = 3600.0  # seconds: no picture takes an hour to write, so its writer was killed


def write_atomically(path: Path, content: bytes) -> None:
    """Puts `content` at `path`: whoever looks, or pulls the plug, finds the old file or the new one, never a part."""
    with atomic_file(path) as written:
        written.write(content)


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the name `path` when the block ends well, and is gone when it does not.

    It is written in the same folder, since only there a rename is one step.
    """
    part = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as written:
            yield written
            written.flush()
            os.fsync(written.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def remove_abandoned(folder: Path) -> None:
    """Removes what a writer that was killed left behind."""
    for part in folder.glob(".*.part"):
        if time.time() - part.stat().st_mtime > ABANDONED:
            part.unlink(missing_ok=True)
