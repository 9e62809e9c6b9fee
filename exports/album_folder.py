"""An album as a folder: pictures, the page that shows them, and a journal that lets a stopped run resume."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from exports.album import Picture
from exports.atomic_files import append_at_once, is_abandoned, remove_abandoned, write_atomically
from exports.gallery import INDEX, Entry, render_gallery
from indicators.ladder import LadderRow
from text.numbers import PriceFormat
from tickers.batch import FailedTicker

JOURNAL = "levels.jsonl"


class LooseFiles:
    """Pictures in the working directory, without page or journal."""

    page: Path | None = None
    finished: tuple[Entry, ...] = ()

    def __init__(self, symbols: Sequence[str]) -> None:
        self.missing = tuple(symbols)

    def __enter__(self) -> LooseFiles:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: there is no page to write."""

    def add(self, picture: Picture) -> Entry:
        """Write the picture."""
        write_atomically(Path(picture.file), picture.png)
        return Entry.of(picture)

    def add_failure(self, failed: FailedTicker) -> None:
        """Do nothing: there is no page to list it on."""


@dataclass(frozen=True)
class _Recorded:
    """A picture that the journal records, of any run, and what it was made for."""

    symbol: str
    purpose: dict[str, str]
    entry: Entry

    def line(self) -> bytes:
        """Return its line of the journal, with a break before it: the line above may have been torn by a kill."""
        row = {"symbol": self.symbol, "purpose": self.purpose} | asdict(self.entry)
        return f"\n{json.dumps(row, ensure_ascii=True)}\n".encode("ascii")


class AlbumFolder:
    """The folder of one run over `symbols`; its `page` is written when the `with` block ends, also by an exception.

    The page shows every picture that is in the folder then, those of this run first: others may export into the same
    folder, before or at the same time. `purpose` says what the pictures are made for. A resumed run takes over the
    earlier pictures of the same purpose as `finished`; the other tickers are `missing`. Pictures are written
    atomically, and recorded in the journal afterwards. Raises `OSError` if the folder cannot be written.
    """

    def __init__(self, folder: Path, symbols: Sequence[str], purpose: Mapping[str, str], resume: bool = False) -> None:
        self._journal = folder / JOURNAL
        self._folder = folder
        self._purpose = dict(purpose)
        self._failures: list[FailedTicker] = []
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        recorded = self._read_journal()
        self._shorten_journal(recorded)
        of_purpose = (picture for picture in recorded if picture.purpose == self._purpose)
        earlier = {picture.symbol: picture.entry for picture in of_purpose} if resume else {}
        self._entries = {symbol: earlier[symbol] for symbol in symbols if symbol in earlier}
        self.page = folder / INDEX
        self.finished = tuple(self._entries.values())
        self.missing = tuple(symbol for symbol in symbols if symbol not in self._entries)

    def __enter__(self) -> AlbumFolder:
        return self

    def __exit__(self, *_: object) -> None:
        recorded, shown = self._read_journal(), None
        while shown != recorded:  # another run may have added a picture, and written its page, meanwhile
            self._write_page(recorded)
            recorded, shown = self._read_journal(), recorded

    def _write_page(self, recorded: Sequence[_Recorded]) -> None:
        ours = {entry.file: entry for entry in self._entries.values()}
        all_there = {picture.entry.file: picture.entry for picture in recorded}
        page = render_gallery(tuple((ours | all_there).values()), self._failures)
        write_atomically(self.page, page.encode("utf-8"))

    def add(self, picture: Picture) -> Entry:
        """Write the picture to the folder, then its line to the journal."""
        write_atomically(self._folder / picture.file, picture.png)
        entry = self._entries[picture.symbol] = Entry.of(picture)
        append_at_once(self._journal, _Recorded(picture.symbol, self._purpose, entry).line())
        return entry

    def add_failure(self, failed: FailedTicker) -> None:
        """List the ticker and its reason on the page."""
        self._failures.append(failed)

    def _shorten_journal(self, recorded: Sequence[_Recorded]) -> None:
        """Leave out of a journal what is not there any more, unless another run may be writing it."""
        if self._journal.exists() and is_abandoned(self._journal):
            write_atomically(self._journal, b"".join(picture.line() for picture in recorded))

    def _read_journal(self) -> tuple[_Recorded, ...]:
        """Return the pictures that are there, each as it was last recorded; skip broken lines."""
        if not self._journal.exists():
            return ()
        by_file: dict[str, _Recorded] = {}
        for line in self._journal.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                symbol, file, document, purpose = (row[key] for key in ("symbol", "file", "document", "purpose"))
                notices = tuple(map(str, row["notices"]))
                ladder = tuple(LadderRow(**cells) for cells in row["ladder"])
                written = PriceFormat(**row["price_format"])
            except (ValueError, TypeError, KeyError):
                continue
            if Path(file).name == file and (self._folder / file).is_file():
                by_file[file] = _Recorded(symbol, purpose, Entry(file, document, ladder, notices, written))
        return tuple(by_file.values())
