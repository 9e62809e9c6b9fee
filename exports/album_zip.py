"""An album in one file: every picture, and the page that shows them."""

from __future__ import annotations

from tempfile import TemporaryFile
from threading import Lock
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from exports.album import Picture
from exports.gallery import INDEX, Entry, render_gallery
from tickers.batch import FailedTicker


class AlbumZip:
    """A ZIP under way, on the disk and not in memory; its file goes with it.

    Take what comes, `close` once (after all or after a stop), then `content` is a whole ZIP.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (open as long as the ZIP is)
        self._zip = ZipFile(self._file, "w", ZIP_STORED)  # a PNG is compressed already
        self._reading = Lock()
        self._entries: list[Entry] = []
        self.failures: list[FailedTicker] = []

    @property
    def pictures(self) -> int:
        return len(self._entries)

    def take(self, each: Picture | FailedTicker) -> None:
        """A picture goes into the ZIP, a ticker without one on its page."""
        if isinstance(each, FailedTicker):
            self.failures.append(each)
            return
        self._zip.writestr(each.file, each.png)
        self._entries.append(Entry.of(each))

    def close(self) -> None:
        """Adds the page that shows the pictures, and ends the ZIP."""
        self._zip.writestr(INDEX, render_gallery(self._entries, self.failures), ZIP_DEFLATED)
        self._zip.close()

    def content(self) -> bytes:
        """The whole ZIP, after `close`."""
        with self._reading:  # a viewer may click twice
            self._file.seek(0)
            return self._file.read()
