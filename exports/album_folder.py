"""An album as a folder: pictures, the page that shows them, and a journal by which a run goes on where it stopped."""

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
from tickers.batch import FailedTicker

JOURNAL = "levels.jsonl"


class LooseFiles:
    """Pictures in this folder, nothing beside them."""

    page: Path | None = None
    there: tuple[Entry, ...] = ()

    def __init__(self, symbols: Sequence[str]) -> None:
        self.missing = tuple(symbols)

    def __enter__(self) -> LooseFiles:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do."""

    def keep(self, picture: Picture) -> Entry:
        """Puts the picture here."""
        write_atomically(Path(picture.file), picture.png)
        return Entry.of(picture)

    def miss(self, failed: FailedTicker) -> None:
        """No page tells of it."""


class AlbumFolder:
    """The folder of one run over `symbols`, whose `page` is written when its block is left, however that is left.

    `purpose` says what the run makes: of an earlier run's pictures those made for the same are `there` when it is
    resumed, the other tickers are `missing`. Each picture is there whole or not at all, and in the journal only
    once it is there. Raises `OSError` where the folder cannot be written.
    """

    def __init__(self, folder: Path, symbols: Sequence[str], purpose: Mapping[str, str], resume: bool = False) -> None:
        self._folder = folder
        self._purpose = dict(purpose)
        self._failures: list[FailedTicker] = []
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        finished = dict(self._finished()) if resume else {}
        self._entries = {symbol: finished[symbol] for symbol in symbols if symbol in finished}
        self.page = folder / INDEX
        self.there = tuple(self._entries.values())
        self.missing = tuple(symbol for symbol in symbols if symbol not in self._entries)
        write_atomically(folder / JOURNAL, "".join(starmap(self._line, self._entries.items())).encode("ascii"))

    def __enter__(self) -> AlbumFolder:
        return self

    def __exit__(self, *_: object) -> None:
        page = render_gallery(tuple(self._entries.values()), self._failures)
        write_atomically(self.page, page.encode("utf-8"))

    def keep(self, picture: Picture) -> Entry:
        """Puts the picture into the folder, then its line into the journal."""
        write_atomically(self._folder / picture.file, picture.png)
        entry = self._entries[picture.symbol] = Entry.of(picture)
        with (self._folder / JOURNAL).open("a", encoding="ascii") as journal:
            journal.write(self._line(picture.symbol, entry))
        return entry

    def miss(self, failed: FailedTicker) -> None:
        """The page will name it and its reason."""
        self._failures.append(failed)

    def _line(self, symbol: str, entry: Entry) -> str:
        row = {"symbol": symbol, "purpose": self._purpose} | asdict(entry)
        return json.dumps(row, ensure_ascii=True) + "\n"

    def _finished(self) -> Iterator[tuple[str, Entry]]:
        """What an earlier run of the same purpose made; a line that it was killed in does not count."""
        journal = self._folder / JOURNAL
        if not journal.exists():
            return
        for line in journal.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                symbol, file, document, purpose = (row[key] for key in ("symbol", "file", "document", "purpose"))
                notices = tuple(map(str, row["notices"]))
                ladder = tuple(LadderRow(**cells) for cells in row["ladder"])
            except (ValueError, TypeError, KeyError):
                continue
            inside = Path(file).name == file
            if purpose == self._purpose and inside and (self._folder / file).is_file():
                yield symbol, Entry(file, document, ladder, notices)
