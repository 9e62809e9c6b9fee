"""Panes below the volume that show momentum: RSI and MACD."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from charts.levels.edge_labels import EdgeLabel
from charts.options import Overlay
from charts.palette import Palette
from charts.price_axis import PriceAxis
from charts.price_traces import date_numbers
from indicators.analysis import Analysis
from indicators.momentum.macd import moving_average_convergence
from indicators.momentum.rsi import relative_strength_index
from text import numbers

FIRST_PANE_AXIS = 3  # after those of the prices and of the volume
TICK_FONT_PX = 10
RSI_LENGTH, MACD_SPANS = 14, (12, 26, 9)
RSI_GUIDES = (30.0, 70.0)  # below and above these, a market is called oversold and overbought
RSI_PLACES = 1
MACD_EXTRA_PLACES = 1  # beyond those of prices: it is a small difference of them
PADDING_SHARE = 0.15  # of the range of a MACD, above and below it
HISTOGRAM_OPACITY = 0.55


@dataclass(frozen=True)
class MomentumPane:
    """One pane: its `lines` by name over the visible bars, a `histogram`, and prices `low` to `high` of its axis.

    `guides`: where its axis has ticks and lines. `computed`: how, for the footer. `sessions`: how many bars there are,
    `needed`: how many it takes for a first value.
    """

    lines: dict[str, pd.Series]
    histogram: pd.Series | None
    low: float
    high: float
    guides: tuple[float, ...]
    places: int
    computed: str
    sessions: int
    needed: int

    def axis(self, height: float) -> PriceAxis:
        """Return where its values stand in a pane of `height` pixels."""
        return PriceAxis(self.low, self.high, "linear", height)

    def labels(self, palette: Palette) -> Iterator[EdgeLabel]:
        """Yield name and last value of each line, or how many of the bars that the pane needs there are."""
        if self.sessions < self.needed:
            middle, name = (self.low + self.high) / 2, next(iter(self.lines))
            yield EdgeLabel(name, f"{self.sessions} of {self.needed}", middle, palette.muted, name)
        for rank, (name, line) in enumerate(self.lines.items()):
            last = float(line.iloc[-1])
            if np.isfinite(last):
                color = palette.ema_text(_color_rank(rank))
                yield EdgeLabel(name, numbers.format_number(last, self.places), last, color, name)


def momentum_panes(analysis: Analysis, visible: pd.DataFrame, overlays: Iterable[Overlay]) -> tuple[MomentumPane, ...]:
    """Return the panes among `overlays` over the `visible` bars, computed over all bars."""
    return tuple(make(analysis, visible) for overlay, make in MAKERS.items() if overlay in overlays)


def _rsi_pane(analysis: Analysis, visible: pd.DataFrame) -> MomentumPane:
    index = relative_strength_index(analysis.bars["close"], RSI_LENGTH).loc[visible.index[0] :]
    return MomentumPane(
        lines={"RSI": index},
        histogram=None,
        low=0.0,
        high=100.0,
        guides=RSI_GUIDES,
        places=RSI_PLACES,
        computed=f"RSI {RSI_LENGTH} by Wilder's means",
        sessions=len(analysis.bars),
        needed=RSI_LENGTH + 1,
    )


def _macd_pane(analysis: Analysis, visible: pd.DataFrame) -> MomentumPane:
    macd = moving_average_convergence(analysis.bars["close"], *MACD_SPANS).loc[visible.index[0] :]
    values = macd.to_numpy()
    known = np.append(values[np.isfinite(values)], 0.0)
    padding = PADDING_SHARE * (float(np.ptp(known)) or 1.0)
    return MomentumPane(
        lines={"MACD": macd["macd"], "Signal": macd["signal"]},
        histogram=macd["histogram"],
        low=float(known.min()) - padding,
        high=float(known.max()) + padding,
        guides=(0.0,),
        places=analysis.price_format.places + MACD_EXTRA_PLACES,
        computed=f"MACD {', '.join(map(str, MACD_SPANS))}",
        sessions=len(analysis.bars),
        needed=MACD_SPANS[1] + MACD_SPANS[2] - 1,
    )


MAKERS: dict[Overlay, Callable[[Analysis, pd.DataFrame], MomentumPane]] = {"rsi": _rsi_pane, "macd": _macd_pane}


def pane_axis_id(number: int) -> str:
    """Return how traces and labels name the vertical axis of a pane."""
    return f"y{FIRST_PANE_AXIS + number}"


def pane_traces(pane: MomentumPane, axis_id: str, palette: Palette) -> list[dict[str, Any]]:
    """Return the pane's lines, over its histogram if it has one, on the axis `axis_id`."""
    traces = [_line_trace(pane, name, rank, palette) for rank, name in enumerate(pane.lines)]
    if pane.histogram is not None:
        traces.append(_histogram_trace(pane, pane.histogram, palette))
    return [trace | {"yaxis": axis_id, "showlegend": False} for trace in traces]


def pane_axis(pane: MomentumPane, domain: tuple[float, float], palette: Palette) -> dict[str, Any]:
    """Return Plotly's axis of a pane between two fractions of the plot's height."""
    return {
        "domain": list(domain),
        "anchor": "x",
        "range": [pane.low, pane.high],
        "tickvals": list(pane.guides),
        "gridcolor": palette.grid,
        "zeroline": False,
        "tickfont": {"color": palette.faint, "size": TICK_FONT_PX},
        "fixedrange": True,
    }


def _line_trace(pane: MomentumPane, name: str, rank: int, palette: Palette) -> dict[str, Any]:
    line = pane.lines[name]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": date_numbers(pd.DatetimeIndex(line.index)),
        "y": line.to_numpy(),
        "line": {"color": palette.ema_line(_color_rank(rank)), "width": 1.4},
        "hovertemplate": f"{name} %{{y:,.{pane.places}f}}<extra></extra>",
    }


def _histogram_trace(pane: MomentumPane, histogram: pd.Series, palette: Palette) -> dict[str, Any]:
    values = histogram.to_numpy()
    return {
        "type": "bar",
        "name": "Histogram",
        "x": date_numbers(pd.DatetimeIndex(histogram.index)),
        "y": values,
        "marker": {
            "color": np.where(values < 0.0, palette.fall, palette.rise),
            "opacity": HISTOGRAM_OPACITY,
            "line": {"width": 0},
        },
        "hovertemplate": f"Histogram %{{y:,.{pane.places}f}}<extra></extra>",
    }


def _color_rank(rank: int) -> int:
    """Return the color of a line, from those of the EMAs: the coolest first, then the second warmest."""
    return (3, 1)[rank]
