"""Each level's name and price in its colour, in the column between the panels, spread apart."""

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

TYPE = 11  # pixels
GAP = 17.0  # pixels between two labels
END = 8.0  # pixels between the outermost label and the axis' end
LEADER, CLEAR = 24.0, 4.0  # pixels that a leader takes, and the room between it and its words
AXIS = "x2"


@dataclass(frozen=True)
class EdgeLabel:
    """What stands at the right edge: a name, a figure, the price they belong to."""

    name: str
    figure: str
    price: float
    colour: str
    strong: bool = False

    @property
    def width(self) -> float:
        """Pixels that its words take."""
        return text_width(f"{self.name} ", TYPE, self.strong) + text_width(self.figure, TYPE, True)


def column_width(labels: Sequence[EdgeLabel], between: float) -> float:
    """Pixels for the leaders, the widest label, and what parts it from the next panel."""
    return LEADER + CLEAR + max(label.width for label in labels) + between


def edge_label_items(
    labels: Sequence[EdgeLabel], axis: PriceAxis, palette: Palette
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Annotations and the leader lines that tie each to its price; levels off the axis are left out."""
    shown = [label for label in labels if axis.holds(label.price)]
    placed = [axis.coordinate_at(pixel) for pixel in _pixels(shown, axis)]
    annotations = [_annotation(row, at, palette) for row, at in zip(shown, placed, strict=True)]
    leaders = [_leader(row, at, axis) for row, at in zip(shown, placed, strict=True)]
    return annotations, leaders


def _pixels(labels: Sequence[EdgeLabel], axis: PriceAxis) -> NDArray[np.float64]:
    """Where each stands: the strong one at its price, the others spread above it and below it."""
    wanted = np.array([axis.pixel(label.price) for label in labels])
    low, high = END, axis.height - END
    strong = next((at for at, label in enumerate(labels) if label.strong), None)
    if strong is None:
        return spread_labels(wanted, GAP, low, high)
    others = np.arange(wanted.size) != strong
    above, below = others & (wanted >= wanted[strong]), others & (wanted < wanted[strong])
    placed = wanted.copy()
    placed[strong] = np.clip(wanted[strong], low + GAP * below.sum(), high - GAP * above.sum())
    placed[above] = spread_labels(wanted[above], GAP, placed[strong] + GAP, high)
    placed[below] = spread_labels(wanted[below], GAP, low, placed[strong] - GAP)
    return placed


def _annotation(label: EdgeLabel, at: float, palette: Palette) -> dict[str, Any]:
    text = f"{label.name} <b>{label.figure}</b>"
    style: dict[str, Any] = {"color": label.colour, "size": TYPE}
    box: dict[str, Any] = {"bgcolor": palette.ground, "borderpad": 0}
    if label.strong:
        style["color"] = palette.ground
        box = {"bgcolor": palette.ink, "borderpad": 1}
        text = f"<b>{label.name} {label.figure}</b>"
    return {
        "xref": f"{AXIS} domain",
        "yref": "y",
        "x": 0.0,
        "xshift": LEADER + CLEAR,
        "y": at,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "font": style,
    } | box


def _leader(label: EdgeLabel, at: float, axis: PriceAxis) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": AXIS,
        "xsizemode": "pixel",
        "xanchor": 0.0,
        "yref": "y",
        "x0": 0.0,
        "x1": LEADER,
        "y0": label.price,
        "y1": 10.0**at if axis.scale == "log" else at,
        "line": {"color": label.colour, "width": 1},
        "opacity": 0.7,
    }
