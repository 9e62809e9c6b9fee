"""Atomic writing of files: a file exists complete or not at all."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

ABANDONED_AFTER_SECONDS = 3600.0  # no picture takes an hour to write: its writer was killed
MAX_NAME_CHARACTERS = 60  # of the final name in the temporary one, to stay within file systems' limits


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path`; readers, and a power failure, see the old file or the new one, never a part."""
    with atomic_file(path) as file:
        file.write(content)


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that is renamed to `path` if the block succeeds, and deleted if it raises.

    It is in the same folder, since a rename is atomic only within a file system.
    """
    temporary = path.with_name(f".{path.name[:MAX_NAME_CHARACTERS]}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def append_at_once(path: Path, content: bytes) -> None:
    """Append `content` in one write, so that what several processes append does not mix."""
    file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o666)
    try:
        os.write(file, content)
    finally:
        os.close(file)


def remove_abandoned(folder: Path) -> None:
    """Delete temporary files whose writer was killed."""
    for temporary in folder.glob(".*.part"):
        with suppress(FileNotFoundError):  # another process has renamed or deleted it meanwhile
            if is_abandoned(temporary):
                temporary.unlink(missing_ok=True)


def is_abandoned(file: Path) -> bool:
    """Return whether no process that is still running can be writing the file."""
    return time.time() - file.stat().st_mtime > ABANDONED_AFTER_SECONDS
