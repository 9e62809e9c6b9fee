"""Layout shared by all charts: background, font, hover labels and text annotations."""

from __future__ import annotations

from typing import Any

from charts.palette import Palette
from charts.source_names import source_name
from text import numbers
from text.escape import escape_plotly

# No webfont: the PNG that the chart's camera button saves has none, and text set in another font would overlap. Those
# after the first three draw names in other scripts, on Linux, macOS and Windows
FONT_FAMILY = (
    'Arial, "Liberation Sans", Helvetica, "Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic",'
    ' "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic",'
    " sans-serif"
)


def base_layout(palette: Palette) -> dict[str, Any]:
    """Return the layout that every chart starts from: opaque background, font, no legend."""
    return {
        "paper_bgcolor": palette.ground,
        "plot_bgcolor": palette.ground,
        "font": {"family": FONT_FAMILY, "color": palette.ink, "size": 12},
        "showlegend": False,
        "separators": numbers.DECIMAL_MARK + numbers.THOUSANDS_MARK,
    }


def hover_label(palette: Palette) -> dict[str, Any]:
    """Return the style of hover labels: the chart's own background instead of the color of the trace."""
    font = {"color": palette.ink, "size": 12}
    return {"bgcolor": palette.ground, "bordercolor": palette.faint, "font": font, "align": "left"}


def text_annotation(text: str, x: float, y: float, color: str, size: int, **overrides: object) -> dict[str, Any]:
    """Return left-aligned text at `x`, `y` in fractions of the plot; `overrides` are Plotly annotation attributes."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"color": color, "size": size},
    } | overrides


def sample_warning(palette: Palette) -> str:
    """Return the note that the prices are not real, in bold and in the warning color."""
    return f"<b><span style='color:{palette.warning}'>{source_name('sample')}</span></b>"


def axis_affixes(written: numbers.PriceFormat) -> tuple[str, str]:
    """Return the text before and after each number of a price axis, including the space between them."""
    before, after = written.prefix, written.tick_suffix
    # escape_plotly strips spaces at the ends
    return escape_plotly(before) + " " * before.endswith(" "), " " * after.startswith(" ") + escape_plotly(after)
