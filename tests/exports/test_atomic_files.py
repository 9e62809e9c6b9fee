"""Tests of atomic writing: readers never see a part of a file, whatever happens to its writer."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exports.atomic_files import atomic_file, remove_abandoned, write_atomically
from market.symbols import file_stem


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.png"
    write_atomically(path, b"old")
    with pytest.raises(RuntimeError), atomic_file(path) as file:
        file.write(b"new")
        raise RuntimeError("killed")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_a_partial_file(tmp_path):
    path = tmp_path / "a.png"
    contents = [bytes([value]) * 300_000 for value in (1, 2)]
    write_atomically(path, contents[0])
    read, written = [], []

    def write_alternately() -> None:
        while len(read) < 20 or len(written) < 20:
            write_atomically(path, contents[len(written) % 2])
            written.append(True)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_alternately)
        while not writing.done():
            read.append(path.read_bytes())
        writing.result()
    assert len(read) >= 20 and all(content in contents for content in read)


def test_only_old_temporary_files_are_removed(tmp_path):
    abandoned, fresh = tmp_path / ".a.png.0123.part", tmp_path / ".b.png.4567.part"
    abandoned.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(abandoned, (time.time() - 7200,) * 2)
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == [fresh]


def test_every_symbol_makes_a_safe_and_distinct_file_name(tmp_path: Path):
    symbols = ("^GSPC", "BRK/B", "../x", "CON", "nul.png", "A\\B", "..", "a" * 300, "A:B", "\u202eX", "-rf", "É")
    stems = [file_stem(symbol) for symbol in symbols]
    assert len(set(stems)) == len(symbols)
    for stem in stems:
        path = tmp_path / f"{stem}_levels_2025-11-24.png"
        write_atomically(path, b"PNG")
        assert path.parent == tmp_path and path.is_file()
        assert not set(stem) & set('/\\:*?"<>|') and not stem.startswith((".", "-"))
