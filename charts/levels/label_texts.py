"""Name, figure and color of each level that is labeled beside the price panel."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

import pandas as pd

from charts.levels.edge_labels import EdgeLabel
from charts.palette import Palette
from charts.price_traces import line_name
from indicators.analysis import Analysis
from indicators.levels import Band, BandOrigin, EmaOrigin, Kind, Origin, TrendlineOrigin, ZoneEdgeOrigin, level_key
from indicators.odds.forecasts import level_phrase
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

DOTTED_KINDS: tuple[Kind, ...] = ("gap edge", "old high", "52-week")  # drawn as faint lines, unless zones are hidden
SHORT_NAMES = {
    "Support line": "Support",
    "Resistance line": "Resist.",
    "Tentative support": "Tent. supp.",
    "Tentative resistance": "Tent. resist.",
    "Broken support": "Broken",
    "Weekly support": "Weekly",
    "Broken resistance": "Broken",
    "Upper band": "Upper",
    "Lower band": "Lower",
    "52-week high": "52w high",
    "52-week low": "52w low",
    "Gap edge": "Gap",
    "Consensus": "Mean",
}


def level_labels(
    analysis: Analysis,
    overlays: Container[str],
    lines: Iterable[Trendline],
    zones: Iterable[Zone],
    palette: Palette,
) -> Iterator[EdgeLabel]:
    """Yield the label of the price, then those of the levels that `overlays` include; `lines` and `zones` all."""
    written = analysis.price_format

    def label(name: str, price: float, color: str, origin: Origin | None = None) -> EdgeLabel:
        hover, key = level_phrase(analysis, price), "" if origin is None else level_key(origin)
        return EdgeLabel(name, written.number(price), price, color, SHORT_NAMES.get(name, name), hover=hover, key=key)

    yield replace(label("Price", analysis.price, palette.ink), emphasized=True, hover="")
    if "emas" in overlays:
        for rank, ema in enumerate(analysis.emas):
            if ema.value is not None:
                yield label(f"EMA {ema.span}", ema.value, palette.ema_text(rank), EmaOrigin(ema.span))
    if "bands" in overlays and pd.notna(analysis.bands["upper"].iloc[-1]):
        outer: tuple[tuple[str, Band], ...] = (("Upper band", "upper"), ("Lower band", "lower"))
        for name, band in outer:
            yield label(name, float(analysis.bands[band].iloc[-1]), palette.muted, BandOrigin(band))
    for line in lines:
        yield label(
            line_name(line, analysis.interval), line.value, palette.trendline(line.status), TrendlineOrigin(line)
        )
    for zone in zones:
        range_text = f"{written.number(zone.low)}–{written.number(zone.high)}"
        color = palette.rise if zone.low <= analysis.price else palette.fall
        hover = level_phrase(analysis, min(max(analysis.price, zone.low), zone.high))
        key = level_key(ZoneEdgeOrigin(zone, "top"))
        yield EdgeLabel("Zone", range_text, (zone.low + zone.high) / 2, color, "Zone", hover=hover, key=key)
    if "zones" in overlays:
        for level in analysis.levels:
            if level.kind in DOTTED_KINDS:
                yield label(level.label, level.price, palette.muted, level.origin)
    if "targets" in overlays and analysis.consensus is not None:
        yield label("Consensus", analysis.consensus.mean, palette.consensus)
