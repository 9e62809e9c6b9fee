"""Name, figure and color of each level that is labeled beside the price panel."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import pandas as pd

from charts.levels.edge_labels import EdgeLabel
from charts.palette import Palette
from indicators.analysis import Analysis
from indicators.levels import Kind
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

DOTTED_KINDS: tuple[Kind, ...] = ("gap edge", "old high", "52-week")  # drawn as faint lines, unless zones are hidden


def level_labels(
    analysis: Analysis,
    overlays: Container[str],
    lines: Iterable[Trendline],
    zones: Iterable[Zone],
    palette: Palette,
) -> Iterator[EdgeLabel]:
    """Yield the label of the price, then those of the levels that `overlays` include; `lines` and `zones` all."""
    written = analysis.price_format

    def label(name: str, price: float, color: str) -> EdgeLabel:
        return EdgeLabel(name, written.number(price), price, color)

    price_text = written.number(analysis.price)
    yield EdgeLabel("Price", price_text, analysis.price, palette.ink, emphasized=True)
    if "emas" in overlays:
        for rank, ema in enumerate(analysis.emas):
            if ema.value is not None:
                yield label(f"EMA {ema.span}", ema.value, palette.ema_text(rank))
    if "bands" in overlays and pd.notna(analysis.bands["upper"].iloc[-1]):
        for name, column in (("Upper band", "upper"), ("Lower band", "lower")):
            yield label(name, float(analysis.bands[column].iloc[-1]), palette.muted)
    for line in lines:
        name = "Broken line" if line.status == "broken" else line.name
        yield label(name, line.value, palette.trendline(line.status))
    for zone in zones:
        range_text = f"{written.number(zone.low)}–{written.number(zone.high)}"
        color = palette.rise if zone.low <= analysis.price else palette.fall
        yield EdgeLabel("Zone", range_text, (zone.low + zone.high) / 2, color)
    if "zones" in overlays:
        for level in analysis.levels:
            if level.kind in DOTTED_KINDS:
                yield label(level.label, level.price, palette.muted)
    if "targets" in overlays and analysis.consensus is not None:
        yield label("Consensus", analysis.consensus.mean, palette.consensus)
