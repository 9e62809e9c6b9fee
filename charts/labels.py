"""Labels that never cover one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def spread(wanted: ArrayLike, gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Positions nearest to the wanted ones (least squares) that stand at least `gap` apart within [low, high].

    With y sorted and z_i = y_i - i gap, the answer is the isotonic regression of z, clipped,
    put back: pool adjacent violators (https://en.wikipedia.org/wiki/Isotonic_regression).
    Where they cannot all fit, the gap shrinks until they do. Order of the input is kept.
    """
    wanted = np.asarray(wanted, dtype=float)
    if wanted.size == 0:
        return wanted
    gap = min(gap, (high - low) / max(wanted.size - 1, 1))
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(wanted.size)
    free = _isotonic(wanted[order] - steps)
    placed = np.empty_like(wanted)
    placed[order] = np.clip(free, low, high - steps[-1]) + steps
    return placed


def _isotonic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The non-decreasing sequence nearest to `values`: each run that falls is replaced by its mean."""
    means: list[float] = []
    sizes: list[int] = []
    for value in values:
        means.append(float(value))
        sizes.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            total = sizes[-2] + sizes[-1]
            means[-2] = (means[-2] * sizes[-2] + means[-1] * sizes[-1]) / total
            sizes[-2] = total
            means.pop()
            sizes.pop()
    return np.repeat(means, sizes)


# Advance widths of Arial, and of Liberation Sans which has the same, in 1/1000 em. Other letters take the common ones.
_WIDTHS = {
    **dict.fromkeys("ijl.,:;'|!/ ’·", 278),
    **dict.fromkeys("ftrI-()", 333),
    **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("+−<>=–", 584),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM%…▲▼W↑↓", 944),
}
_COMMON = 556
BOLD = 1.08  # how much wider the bold cut runs


def text_width(text: str, size: float, bold: bool = False) -> float:
    """About how many pixels `text` takes at `size` pixels, in a sans-serif as wide as Arial."""
    width = sum(_WIDTHS.get(each, _COMMON if ord(each) < 0x2E80 else 1000) for each in text) / 1000.0
    return width * size * (BOLD if bold else 1.0)


def elided(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it takes more than `room` pixels."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + "…", size, bold) > room:
        text = text[:-1].rstrip(" ,.&")
    return text + "…"


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """`text` in lines of at most `room` pixels, broken between words; a word that is longer has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
