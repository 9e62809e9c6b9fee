"""Cleaning text from outside, so that it is one readable line of limited length."""

from __future__ import annotations

import unicodedata

# Unicode categories: control, format (including bidirectional marks, which reorder the text around them), surrogate,
# private use
INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co")
MAX_QUOTED_LENGTH = 40  # characters of a cell that a sentence quotes


def to_one_line(text: str, limit: int | None = None) -> str:
    """Return `text` on one line, without invisible characters and with single spaces.

    Longer than `limit` characters, it is cut and ends in an ellipsis.
    """
    beginning = text if limit is None else text[: 4 * limit]  # keeps a text of megabytes from being read whole
    visible = "".join(
        character
        for character in beginning
        if character.isspace() or unicodedata.category(character) not in INVISIBLE_CATEGORIES
    )
    line = " ".join(visible.split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quote(text: str) -> str:
    """Return text from outside in single quotes, on one line of at most 40 characters, to stand in a sentence."""
    return f"'{to_one_line(text, MAX_QUOTED_LENGTH)}'"
