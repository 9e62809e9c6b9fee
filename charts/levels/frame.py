"""Division of a levels chart's width and height among its panels and labels."""

from __future__ import annotations

from dataclasses import dataclass

MARGIN_LEFT_PX, MARGIN_RIGHT_PX, MARGIN_TOP_PX, MARGIN_BOTTOM_PX = 58, 18, 86, 58
CAPTION_LINE_PX = 19
PRICE_PANEL_BOTTOM = 0.225  # of the plot's height; below it volume on the left, firm names on the right
VOLUME_PANEL_TOP = 0.195  # of the plot's height
LABELS_TO_TARGETS_GAP_PX = 8.0

PREFERRED_COLUMN_PX = 72.0  # of one firm
MIN_COLUMN_PX = 11.0  # one line of the smallest type; in narrower columns, labels would overlap
# Shares of the plot's width for the target panel: the least, the most for columns of the preferred width, the most
MIN_TARGET_SHARE, PREFERRED_TARGET_SHARE, MAX_TARGET_SHARE = 0.15, 0.38, 0.525


@dataclass(frozen=True)
class Frame:
    """The layout of a chart of `width` x `height` pixels with a target column for each of `firms` firms.

    `width` is the narrowest width the chart is drawn at: labels that do not overlap there never do in a wider one.
    `label_column_px` is the room for the labels between the panels. `caption_lines` of text below the plot add to
    the height and leave the plot as it is.
    """

    width: int
    height: int
    firms: int
    label_column_px: float
    targets_shown: bool = True
    caption_lines: int = 0

    @property
    def margin(self) -> dict[str, int]:
        bottom = MARGIN_BOTTOM_PX + self.caption_lines * CAPTION_LINE_PX
        return {"l": MARGIN_LEFT_PX, "r": MARGIN_RIGHT_PX, "t": MARGIN_TOP_PX, "b": bottom}

    @property
    def full_height(self) -> int:
        return self.height + self.caption_lines * CAPTION_LINE_PX

    @property
    def plot_width(self) -> float:
        return float(self.width - MARGIN_LEFT_PX - MARGIN_RIGHT_PX)

    @property
    def plot_height(self) -> float:
        return float(self.height - MARGIN_TOP_PX - MARGIN_BOTTOM_PX)

    @property
    def price_panel_height(self) -> float:
        return self.plot_height * (1 - PRICE_PANEL_BOTTOM)

    @property
    def target_share(self) -> float:
        """The target panel's share of the plot's width: more than preferred only if columns would overlap."""
        if not self.targets_shown:
            return 0.0
        preferred = min(self.firms * PREFERRED_COLUMN_PX / self.plot_width, PREFERRED_TARGET_SHARE)
        needed = min(self.firms * MIN_COLUMN_PX / self.plot_width, MAX_TARGET_SHARE)
        return max(MIN_TARGET_SHARE, preferred, needed)

    @property
    def column_px(self) -> float:
        """The width of one firm's column."""
        return self.target_share * self.plot_width / max(self.firms, 1)

    @property
    def target_panel_start(self) -> float:
        """The left edge of the target panel, as a fraction of the plot's width."""
        return 1.0 - self.target_share

    @property
    def price_panel_end(self) -> float:
        """The right edge of the price panel, where the labels begin, as a fraction of the plot's width."""
        return self.target_panel_start - self.label_column_px / self.plot_width


def max_columns(width: int) -> int:
    """Return how many firms can have a column in a chart of `width` pixels."""
    return int(MAX_TARGET_SHARE * (width - MARGIN_LEFT_PX - MARGIN_RIGHT_PX) / MIN_COLUMN_PX)
