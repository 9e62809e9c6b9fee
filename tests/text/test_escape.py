"""Text from outside is shown exactly as it is, on one line, and never interpreted."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.escape import escape_markdown, escape_plotly, table_cell

INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co")


def is_invisible(character):
    return unicodedata.category(character) in INVISIBLE_CATEGORIES


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        r"$\LaTeX$",
        "**b** _i_ `c` ~~s~~",
        ":red[x] :rocket: :material/home:",
        "# heading",
        "&lt;b&gt;",
        "a | b",
    ],
)
def test_markdown_markup_is_shown_as_it_was_written(text):
    assert not re.search(r"(?<!\\)[<\[\]$`*_~:#&|]", escape_markdown(text).replace("\\\\", ""))
    assert re.sub(r"\\(.)", r"\1", escape_markdown(text)) == text


@given(st.text(max_size=300))
def test_markdown_is_one_line_without_invisible_characters_and_reads_the_same(text):
    escaped = escape_markdown(text, 80)
    shown = re.sub(r"\\(.)", r"\1", escaped)
    assert len(shown) <= 80
    assert not any(is_invisible(character) for character in escaped)
    visible = "".join(character for character in text if character.isspace() or not is_invisible(character))
    whole = " ".join(visible.split())
    assert shown == whole if len(whole) <= 80 and len(text) <= 320 else shown.endswith("…") or len(text) > 320


@given(st.text(st.sampled_from("=+-@'\t\r\n＝ ab\u202e\u200d"), max_size=12))
def test_no_table_cell_begins_like_a_formula(text):
    cell = table_cell(text)
    assert not re.match(r"\s*[=+\-@＝]", cell)
    assert "\u202e" not in cell and "\n" not in cell and "\t" not in cell


def test_missing_table_cell_stays_missing():
    assert table_cell(None) is None and table_cell("  a\tb ") == "a b"


@pytest.mark.parametrize("text", ["JP\tMorgan", "JP\nMorgan", "JP \r\n Morgan", "\u202eJP\u00a0Morgan\u200b"])
@pytest.mark.parametrize("escape", [escape_plotly, escape_markdown, table_cell])
def test_words_on_several_lines_stay_apart_on_one(text, escape):
    assert escape(text) == "JP Morgan"
