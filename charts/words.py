"""Text for Plotly, which reads a few tags, entities and dollar signs as markup."""

from __future__ import annotations

import html
import unicodedata

SOURCES = {"yahoo": "Yahoo Finance", "sample": "Constructed sample, not market prices"}


def plain(text: str, limit: int = 60) -> str:
    """Outside text as Plotly shall show it: to the letter, on one line, at most `limit` characters.

    Tags and `$` are escaped; control and bidirectional marks are dropped, since they reorder
    their neighbours' text.
    """
    shown = "".join(each for each in text[: 4 * limit] if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co"))
    shown = " ".join(shown.split())
    if len(shown) > limit:
        shown = shown[: limit - 1].rstrip() + "…"
    return html.escape(shown, quote=False).replace("$", "&#36;")


def source(key: str) -> str:
    return SOURCES.get(key, key)
