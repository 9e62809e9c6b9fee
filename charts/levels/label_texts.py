"""Which levels are named at the price panel's edge, with which figure and in which colour."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import pandas as pd

from charts.levels.edge_labels import EdgeLabel
from charts.palette import Palette
from indicators.analysis import Analysis
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone
from text import numbers


def level_labels(
    analysis: Analysis,
    overlays: Container[str],
    lines: Iterable[Trendline],
    zones: Iterable[Zone],
    palette: Palette,
) -> Iterator[EdgeLabel]:
    """The price first, then what `overlays` show; of the lines and zones those that are drawn."""
    places = numbers.price_decimals(analysis.price)

    def edge(name: str, price: float, colour: str) -> EdgeLabel:
        return EdgeLabel(name, numbers.format_number(price, places), price, colour)

    yield EdgeLabel("Price", numbers.format_number(analysis.price, places), analysis.price, palette.ink, strong=True)
    if "emas" in overlays:
        for rank, average in enumerate(analysis.emas):
            if average.value is not None:
                yield edge(f"EMA {average.span}", average.value, palette.ema_word(rank))
    if "bands" in overlays and pd.notna(analysis.bands["upper"].iloc[-1]):
        for name, column in (("Upper band", "upper"), ("Lower band", "lower")):
            yield edge(name, float(analysis.bands[column].iloc[-1]), palette.muted)
    for line in lines:
        name = "Broken line" if line.status == "broken" else line.name
        yield edge(name, line.value, palette.line(line.status))
    for zone in zones:
        figure = f"{numbers.format_number(zone.low, places)}–{numbers.format_number(zone.high, places)}"
        colour = palette.rise if zone.low <= analysis.price else palette.fall
        yield EdgeLabel("Zone", figure, (zone.low + zone.high) / 2, colour)
    if "targets" in overlays and analysis.consensus is not None:
        yield edge("Consensus", analysis.consensus.mean, palette.consensus)
