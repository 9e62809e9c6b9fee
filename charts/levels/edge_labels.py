"""Labels with each level's name and price, between the price panel and the target panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charts.label_spacing import spread_labels
from charts.palette import Palette
from charts.price_axis import PriceAxis
from charts.text_width import text_width

FONT_SIZE_PX = 11
LABEL_SPACING_PX = 17.0
LABEL_INSET_PX = 8.0  # between the outermost label and the end of the axis
LEADER_WIDTH_PX, LEADER_GAP_PX = 24.0, 4.0  # the line from a level to its label, and the gap between line and text
AXIS = "x2"


@dataclass(frozen=True)
class EdgeLabel:
    """A level's name, its formatted figure, and the price that the label points to."""

    name: str
    figure: str
    price: float
    color: str
    emphasized: bool = False

    @property
    def width_px(self) -> float:
        return text_width(f"{self.name} ", FONT_SIZE_PX, self.emphasized) + text_width(self.figure, FONT_SIZE_PX, True)


def label_column_width(labels: Sequence[EdgeLabel], right_gap_px: float) -> float:
    """Return the pixels that leader lines, the widest label and the gap to the target panel take."""
    return LEADER_WIDTH_PX + LEADER_GAP_PX + max(label.width_px for label in labels) + right_gap_px


def edge_label_items(
    labels: Sequence[EdgeLabel], axis: PriceAxis, palette: Palette
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the labels as annotations and their leader lines as shapes; prices off the axis are left out."""
    shown = [label for label in labels if axis.contains(label.price)]
    positions = [axis.coordinate_at(pixel) for pixel in _label_pixels(shown, axis)]
    annotations = [_annotation(label, position, palette) for label, position in zip(shown, positions, strict=True)]
    leaders = [_leader_line(label, position, axis) for label, position in zip(shown, positions, strict=True)]
    return annotations, leaders


def _label_pixels(labels: Sequence[EdgeLabel], axis: PriceAxis) -> NDArray[np.float64]:
    """Return each label's position: the emphasized one at its price, the others spread above and below it."""
    wanted = np.array([axis.pixel(label.price) for label in labels])
    low, high = LABEL_INSET_PX, axis.height - LABEL_INSET_PX
    emphasized = next((index for index, label in enumerate(labels) if label.emphasized), None)
    if emphasized is None:
        return spread_labels(wanted, LABEL_SPACING_PX, low, high)
    others = np.arange(wanted.size) != emphasized
    above, below = others & (wanted >= wanted[emphasized]), others & (wanted < wanted[emphasized])
    pixels = wanted.copy()
    pixels[emphasized] = center = np.clip(
        wanted[emphasized], low + LABEL_SPACING_PX * below.sum(), high - LABEL_SPACING_PX * above.sum()
    )
    pixels[above] = spread_labels(wanted[above], LABEL_SPACING_PX, center + LABEL_SPACING_PX, high)
    pixels[below] = spread_labels(wanted[below], LABEL_SPACING_PX, low, center - LABEL_SPACING_PX)
    return pixels


def _annotation(label: EdgeLabel, position: float, palette: Palette) -> dict[str, Any]:
    text = f"{label.name} <b>{label.figure}</b>"
    font: dict[str, Any] = {"color": label.color, "size": FONT_SIZE_PX}
    box: dict[str, Any] = {"bgcolor": palette.ground, "borderpad": 0}
    if label.emphasized:
        font["color"] = palette.ground
        box = {"bgcolor": palette.ink, "borderpad": 1}
        text = f"<b>{label.name} {label.figure}</b>"
    return {
        "xref": f"{AXIS} domain",
        "yref": "y",
        "x": 0.0,
        "xshift": LEADER_WIDTH_PX + LEADER_GAP_PX,
        "y": position,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "font": font,
    } | box


def _leader_line(label: EdgeLabel, position: float, axis: PriceAxis) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": AXIS,
        "xsizemode": "pixel",
        "xanchor": 0.0,
        "yref": "y",
        "x0": 0.0,
        "x1": LEADER_WIDTH_PX,
        "y0": label.price,
        "y1": 10.0**position if axis.scale == "log" else position,  # shapes take prices, annotations coordinates
        "line": {"color": label.color, "width": 1},
        "opacity": 0.7,
    }
