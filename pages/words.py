"""Outside text inside Streamlit's markdown and tables, to the letter."""

from __future__ import annotations

import re

from market.one_line import one_line
from market.own_targets import defused

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@/])")


def literal(text: str, limit: int = 120) -> str:
    """`text` as markdown that shows exactly it, on one line: no link, no HTML, no LaTeX, no emoji code."""
    return MARKUP.sub(r"\\\1", one_line(text, limit))


def source(key: str) -> str:
    """Where prices come from, within a sentence."""
    return "constructed sample" if key == "sample" else "Yahoo Finance"


def cell(text: str | None) -> str | None:
    """`text` in a table: on one line, and no formula in the CSV that a table's own button saves."""
    return None if text is None else defused(one_line(text))
