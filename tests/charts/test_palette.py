"""Tests of the palettes: every text color is legible on its background."""

from __future__ import annotations

import numpy as np
import pytest

from charts.palette import PALETTES, Palette

MIN_TEXT_CONTRAST = 4.5  # WCAG 2.2, level AA


def relative_luminance(color: str) -> float:
    rgb = np.array([int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


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
