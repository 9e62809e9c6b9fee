"""The picture's frame: how its width and height are shared out, in pixels and in Plotly's shares."""

from __future__ import annotations

from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 58, 18, 86, 58
CAPTION_LINE = 19  # pixels a line of the read takes
FLOOR = 0.225  # share of the plot's height below the price panel: volume left, firms' names right
VOLUME = 0.195
BETWEEN = 8.0  # pixels between the names of the levels and the firms

COMFORTABLE = 72.0  # pixels a firm's column takes where there is room
NARROWEST = 11.0  # pixels for one line of the smallest type: fewer, and columns would touch
LEAST_SHARE, COMMON_SHARE, MOST_SHARE = 0.15, 0.38, 0.525  # of the plot's width, for the firms


@dataclass(frozen=True)
class Frame:
    """A picture of `width` x `height` pixels with `firms` columns, `label_column` pixels for the names of the levels.

    `width` is the least it will be drawn at: words that stand clear there stand clear in a wider one.
    `caption_lines` of text under the plot make the picture higher, never the plot lower.
    """

    width: int
    height: int
    firms: int
    label_column: float
    targets_shown: bool = True
    caption_lines: int = 0

    @property
    def margin(self) -> dict[str, int]:
        return {"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM + self.caption_lines * CAPTION_LINE}

    @property
    def full_height(self) -> int:
        return self.height + self.caption_lines * CAPTION_LINE

    @property
    def plot_width(self) -> float:
        return float(self.width - LEFT - RIGHT)

    @property
    def plot_height(self) -> float:
        return float(self.height - TOP - BOTTOM)

    @property
    def price_height(self) -> float:
        return self.plot_height * (1 - FLOOR)

    @property
    def target_share(self) -> float:
        """As much as the columns want within the common share, more where they would touch."""
        if not self.targets_shown:
            return 0.0
        wanted = min(self.firms * COMFORTABLE / self.plot_width, COMMON_SHARE)
        needed = min(self.firms * NARROWEST / self.plot_width, MOST_SHARE)
        return max(LEAST_SHARE, wanted, needed)

    @property
    def column(self) -> float:
        """Pixels a firm's column is wide."""
        return self.target_share * self.plot_width / max(self.firms, 1)

    @property
    def split(self) -> float:
        """Where the firms begin, as a share of the plot's width."""
        return 1.0 - self.target_share

    @property
    def price_end(self) -> float:
        """Where the price panel ends and the names of the levels begin."""
        return self.split - self.label_column / self.plot_width


def columns_that_fit(width: int) -> int:
    """How many firms can have a column in a picture that wide."""
    return int(MOST_SHARE * (width - LEFT - RIGHT) / NARROWEST)
