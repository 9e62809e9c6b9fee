"""An album as one ZIP file: every picture, and the page that shows them."""

from __future__ import annotations

from tempfile import TemporaryFile
from threading import Lock
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from exports.album import Picture
from exports.gallery import INDEX, Entry, render_gallery
from tickers.batch import FailedTicker


class AlbumZip:
    """A ZIP that is being written, kept on disk instead of in memory; it is deleted together with this object.

    `add` results, `close` once (after the last one or an early stop), then read `content`.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (open for as long as the ZIP is)
        self._zip = ZipFile(self._file, "w", ZIP_STORED)  # PNGs are compressed already
        self._read_lock = Lock()
        self._entries: list[Entry] = []
        self.failures: list[FailedTicker] = []

    @property
    def pictures(self) -> int:
        """The number of pictures added."""
        return len(self._entries)

    def add(self, result: Picture | FailedTicker) -> None:
        """Add a picture to the ZIP, or a failed ticker to its page."""
        if isinstance(result, FailedTicker):
            self.failures.append(result)
            return
        self._zip.writestr(result.file, result.png)
        self._entries.append(Entry.of(result))

    def close(self) -> None:
        """Add the page that shows the pictures, and finish the ZIP."""
        self._zip.writestr(INDEX, render_gallery(self._entries, self.failures), ZIP_DEFLATED)
        self._zip.close()

    def content(self) -> bytes:
        """Return the complete ZIP; call `close` first."""
        with self._read_lock:  # two clicks on the download button read at once
            self._file.seek(0)
            return self._file.read()
