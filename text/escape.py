"""Escaping of text from outside for Markdown, Plotly and spreadsheets: shown as it is, and never interpreted."""

from __future__ import annotations

import html
import re

from text.plain_text import to_one_line

MARKDOWN_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@/])")
# The beginnings that a spreadsheet takes for a formula, after any apostrophes that escape them already
FORMULA_START = re.compile(r"'*[\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")


def escape_markdown(text: str, limit: int = 120) -> str:
    """Return `text` on one line, escaped so that Markdown shows exactly it: no link, HTML, LaTeX or emoji code.

    It is cut after `limit` characters, not counting the escapes.
    """
    return MARKDOWN_MARKUP.sub(r"\\\1", to_one_line(text, limit))


def escape_plotly(text: str, limit: int = 60) -> str:
    """Return `text` on one line, escaped so that Plotly shows exactly it, cut after `limit` characters.

    Plotly interprets a few HTML tags, entities, and dollar signs as LaTeX.
    """
    return html.escape(to_one_line(text, limit), quote=False).replace("$", "&#36;")


def escape_formula(text: str) -> str:
    """Return `text` as a cell that no spreadsheet runs: with an apostrophe in front if it begins like a formula."""
    return f"'{text}" if FORMULA_START.match(text) else text


def table_cell(text: str | None) -> str | None:
    """Return `text` for a table's cell: on one line, and not a formula in the CSV that the table's button saves."""
    return None if text is None else escape_formula(to_one_line(text))
