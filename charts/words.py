"""Text for Plotly, which reads a few tags, entities and dollar signs as markup."""

from __future__ import annotations

import html

from indicators import notation
from market.one_line import one_line

SOURCES = {"yahoo": "Yahoo Finance", "sample": "Constructed sample, not market prices"}


def plain(text: str, limit: int = 60) -> str:
    """Outside text as Plotly shall show it: to the letter, on one line, at most `limit` characters.

    Tags and `$` are escaped.
    """
    return html.escape(one_line(text, limit), quote=False).replace("$", "&#36;")


def affixes(currency: str) -> tuple[str, str]:
    """What stands before and after a figure of an axis, with the blank that parts the two."""
    before, after = notation.affixes(currency)
    return plain(before) + " " * before.endswith(" "), " " * after.startswith(" ") + plain(after)


def source(key: str) -> str:
    """Where prices come from, as a picture prints it."""
    return SOURCES.get(key, key)
