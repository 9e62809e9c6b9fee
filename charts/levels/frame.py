"""Division of a levels chart's width and height among its panels, labels, target rail and texts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from charts.text_width import text_width

PRICE_PANEL_SHARE = 0.6  # of the chart's width, that the price panel takes at least
MARGIN_LEFT_PX, TICK_GAP_PX = 7, 7  # beside the ticks of the price axis
MARGIN_TOP_PX, MARGIN_BOTTOM_PX = 70, 44  # with one line of footer
LINE_PX = 19  # of the caption, and of a warning above the title
FOOTER_LINE_PX = 14
LEGEND_FONT_PX, LEGEND_LINE_PX, LEGEND_SYMBOL_PX = 11, 20, 48.0

MIN_RAIL_PX, MAX_RAIL_PX = 130.0, 264.0  # the narrower holds a short firm's row, the wider a long one's
RAIL_FOOT_PX = 70.0  # below the price panel: how many targets have no row, and what the marks mean
LABELS_SHARE = 0.15  # of the chart's width, that the labels take at most if there is a rail beside them
VOLUME_SHARE, VOLUME_SHARE_ABOVE_PANES, PANE_SHARE, GAP_SHARE = 0.15, 0.1, 0.16, 0.03  # of the plot's height


@dataclass(frozen=True)
class Frame:
    """The layout of a chart of `width` x `height` pixels.

    What stands to the right of the price panel has a fixed width in pixels: first the labels of the levels, then, where
    there is room beside a price panel of its share, the target rail. So `width` is the narrowest width that the chart
    is drawn at: in a wider container the price panel alone gets wider. `caption_lines`, `footer_lines` after the first
    and `warning_lines` add to the height and leave the plot as it is. `legend`: the names in it.
    """

    width: int
    height: int
    tick_width_px: float
    label_column_px: float
    has_targets: bool = False
    has_volume: bool = True
    pane_count: int = 0
    legend: tuple[str, ...] = ()
    caption_lines: int = 0
    footer_lines: int = 1
    warning_lines: int = 0

    @property
    def margin(self) -> dict[str, int]:
        return {
            "l": self.left_px,
            "r": self.right_px,
            "t": MARGIN_TOP_PX + self.legend_px + self.warning_lines * LINE_PX,
            "b": MARGIN_BOTTOM_PX + self.caption_lines * LINE_PX + (self.footer_lines - 1) * FOOTER_LINE_PX,
        }

    @property
    def left_px(self) -> int:
        return _left_px(self.tick_width_px)

    @property
    def legend_px(self) -> int:
        """The height of the legend, whose entries Plotly sets in columns of one width where they need several rows."""
        widths = [LEGEND_SYMBOL_PX + text_width(name, LEGEND_FONT_PX) for name in self.legend]
        columns = len(widths) if sum(widths) <= self.plot_width else max(1, int(self.plot_width / max(widths)))
        return LEGEND_LINE_PX * math.ceil(len(widths) / columns) if widths else 0

    @property
    def full_height(self) -> int:
        return round(self.plot_height) + self.margin["t"] + self.margin["b"]

    @property
    def right_px(self) -> int:
        return round(self.label_column_px + self.rail_px)

    @property
    def plot_width(self) -> float:
        return float(self.width - self.left_px - self.right_px)

    @property
    def plot_height(self) -> float:
        return float(self.height - MARGIN_TOP_PX - MARGIN_BOTTOM_PX - self.legend_px)

    @property
    def rail_px(self) -> float:
        """The width of the target rail, 0 where there is none."""
        room = _room_beside_prices(self.width, self.tick_width_px) - self.label_column_px
        return min(room, MAX_RAIL_PX) if self.has_targets and room >= MIN_RAIL_PX else 0.0

    def pane_domain(self, number: int) -> tuple[float, float]:
        """Return bottom and top of a pane, as fractions of the plot's height; number 0 is the highest of them."""
        bottom = (self.pane_count - 1 - number) * (PANE_SHARE + GAP_SHARE)
        return bottom, bottom + PANE_SHARE

    @property
    def pane_height(self) -> float:
        return self.plot_height * PANE_SHARE

    @property
    def volume_domain(self) -> tuple[float, float]:
        """Bottom and top of the volume panel, above the panes, as fractions of the plot's height."""
        bottom = self.pane_count * (PANE_SHARE + GAP_SHARE)
        return bottom, bottom + self._volume_share

    @property
    def volume_height(self) -> float:
        return self.plot_height * self._volume_share

    @property
    def _volume_share(self) -> float:
        return VOLUME_SHARE_ABOVE_PANES if self.pane_count else VOLUME_SHARE

    @property
    def lowest_panel_height(self) -> float:
        """The pixels of the panel that the dates stand below."""
        if self.pane_count:
            return self.pane_height
        return self.volume_height if self.has_volume else self.price_panel_height

    @property
    def price_panel_bottom(self) -> float:
        """The bottom of the price panel, as a fraction of the plot's height."""
        bottom, top = self.volume_domain
        below = top + GAP_SHARE if self.has_volume else bottom
        return max(below, RAIL_FOOT_PX / self.plot_height) if self.rail_px else below

    @property
    def price_panel_height(self) -> float:
        return self.plot_height * (1.0 - self.price_panel_bottom)


def room_for_labels(width: int, tick_width_px: float, has_targets: bool) -> float:
    """Return the pixels that the labels of the levels may take, their leader lines included."""
    room = _room_beside_prices(width, tick_width_px)
    beside_rail = LABELS_SHARE * width
    return beside_rail if has_targets and room - beside_rail >= MIN_RAIL_PX else room


def _room_beside_prices(width: int, tick_width_px: float) -> float:
    """Return the pixels right of a price panel that has no more than its share of the width."""
    return math.floor((1.0 - PRICE_PANEL_SHARE) * width) - _left_px(tick_width_px) - 1.0


def _left_px(tick_width_px: float) -> int:
    return round(MARGIN_LEFT_PX + tick_width_px + TICK_GAP_PX)
