"""What comes from outside is shown on one line, wherever it is shown."""

from __future__ import annotations

import pytest

from charts.words import plain
from market.errors import BadSymbol
from market.one_line import one_line
from pages.words import cell, literal


@pytest.mark.parametrize("text", ["JP\tMorgan", "JP\nMorgan", "JP \r\n Morgan", "\u202eJP\u00a0Morgan\u200b"])
def test_words_stay_apart_on_charts_on_pages_in_tables_and_in_errors(text: str) -> None:
    assert (plain(text), literal(text), cell(text)) == ("JP Morgan",) * 3
    assert str(BadSymbol(text)).startswith("«JP Morgan» cannot be a ticker")


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    assert one_line("Robert W. Baird", 11) == "Robert W.…"
    assert one_line("Robert W. Baird", 15) == one_line("Robert W. Baird") == "Robert W. Baird"
