"""Tests of the album as a folder: a stopped run resumes with the tickers that are missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from exports.album_folder import JOURNAL, AlbumFolder
from tests.support.album_pages import PNG, ParsedPage, fake_picture

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
