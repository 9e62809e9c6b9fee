"""Stand-ins for an album's pictures, and its page as a browser would read it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from exports.album import Picture
from indicators.ladder import LadderRow

PNG = b"\x89PNG\r\n\x1a\n not a real one"


def fake_picture(document: dict[str, Any], symbol: str = "CIFR", rows: tuple[LadderRow, ...] = ()) -> Picture:
    """Return a picture of `symbol` with the figures of `document`, whose PNG is none."""
    return Picture(symbol, f"{symbol}_levels_2025-11-24.png", PNG, document | {"symbol": symbol}, rows)


class ParsedPage(HTMLParser):
    """The elements of a page, the addresses it loads or links to, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data
