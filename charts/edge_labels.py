"""Each level's name and price in its colour, in the column between the panels, spread apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charts.labels import spread
from charts.palette import Palette
from charts.price_axis import PriceAxis

GAP = 17.0  # pixels between two labels of 11 px type
AXIS = "x2"


@dataclass(frozen=True)
class EdgeLabel:
    """What stands at the right edge: a name, a figure, the price they belong to."""

    name: str
    figure: str
    price: float
    colour: str
    strong: bool = False


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
    style: dict[str, Any] = {"color": label.colour, "size": 11}
    box: dict[str, Any] = {}
    if label.strong:
        style["color"] = palette.ground
        box = {"bgcolor": palette.ink, "borderpad": 1}
        text = f"<b>{label.name} {label.figure}</b>"
    return {
        "xref": AXIS,
        "yref": "y",
        "x": 0.16,
        "y": at,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "font": style,
    } | box


def _leader(label: EdgeLabel, at: float, axis: PriceAxis) -> dict[str, Any]:
    end = 10.0**at if axis.scale == "log" else at
    return {
        "type": "line",
        "xref": AXIS,
        "yref": "y",
        "x0": 0.0,
        "x1": 0.13,
        "y0": label.price,
        "y1": end,
        "line": {"color": label.colour, "width": 1},
        "opacity": 0.7,
    }
