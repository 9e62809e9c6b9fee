"""Outside text on a page is shown to the letter and never run."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.escape import escape_markdown, table_cell

UNSEEN = ("Cc", "Cf", "Cs", "Co")


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
def test_markup_is_shown_as_it_was_written(text):
    assert not re.search(r"(?<!\\)[<\[\]$`*_~:#&|]", escape_markdown(text).replace("\\\\", ""))
    assert re.sub(r"\\(.)", r"\1", escape_markdown(text)) == text


@given(st.text(max_size=300))
def test_literal_text_is_one_line_without_hidden_marks_and_reads_the_same(text):
    shown = escape_markdown(text, 80)
    seen = re.sub(r"\\(.)", r"\1", shown)
    assert len(seen) <= 80
    assert not any(unicodedata.category(row) in UNSEEN for row in shown)
    kept = "".join(each for each in text if each.isspace() or unicodedata.category(each) not in UNSEEN)
    whole = " ".join(kept.split())
    assert seen == whole if len(whole) <= 80 and len(text) <= 320 else seen.endswith("…") or len(text) > 320


@given(st.text(st.sampled_from("=+-@'\t\r\n＝ ab\u202e\u200d"), max_size=12))
def test_no_cell_begins_like_a_formula(text):
    shown = table_cell(text)
    assert not re.match(r"\s*[=+\-@＝]", shown)
    assert "\u202e" not in shown and "\n" not in shown and "\t" not in shown


def test_a_missing_cell_stays_missing():
    assert table_cell(None) is None and table_cell("  a\tb ") == "a b"
