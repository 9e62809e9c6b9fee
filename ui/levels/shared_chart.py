"""The chart of the Levels page, drawn once for all who see the same."""

from __future__ import annotations

from charts.levels.chart import levels_figure
from charts.options import Highlight, Overlay, Period
from charts.palette import Theme
from exports import png
from indicators.analysis import Analysis
from indicators.ladder import ladder_sentence
from ui.components import chart
from ui.loading.shared_views import draws_once


@draws_once
def draw_shared_chart(
    analysis: Analysis,
    period: Period,
    overlays: frozenset[Overlay],
    theme: Theme,
    height: int,
    width: int,
    summary: str,
    highlight: Highlight | None,
) -> None:
    """Draw it in that size; `summary` and the levels describe it to who cannot see it."""
    figure = levels_figure(analysis, period, overlays, theme, height, width, highlight=highlight)
    description = f"{summary} {ladder_sentence(analysis)}"
    chart.draw_chart(figure, png.file_name(analysis).removesuffix(".png"), description, "levels-chart")
