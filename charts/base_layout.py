"""What all pictures have in common: their ground and type, and words laid on the paper."""

from __future__ import annotations

from typing import Any

from charts.palette import Palette
from charts.source_names import source_name
from text import numbers
from text.escape import escape_plotly

# No webfont: a picture that the camera saves has none, and words set in another type would run into each other
FONT_FAMILY = 'Arial, "Liberation Sans", Helvetica, sans-serif'


def base_layout(palette: Palette) -> dict[str, Any]:
    """The layout that a picture begins with: an opaque ground, its type, no legend."""
    return {
        "paper_bgcolor": palette.ground,
        "plot_bgcolor": palette.ground,
        "font": {"family": FONT_FAMILY, "color": palette.ink, "size": 12},
        "showlegend": False,
    }


def hover_label(palette: Palette) -> dict[str, Any]:
    """What is told on hover stands on the picture's own ground, not in the colour of its trace."""
    type_of_its_own = {"color": palette.ink, "size": 12}
    return {"bgcolor": palette.ground, "bordercolor": palette.grid, "font": type_of_its_own, "align": "left"}


def text_annotation(text: str, x: float, y: float, colour: str, size: int, **place: object) -> dict[str, Any]:
    """Words that begin at `x` and stand at `y`, in shares of the plot; `place` says otherwise in Plotly's terms."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"color": colour, "size": size},
    } | place


def sample_warning(palette: Palette) -> str:
    """That it is no market price, in bold and in the colour of a warning."""
    return f"<b><span style='color:{palette.warning}'>{source_name('sample')}</span></b>"


def axis_currency_affixes(currency: str) -> tuple[str, str]:
    """What stands before and after a figure of an axis, with the blank that parts the two."""
    before, after = numbers.currency_affixes(currency)
    return escape_plotly(before) + " " * before.endswith(" "), " " * after.startswith(" ") + escape_plotly(after)
