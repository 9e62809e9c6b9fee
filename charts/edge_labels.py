"""Each level's name and price in its colour, in the column between the panels, spread apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charts.labels import spread, text_width
from charts.palette import Palette
from charts.price_axis import PriceAxis

TYPE = 11  # pixels
GAP = 17.0  # pixels between two labels
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
    return LEADER + CLEAR + max(each.width for each in labels) + between


def edge_label_items(
    labels: Sequence[EdgeLabel], axis: PriceAxis, palette: Palette
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Annotations and the leader lines that tie each to its price; levels off the axis are left out."""
    shown = [each for each in labels if axis.holds(each.price)]
    pixels = spread([axis.pixel(each.price) for each in shown], GAP, 8.0, axis.height - 8.0)
    placed = [axis.coordinate_at(each) for each in pixels]
    annotations = [_annotation(each, at, palette) for each, at in zip(shown, placed, strict=True)]
    leaders = [_leader(each, at, axis) for each, at in zip(shown, placed, strict=True)]
    return annotations, leaders


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
