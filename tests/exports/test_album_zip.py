"""Tests of the album as a ZIP."""

from __future__ import annotations

import io
from zipfile import ZipFile

from exports.album_zip import AlbumZip
from tests.support.album_pages import PNG, ParsedPage, fake_picture
from tickers.batch import FailedTicker


def test_the_zip_contains_every_picture_and_the_page(cifr):
    album = AlbumZip()
    for result in (fake_picture(cifr), fake_picture(cifr, "CLSK"), FailedTicker("X", "X: no such symbol")):
        album.add(result)
    album.close()
    with ZipFile(io.BytesIO(album.content())) as archive:
        assert archive.testzip() is None
        names = ["CIFR_levels_2025-11-24.png", "CLSK_levels_2025-11-24.png", "index.html"]
        assert archive.namelist() == names
        assert archive.read(names[0]) == PNG
        page = ParsedPage(archive.read("index.html").decode())
    assert set(names[:2]) <= set(page.addresses) and "X: no such symbol" in page.text
