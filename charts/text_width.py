"""How much room words take, and how they are fitted into the room there is."""

from __future__ import annotations

# Advance widths of Arial, and of Liberation Sans which has the same, in 1/1000 em. Other letters take the common ones.
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
BOLD_WIDTH_FACTOR = 1.08  # how much wider the bold cut runs


def text_width(text: str, size: float, bold: bool = False) -> float:
    """About how many pixels `text` takes at `size` pixels, in a sans-serif as wide as Arial."""
    width = sum(_CHARACTER_WIDTHS.get(each, _DEFAULT_WIDTH if ord(each) < 0x2E80 else 1000) for each in text) / 1000.0
    return width * size * (BOLD_WIDTH_FACTOR if bold else 1.0)


def elide(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it takes more than `room` pixels."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + "…", size, bold) > room:
        text = text[:-1].rstrip(" ,.&")
    return text + "…"


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """`text` in lines of at most `room` pixels, broken between words; a word that is longer has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
