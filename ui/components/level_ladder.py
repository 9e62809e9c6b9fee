"""The ladder: every technical level from the highest to the lowest, with the price among them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from charts.palette import PALETTES, Palette
from indicators.analysis import Analysis
from indicators.clusters import Cluster
from indicators.levels import TECHNICAL, Level, ladder_label
from indicators.zones import Zone
from text import numbers
from text.escape import escape_markdown
from ui.components import chart

ROW = 35  # pixels of a table's row
LONGEST = 16  # rows shown without scrolling within the table


def draw(analysis: Analysis) -> None:
    """A row a level, the price in ink, the nearest in the colour of their role, clusters shaded."""
    rungs = list(_rungs(analysis))
    below = next((at for at, (_, each) in enumerate(rungs) if each.price <= analysis.price), len(rungs))
    rows = [_row(name, each, analysis) for name, each in rungs]
    rows.insert(below, {"Level": "Price", "Price": analysis.price, "Role": "", "Away": None, "ATRs": None})
    looks = [_look(each, analysis, PALETTES[chart.theme()]) for _, each in rungs]
    looks.insert(below, _price_look(PALETTES[chart.theme()]))
    st.dataframe(
        _styled(pd.DataFrame(rows), looks, analysis),
        hide_index=True,
        height=ROW * (min(len(rows), LONGEST) + 1) + 3,
        column_config={
            "Level": st.column_config.TextColumn(width=158),
            "Price": st.column_config.NumberColumn(width=_price_width(analysis)),
            "Role": st.column_config.TextColumn(width=118),
            "Away": st.column_config.NumberColumn(width=62, help="Of the price: above it is positive"),
            "ATRs": st.column_config.NumberColumn(
                width=50, help="Distance in average true ranges: how many usual days away it is"
            ),
        },
        placeholder="",
        key="ladder",
    )
    if analysis.clusters:
        told = "; ".join(_cluster_words(cluster, analysis) for cluster in analysis.clusters)
        st.caption(f"Shaded, since close together: {told}.")


def _price_width(analysis: Analysis) -> int:
    """Room for the longest price: of one that is cut the last digits are left, which read as another."""
    places = numbers.price_decimals(analysis.price)
    longest = max(
        len(numbers.format_number(each, places))
        for each in (analysis.price, *(level.price for _, level in _rungs(analysis)))
    )
    return 14 + 8 * max(7, longest)


def _rungs(analysis: Analysis) -> Iterator[tuple[str, Level]]:
    """Each level with its name, highest first; a zone once."""
    zones = [(zone.low, zone.high) for zone in analysis.zones]
    for level in analysis.levels:
        name = ladder_label(level.label, level.price, level.role, zones, analysis.price)
        if level.kind in TECHNICAL and name:
            yield name, level


def _zone(edge: Level, analysis: Analysis) -> Zone:
    return next(zone for zone in analysis.zones if edge.price in (zone.low, zone.high))


def _row(name: str, level: Level, analysis: Analysis) -> dict[str, Any]:
    return {
        "Level": name,
        "Price": level.price,
        "Role": f"nearest {level.role}" if _is_nearest(level, analysis) else level.role,
        "Away": level.distance_pct,
        "ATRs": level.distance_atr,
    }


def _is_nearest(level: Level, analysis: Analysis) -> bool:
    return level in (analysis.nearest_support, analysis.nearest_resistance)


def _styled(frame: pd.DataFrame, looks: list[str], analysis: Analysis) -> Styler:
    """Figures as the chart writes them, each row in its look."""
    styles = pd.DataFrame(dict.fromkeys(frame, looks))
    written = partial(numbers.format_number, places=numbers.price_decimals(analysis.price))
    figures: dict[str, Any] = {"Price": written, "Away": numbers.format_percent, "ATRs": numbers.format_signed_number}
    return frame.style.apply(lambda _: styles, axis=None).format(figures, na_rep="")


def _look(level: Level, analysis: Analysis, palette: Palette) -> str:
    support = level.role == "support"
    look = ""
    if _is_close_to_others(level, analysis):
        look += f"background-color: {palette.support_fill if support else palette.resistance_fill};"
    if _is_nearest(level, analysis):
        look += f"color: {palette.rise if support else palette.fall}; font-weight: 600;"
    return look


def _is_close_to_others(level: Level, analysis: Analysis) -> bool:
    """It is in a cluster; of a zone that is one rung either edge is."""
    zone = _zone(level, analysis) if level.kind == "zone" else None
    whole = zone is not None and not zone.low <= analysis.price < zone.high
    prices = (zone.low, zone.high) if zone is not None and whole else (level.price,)
    return any(each.kind == level.kind and each.price in prices for one in analysis.clusters for each in one.levels)


def _price_look(palette: Palette) -> str:
    return f"background-color: {palette.ink}; color: {palette.ground}; font-weight: 600;"


def _cluster_words(cluster: Cluster, analysis: Analysis) -> str:
    places = numbers.price_decimals(analysis.price)
    figures = f"{numbers.format_number(cluster.low, places)} to {numbers.format_number(cluster.high, places)}"
    return f"{escape_markdown(cluster.label)} at {escape_markdown(figures)} ({cluster.role})"
