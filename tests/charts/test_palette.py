"""Tests of the palettes: texts and lines are legible, and colors differ for the color-blind too."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from charts.palette import PALETTES, Palette

MIN_TEXT_CONTRAST, MIN_LINE_CONTRAST = 4.5, 3.0  # WCAG 2.2, level AA: success criteria 1.4.3 and 1.4.11
MIN_DIFFERENCE = 10.0  # in CIELAB, where 2.3 is just noticeable

# What is seen, from linear red, green and blue: Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), severity 1.0
SEEN = {
    "all colors": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# From linear sRGB to XYZ under D65, as shares of the white point (IEC 61966-2-1)
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear_rgb(color: str) -> np.ndarray:
    rgb = np.array([int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def relative_luminance(color: str) -> float:
    return float(linear_rgb(color) @ (0.2126, 0.7152, 0.0722))


def cielab(linear: np.ndarray) -> np.ndarray:
    shares = TO_XYZ @ np.clip(linear, 0.0, 1.0) / WHITE
    x, y, z = np.where(shares > 216 / 24389, np.cbrt(shares), (24389 / 27 * shares + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(first: str, second: str, seen: np.ndarray) -> float:
    """Return the distance of two colors in CIELAB, as someone sees them."""
    return float(np.linalg.norm(cielab(seen @ linear_rgb(first)) - cielab(seen @ linear_rgb(second))))


def contrast(color: str, background: str) -> float:
    """Return the contrast ratio of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lighter, darker = sorted((relative_luminance(color), relative_luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_contrasts_with_its_background(palette: Palette) -> None:
    colors = (
        palette.ink,
        palette.muted,
        palette.faint,
        palette.rise,
        palette.fall,
        palette.consensus,
        palette.warning,
    )
    for color in (*colors, *palette.ema_texts):
        assert contrast(color, palette.ground) >= MIN_TEXT_CONTRAST, color


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_lines_and_marks_contrast_with_their_background(palette: Palette) -> None:
    colors = (palette.rise, palette.fall, palette.kept, palette.band, palette.consensus, palette.volume)
    for color in (*colors, *palette.ema_lines):
        assert contrast(color, palette.ground) >= MIN_LINE_CONTRAST, color


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_colors_that_are_told_apart_differ_for_everyone(palette: Palette, seen: np.ndarray) -> None:
    for first, second in ((palette.rise, palette.fall), *combinations(palette.ema_lines, 2)):
        assert difference(first, second, seen) >= MIN_DIFFERENCE, (first, second)
