"""Outside text inside Streamlit's markdown, to the letter."""

from __future__ import annotations

import re
import unicodedata

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@/])")


def literal(text: str, limit: int = 120) -> str:
    """`text` as markdown that shows exactly it, on one line: no link, no HTML, no LaTeX, no emoji code.

    Control and bidirectional marks are dropped, since they reorder the text around them.
    """
    shown = "".join(each for each in text[: 4 * limit] if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co"))
    shown = " ".join(shown.split())
    if len(shown) > limit:
        shown = shown[: limit - 1].rstrip() + "…"
    return MARKUP.sub(r"\\\1", shown)
