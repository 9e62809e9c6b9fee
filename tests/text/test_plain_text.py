"""What comes from outside is shown on one line, wherever it is shown."""

from __future__ import annotations

import pytest

from market.errors import BadSymbol
from text.escape import escape_markdown, escape_plotly, table_cell
from text.plain_text import to_one_line


@pytest.mark.parametrize("text", ["JP\tMorgan", "JP\nMorgan", "JP \r\n Morgan", "\u202eJP\u00a0Morgan\u200b"])
def test_words_stay_apart_on_charts_on_pages_in_tables_and_in_errors(text: str) -> None:
    assert (escape_plotly(text), escape_markdown(text), table_cell(text)) == ("JP Morgan",) * 3
    assert str(BadSymbol(text)).startswith("'JP Morgan' cannot be a ticker")


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    assert to_one_line("Robert W. Baird", 11) == "Robert W.…"
    assert to_one_line("Robert W. Baird", 15) == to_one_line("Robert W. Baird") == "Robert W. Baird"
