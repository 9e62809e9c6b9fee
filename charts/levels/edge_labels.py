"""Labels with each level's name and price at the right edge of the bars, each on its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charts.label_spacing import spread_labels
from charts.palette import Palette
from charts.price_axis import PriceAxis
from charts.text_width import text_width

FONT_SIZE_PX = 11
LABEL_SPACING_PX = 15.0
LABEL_INSET_PX = 8.0  # between the outermost label and the end of the axis
LEADER_WIDTH_PX, LEADER_GAP_PX = 12.0, 3.0  # the line from a level to its label, and the gap between line and text
LABEL_MARGINS_PX = LEADER_WIDTH_PX + LEADER_GAP_PX + 6.0


@dataclass(frozen=True)
class EdgeLabel:
    """A level's name, its formatted figure, and the price that the label points to.

    `short_name` takes the name's place where there is little room; `hover` is told on hover. `key`: the level's
    `level_key`, by which it may be `highlighted`.
    """

    name: str
    figure: str
    price: float
    color: str
    short_name: str
    emphasized: bool = False
    hover: str = ""
    key: str = ""
    highlighted: bool = False

    @property
    def width_px(self) -> float:
        return text_width(f"{self.name} ", FONT_SIZE_PX, self.emphasized) + text_width(self.figure, FONT_SIZE_PX, True)

    def fitted(self, max_px: float) -> EdgeLabel:
        """Return the label with as much of its name and figure as fits `max_px`; its color and line say the rest."""
        shortened = replace(self, name=self.short_name)
        attempts = self, shortened, replace(self, name=""), replace(shortened, figure="")
        return next((label for label in attempts if label.width_px <= max_px), attempts[-1])


def label_column_width(labels: Iterable[EdgeLabel]) -> float:
    """Return the pixels that leader lines, the widest label and the gap after it take."""
    return LABEL_MARGINS_PX + max(label.width_px for label in labels)


def edge_label_items(
    labels: Sequence[EdgeLabel], axis: PriceAxis, palette: Palette, axis_id: str = "y"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the labels as annotations and their leader lines as shapes, on Plotly's vertical axis `axis_id`.

    Left out are prices off the axis and, where not all have room above each other, those furthest from the price.
    """
    shown = _those_with_room([label for label in labels if axis.contains(label.price)], axis)
    positions = [axis.coordinate_at(pixel) for pixel in _label_pixels(shown, axis)]
    placed = list(zip(shown, positions, strict=True))
    annotations = [_annotation(label, position, palette) | {"yref": axis_id} for label, position in placed]
    leaders = [_leader_line(label, position, axis) | {"yref": axis_id} for label, position in placed]
    return annotations, leaders


def _those_with_room(labels: Sequence[EdgeLabel], axis: PriceAxis) -> list[EdgeLabel]:
    room = int((axis.height - 2.0 * LABEL_INSET_PX) / LABEL_SPACING_PX) + 1
    center = next((axis.pixel(label.price) for label in labels if label.emphasized), 0.0)
    nearest = sorted(labels, key=lambda label: (not label.emphasized, abs(axis.pixel(label.price) - center)))
    return nearest[:room]


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
    text = f"{label.name} <b>{label.figure}</b>".strip()
    font: dict[str, Any] = {"color": label.color, "size": FONT_SIZE_PX}
    box: dict[str, Any] = {}
    if label.emphasized:
        font["color"] = palette.ground
        box = {"bgcolor": palette.ink, "borderpad": 1}
        text = f"<b>{label.name} {label.figure}</b>"
    elif label.highlighted:
        font["color"] = palette.ink
        box = {"bgcolor": palette.highlight, "borderpad": 1}
    told = {"hovertext": label.hover} if label.hover else {}
    return (
        {
            "xshift": LEADER_WIDTH_PX + LEADER_GAP_PX,
            "y": position,
            "text": text,
            "font": font,
        }
        | box
        | told
    )


def _leader_line(label: EdgeLabel, position: float, axis: PriceAxis) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": 0.0,
        "x1": LEADER_WIDTH_PX,
        "y0": label.price,
        "y1": axis.price_of(position),  # shapes take prices, annotations coordinates
        "line": {"color": label.color, "width": 1},
        "opacity": 0.7,
    }
