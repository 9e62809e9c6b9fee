"""Tests of the album as a folder: a stopped run resumes with the tickers that are missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from exports.album_folder import JOURNAL, AlbumFolder
from exports.atomic_files import ABANDONED_AFTER_SECONDS
from tests.support.album_pages import PNG, ParsedPage, fake_picture
from tests.support.paths import ROOT

LATEST = {"as_of": "the latest"}


def parsed_page(folder: Path) -> ParsedPage:
    return ParsedPage((folder / "index.html").read_text(encoding="utf-8"))


def test_notices_are_shown_beside_their_picture_also_after_a_resume(tmp_path, cifr):
    picture = replace(fake_picture(cifr), notices=("Prices of 3 hours ago <b>",))
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as first:
        first.add(picture)
    with AlbumFolder(tmp_path, ["CIFR"], LATEST, resume=True) as second:
        assert second.missing == ()
    assert "Prices of 3 hours ago <b>" in parsed_page(tmp_path).text


def test_a_resumed_run_makes_only_the_missing_pictures(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST) as first:
        first.add(fake_picture(cifr))
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST, resume=True) as second:
        assert second.missing == ("CLSK",)
        assert [entry.document for entry in second.finished] == [cifr]
        second.add(fake_picture(cifr, "CLSK"))
    assert parsed_page(tmp_path).tags.count("img") == 2


@pytest.mark.parametrize(
    "damage",
    (
        lambda folder: (folder / "CIFR_levels_2025-11-24.png").unlink(),
        lambda folder: (folder / JOURNAL).write_text("{torn", encoding="utf-8"),
        lambda folder: (folder / JOURNAL).write_text('["x"]\n3\n\x00', encoding="utf-8"),
        lambda folder: (folder / JOURNAL).unlink(),
    ),
    ids=("no picture", "torn journal", "invalid journal", "no journal"),
)
def test_pictures_without_file_or_journal_line_are_made_again(tmp_path, cifr, damage):
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as first:
        first.add(fake_picture(cifr))
    damage(tmp_path)
    assert AlbumFolder(tmp_path, ["CIFR"], LATEST, resume=True).missing == ("CIFR",)


def test_pictures_of_another_purpose_are_made_again(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as first:
        first.add(fake_picture(cifr))
    assert AlbumFolder(tmp_path, ["CIFR"], {"as_of": "2025-11-20"}, resume=True).missing == ("CIFR",)


def test_a_journal_cannot_name_files_outside_the_folder(tmp_path, cifr):
    (tmp_path / "secret.png").write_bytes(PNG)
    album = tmp_path / "album"
    album.mkdir()
    row = {"symbol": "CIFR", "file": "../secret.png", "purpose": LATEST, "document": cifr, "notices": []}
    (album / JOURNAL).write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert AlbumFolder(album, ["CIFR"], LATEST, resume=True).missing == ("CIFR",)


def test_a_torn_journal_line_costs_only_its_ticker(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST) as first:
        first.add(fake_picture(cifr))
        first.add(fake_picture(cifr, "CLSK"))
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-40])
    assert AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST, resume=True).missing == ("CLSK",)


def pictures_on(folder: Path) -> list[str]:
    addresses = parsed_page(folder).addresses
    return [file for file in dict.fromkeys(addresses) if file.endswith(".png")]


def test_two_exports_into_one_folder_in_turn_are_both_on_its_page(tmp_path, cifr):
    for symbol in ("CIFR", "CLSK"):
        with AlbumFolder(tmp_path, [symbol], LATEST) as album:
            album.add(fake_picture(cifr, symbol))
    assert pictures_on(tmp_path) == ["CLSK_levels_2025-11-24.png", "CIFR_levels_2025-11-24.png"]


def test_two_exports_into_one_folder_at_once_are_both_on_its_page(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR"], LATEST) as one, AlbumFolder(tmp_path, ["CLSK"], LATEST) as other:
        other.add(fake_picture(cifr, "CLSK"))
        one.add(fake_picture(cifr))
    assert sorted(pictures_on(tmp_path)) == ["CIFR_levels_2025-11-24.png", "CLSK_levels_2025-11-24.png"]


def test_picture_that_was_deleted_or_made_anew_is_on_the_page_as_it_is_there(tmp_path, cifr):
    with AlbumFolder(tmp_path, ["CIFR", "CLSK"], LATEST) as first:
        first.add(fake_picture(cifr))
        first.add(fake_picture(cifr, "CLSK"))
    (tmp_path / "CLSK_levels_2025-11-24.png").unlink()
    with AlbumFolder(tmp_path, ["CIFR"], {"theme": "dark"}) as second:
        second.add(replace(fake_picture(cifr), notices=("Drawn again",)))
    assert pictures_on(tmp_path) == ["CIFR_levels_2025-11-24.png"]
    assert "Drawn again" in parsed_page(tmp_path).text
    assert AlbumFolder(tmp_path, ["CIFR"], LATEST, resume=True).missing == ("CIFR",)


def test_journal_that_nobody_writes_any_more_is_shortened(tmp_path, cifr):
    for _ in range(3):
        with AlbumFolder(tmp_path, ["CIFR"], LATEST) as album:
            album.add(fake_picture(cifr))
    journal = tmp_path / JOURNAL
    assert len([line for line in journal.read_text(encoding="ascii").splitlines() if line]) == 3
    long_ago = journal.stat().st_mtime - 2 * ABANDONED_AFTER_SECONDS
    os.utime(journal, (long_ago, long_ago))
    assert AlbumFolder(tmp_path, ["CIFR"], LATEST, resume=True).missing == ()
    assert len([line for line in journal.read_text(encoding="ascii").splitlines() if line]) == 1


APPENDER = """
import sys
from pathlib import Path
from exports.atomic_files import append_at_once
for _ in range(200):
    append_at_once(Path(sys.argv[1]), sys.argv[2].encode() * 20_000 + b"\\n")
"""


@pytest.mark.slow
def test_lines_that_two_processes_append_do_not_mix(tmp_path):
    command = [sys.executable, "-c", APPENDER, str(tmp_path / "journal")]
    processes = [subprocess.Popen([*command, letter], cwd=ROOT) for letter in "ab"]
    assert [process.wait() for process in processes] == [0, 0]
    lines = (tmp_path / "journal").read_text(encoding="ascii").splitlines()
    assert sorted(map(len, lines)) == [20_000] * 400
    assert all(len(set(line)) == 1 for line in lines)
