"""Estimates of text width in pixels, and text cut or wrapped to a width."""

from __future__ import annotations

# Advance widths of Arial, and of Liberation Sans which has the same, in 1/1000 em. Other characters get the default.
_CHARACTER_WIDTHS = {
    **dict.fromkeys("ijl.,:;'|!/ ’·", 278),
    **dict.fromkeys("ftrI-()", 333),
    **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("+−<>=–", 584),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM%…▲▼W↑↓", 944),
}
_DEFAULT_WIDTH = 556
_WIDE_WIDTH = 1000  # East Asian scripts and emoji
_FIRST_WIDE_CODE_POINT = 0x2E80
BOLD_WIDTH_FACTOR = 1.08


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return about how many pixels `text` takes at a font size of `size` pixels, in a sans-serif as wide as Arial."""
    thousandths = sum(_character_width(character) for character in text)
    return thousandths / 1000.0 * size * (BOLD_WIDTH_FACTOR if bold else 1.0)


def _character_width(character: str) -> int:
    default = _DEFAULT_WIDTH if ord(character) < _FIRST_WIDE_CODE_POINT else _WIDE_WIDTH
    return _CHARACTER_WIDTHS.get(character, default)


def elide(text: str, max_width: float, size: float, bold: bool = False) -> str:
    """Return `text`, cut with an ellipsis if it is wider than `max_width` pixels."""
    if text_width(text, size, bold) <= max_width:
        return text
    while text and text_width(text + "…", size, bold) > max_width:
        text = text[:-1].rstrip(" ,.&")
    return text + "…"


def wrap(text: str, max_width: float, size: float, bold: bool = False) -> list[str]:
    """Return `text` in lines of at most `max_width` pixels; a word that is wider gets a line of its own."""
    lines: list[str] = []
    for word in text.split():
        extended = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(extended, size, bold) <= max_width:
            lines[-1] = extended
        else:
            lines.append(word)
    return lines
