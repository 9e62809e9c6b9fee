"""An album as a folder: pictures, the page that shows them, and a journal that lets a stopped run resume."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import starmap
from pathlib import Path

from exports.album import Picture
from exports.atomic_files import remove_abandoned, write_atomically
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


class AlbumFolder:
    """The folder of one run over `symbols`; its `page` is written when the `with` block ends, also by an exception.

    `purpose` says what the pictures are made for. A resumed run takes over the earlier pictures of the same
    purpose as `finished`; the other tickers are `missing`. Pictures are written atomically, and recorded in the
    journal afterwards. Raises `OSError` if the folder cannot be written.
    """

    def __init__(self, folder: Path, symbols: Sequence[str], purpose: Mapping[str, str], resume: bool = False) -> None:
        self._folder = folder
        self._purpose = dict(purpose)
        self._failures: list[FailedTicker] = []
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        earlier = dict(self._read_journal()) if resume else {}
        self._entries = {symbol: earlier[symbol] for symbol in symbols if symbol in earlier}
        self.page = folder / INDEX
        self.finished = tuple(self._entries.values())
        self.missing = tuple(symbol for symbol in symbols if symbol not in self._entries)
        write_atomically(folder / JOURNAL, "".join(starmap(self._journal_line, self._entries.items())).encode("ascii"))

    def __enter__(self) -> AlbumFolder:
        return self

    def __exit__(self, *_: object) -> None:
        page = render_gallery(tuple(self._entries.values()), self._failures)
        write_atomically(self.page, page.encode("utf-8"))

    def add(self, picture: Picture) -> Entry:
        """Write the picture to the folder, then its line to the journal."""
        write_atomically(self._folder / picture.file, picture.png)
        entry = self._entries[picture.symbol] = Entry.of(picture)
        with (self._folder / JOURNAL).open("a", encoding="ascii") as journal:
            journal.write(self._journal_line(picture.symbol, entry))
        return entry

    def add_failure(self, failed: FailedTicker) -> None:
        """List the ticker and its reason on the page."""
        self._failures.append(failed)

    def _journal_line(self, symbol: str, entry: Entry) -> str:
        row = {"symbol": symbol, "purpose": self._purpose} | asdict(entry)
        return json.dumps(row, ensure_ascii=True) + "\n"

    def _read_journal(self) -> Iterator[tuple[str, Entry]]:
        """Yield the pictures of an earlier run of the same purpose that are still there; skip broken lines."""
        journal = self._folder / JOURNAL
        if not journal.exists():
            return
        for line in journal.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                symbol, file, document, purpose = (row[key] for key in ("symbol", "file", "document", "purpose"))
                notices = tuple(map(str, row["notices"]))
                ladder = tuple(LadderRow(**cells) for cells in row["ladder"])
                written = PriceFormat(**row["price_format"])
            except (ValueError, TypeError, KeyError):
                continue
            in_folder = Path(file).name == file
            if purpose == self._purpose and in_folder and (self._folder / file).is_file():
                yield symbol, Entry(file, document, ladder, notices, written)
