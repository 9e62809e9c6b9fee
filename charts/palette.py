"""Chart colors for the light and the dark theme.

Based on Okabe & Ito (https://jfly.uni-koeln.de/color/): every pair that carries meaning differs in lightness
or hue for color-blind readers too. Shapes repeat what colors say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colors of one theme, named after what they mean.

    `ground` is the background, `ink` the main text color, `muted` and `faint` two steps weaker;
    `kept` marks a target that did not change, `highlight` what a link points to.
    """

    ground: str
    ink: str
    muted: str
    faint: str
    grid: str
    rise: str
    fall: str
    kept: str
    ema_lines: tuple[str, str, str, str]
    ema_texts: tuple[str, str, str, str]
    band: str
    band_fill: str
    consensus: str
    support_fill: str
    resistance_fill: str
    volume: str
    warning: str
    highlight: str

    def ema_line(self, rank: int) -> str:
        """Return the line color of the `rank`-th shortest EMA: warm to cool as the EMA gets longer."""
        return self.ema_lines[rank % len(self.ema_lines)]

    def ema_text(self, rank: int) -> str:
        """Return the same hue for text, which is thinner than a line and needs more contrast."""
        return self.ema_texts[rank % len(self.ema_texts)]

    def trendline(self, status: str) -> str:
        """Return the color of a trendline, which fades once the line is broken."""
        return self.faint if status == "broken" else self.ink

    def target_change(self, change: str | None) -> str:
        """Return the color of a target that was raised, cut, or neither."""
        return {"raised": self.rise, "cut": self.fall}.get(change or "", self.kept)


LIGHT = Palette(
    ground="#ffffff",
    ink="#14181f",
    muted="#5b6472",
    faint="#6b7583",
    grid="#eceff3",
    rise="#0c7f73",
    fall="#b8384a",
    kept="#5b6472",
    ema_lines=("#c98200", "#c2480a", "#6b2d91", "#1c8ad0"),
    ema_texts=("#946100", "#c2480a", "#6b2d91", "#0a6ca3"),
    band="#8390a5",
    band_fill="rgba(120,135,165,0.11)",
    consensus="#3d3a9e",
    support_fill="rgba(12,127,115,0.11)",
    resistance_fill="rgba(184,56,74,0.09)",
    volume="#8894a8",
    warning="#a15c00",
    highlight="rgba(255,205,0,0.45)",
)

DARK = Palette(
    ground="#0e1117",
    ink="#f1f4f8",
    muted="#a3adbb",
    faint="#7d8795",
    grid="#1e2530",
    rise="#2bbfa9",
    fall="#f0707f",
    kept="#a3adbb",
    ema_lines=("#f5bd41", "#fb7030", "#d5a8f5", "#3d9be8"),
    ema_texts=("#f5bd41", "#fb7030", "#d5a8f5", "#3d9be8"),
    band="#66728a",
    band_fill="rgba(140,160,200,0.10)",
    consensus="#a9a4ff",
    support_fill="rgba(43,191,169,0.13)",
    resistance_fill="rgba(240,112,127,0.11)",
    volume="#56647c",
    warning="#ffb454",
    highlight="rgba(255,205,0,0.28)",
)

PALETTES: dict[Theme, Palette] = {"light": LIGHT, "dark": DARK}
