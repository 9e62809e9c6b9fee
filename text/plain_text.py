"""Text from outside as it is shown: to the letter, on one line, and no longer than there is room for."""

from __future__ import annotations

import unicodedata

# Control, format (bidirectional marks among them, which reorder their neighbours' text), surrogate, private use
INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co")


def to_one_line(text: str, limit: int | None = None) -> str:
    """`text` without what cannot be seen, its blanks, tabs and line ends one blank each.

    Longer than `limit` characters it is cut, and ends in an ellipsis.
    """
    looked_at = text if limit is None else text[: 4 * limit]
    seen = "".join(
        each for each in looked_at if each.isspace() or unicodedata.category(each) not in INVISIBLE_CATEGORIES
    )
    shown = " ".join(seen.split())
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1].rstrip() + "…"
