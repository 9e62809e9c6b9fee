"""Outside text made safe for markdown, for Plotly and for spreadsheets: shown to the letter, and never run."""

from __future__ import annotations

import html
import re

from text.plain_text import to_one_line

MARKDOWN_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@/])")
# What a spreadsheet takes for a formula, with the apostrophes that may already stand before it
FORMULA_START = re.compile(r"'*[\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")


def escape_markdown(text: str, limit: int = 120) -> str:
    """Return `text` as markdown that shows exactly it, on one line: no link, no HTML, no LaTeX, no emoji code."""
    return MARKDOWN_MARKUP.sub(r"\\\1", to_one_line(text, limit))


def escape_plotly(text: str, limit: int = 60) -> str:
    """Return `text` as Plotly shows it to the letter, on one line, at most `limit` characters.

    Plotly reads a few tags, entities and dollar signs as markup: tags and `$` are escaped.
    """
    return html.escape(to_one_line(text, limit), quote=False).replace("$", "&#36;")


def escape_formula(text: str) -> str:
    """Return `text` as a cell that no spreadsheet runs: with an apostrophe in front where it begins like a formula."""
    return f"'{text}" if FORMULA_START.match(text) else text


def table_cell(text: str | None) -> str | None:
    """Return `text` for a table: on one line, and no formula in the CSV that a table's own button saves."""
    return None if text is None else escape_formula(to_one_line(text))
