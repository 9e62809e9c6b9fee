"""Text from outside becomes one readable line, wherever it is shown."""

from __future__ import annotations

import pytest

from text.plain_text import to_one_line


@pytest.mark.parametrize("text", ["JP\tMorgan", "JP\nMorgan", "JP \r\n Morgan", "\u202eJP\u00a0Morgan\u200b"])
def test_text_becomes_one_line_without_invisible_characters(text: str) -> None:
    assert to_one_line(text) == "JP Morgan"


def test_text_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert to_one_line("Robert W. Baird", 11) == "Robert W.…"
    assert to_one_line("Robert W. Baird", 15) == to_one_line("Robert W. Baird") == "Robert W. Baird"
