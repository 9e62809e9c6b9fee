"""Outside text inside Streamlit's markdown and tables, to the letter."""

from __future__ import annotations

import re
import unicodedata

from market.own_targets import defused

UNSEEN = ("Cc", "Cf", "Cs", "Co")
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@/])")


def literal(text: str, limit: int = 120) -> str:
    """`text` as markdown that shows exactly it, on one line: no link, no HTML, no LaTeX, no emoji code.

    Control and bidirectional marks are dropped, since they reorder the text around them.
    """
    shown = _one_line(text[: 4 * limit])
    if len(shown) > limit:
        shown = shown[: limit - 1].rstrip() + "…"
    return MARKUP.sub(r"\\\1", shown)


def cell(text: str | None) -> str | None:
    """`text` in a table: on one line, and no formula in the CSV that a table's own button saves."""
    return None if text is None else defused(_one_line(text))


def _one_line(text: str) -> str:
    # A tab or a line end parts words, and is a control mark too
    shown = "".join(each for each in text if each.isspace() or unicodedata.category(each) not in UNSEEN)
    return " ".join(shown.split())
