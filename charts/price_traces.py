"""The left-hand panel: candles, averages, bands, trendlines and zones, with the volume below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from charts.palette import Palette
from charts.price_axis import PriceAxis
from indicators.analysis import Analysis
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone

MAX_ZONES_PER_SIDE = 2  # the zones next to the price; those further off are in the ladder
EXTENSION_SHARE = 0.035  # of the sessions seen: how far a trendline is drawn past the last bar


def session_breaks(dates: pd.DatetimeIndex) -> list[dict[str, Any]]:
    """The days Plotly leaves out: weekends where the market keeps them, and the holidays between the bars."""
    every = pd.date_range(dates[0], dates[-1], freq="D")
    closed = every.difference(dates)
    if (dates.day_of_week >= 5).any():
        return [{"values": _days(closed)}] if len(closed) else []
    holidays = closed[closed.day_of_week < 5]
    return [{"bounds": ["sat", "mon"]}] + ([{"values": _days(holidays)}] if len(holidays) else [])


def extension_sessions(sessions: int) -> int:
    """How many sessions past the last bar the panel shows: room to see where a line is going."""
    return max(2, round(EXTENSION_SHARE * sessions))


def session_after(dates: pd.DatetimeIndex, sessions: int) -> pd.Timestamp:
    """The day that many sessions after the last bar."""
    return dates[-1] + (pd.Timedelta(days=sessions) if (dates.day_of_week >= 5).any() else pd.offsets.BDay(sessions))


def _days(dates: pd.DatetimeIndex) -> list[str]:
    return list(dates.strftime("%Y-%m-%d"))


def candle_traces(visible: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    return [
        {
            "type": "candlestick",
            "name": "Price",
            "x": visible.index.to_numpy(),
            **{column: visible[column].to_numpy() for column in ("open", "high", "low", "close")},
            "increasing": {"line": {"color": palette.rise, "width": 1}, "fillcolor": palette.rise},
            "decreasing": {"line": {"color": palette.fall, "width": 1}, "fillcolor": palette.fall},
            "showlegend": False,
        }
    ]


def volume_traces(visible: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    return [
        {
            "type": "bar",
            "name": "Volume",
            "x": visible.index.to_numpy(),
            "y": visible["volume"].to_numpy(),
            "yaxis": "y2",
            "marker": {"color": palette.volume, "line": {"width": 0}},
            "hovertemplate": "Volume %{y:.3s}<extra></extra>",
            "showlegend": False,
        }
    ]


def ema_traces(analysis: Analysis, start: pd.Timestamp, palette: Palette, places: int) -> list[dict[str, Any]]:
    """Each EMA that exists, from `start` on; one that is warming up is fainter."""
    return [
        _line(average.series.loc[start:], f"EMA {average.span}", places, color=palette.ema(rank), width=1.6)
        | ({"opacity": 0.55} if average.warming_up else {})
        for rank, average in enumerate(analysis.emas)
        if average.value is not None
    ]


def band_traces(analysis: Analysis, start: pd.Timestamp, palette: Palette, places: int) -> list[dict[str, Any]]:
    """The upper and the lower Bollinger Band from `start` on, with the ground between them tinted."""
    bands = analysis.bands.loc[start:]
    style = {"color": palette.band, "width": 1}
    return [
        _line(bands["upper"], "Upper band", places, **style),
        _line(bands["lower"], "Lower band", places, **style) | {"fill": "tonexty", "fillcolor": palette.band_fill},
    ]


def _line(series: pd.Series, name: str, places: int, **style: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": series.index.to_numpy(),
        "y": series.to_numpy(),
        "line": style,
        "hovertemplate": f"{name} %{{y:,.{places}f}}<extra></extra>",
        "showlegend": False,
    }


def trendline_traces(lines: Iterable[Trendline], visible: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    """Each line from its first touch, or the first visible bar, to a few sessions past the last; its touches ringed."""
    return [trace for line in lines for trace in (_drawn(line, visible, palette), _rings(line, visible, palette))]


def _drawn(line: Trendline, visible: pd.DataFrame, palette: Palette) -> dict[str, Any]:
    start = max(pd.Timestamp(line.start), visible.index[0])
    end = session_after(pd.DatetimeIndex(visible.index), extension_sessions(len(visible)))
    broken = line.status == "broken"
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [start, end],
        "y": [line.value_at(start.date()), line.value_at(end.date())],
        "line": {
            "color": palette.line(line.status),
            "width": 1.2 if line.tentative or broken else 2.2,
            "dash": "dot" if broken else ("dash" if line.tentative else "solid"),
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _rings(line: Trendline, visible: pd.DataFrame, palette: Palette) -> dict[str, Any]:
    column = "low" if line.side == "support" else "high"
    touches = visible.loc[visible.index.isin(pd.DatetimeIndex(line.touches)), column]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": touches.index.to_numpy(),
        "y": touches.to_numpy(),
        "marker": {
            "symbol": "circle-open",
            "size": 13,
            "color": palette.line(line.status),
            "line": {"width": 1.4 if line.tentative else 2},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def nearest_zones(zones: Iterable[Zone], price: float, atr: float | None) -> tuple[Zone, ...]:
    """The few zones next to the price on either side, but the broad ones; one that holds the price is a support."""
    ordered = sorted((zone for zone in zones if not zone.is_broad(atr)), key=lambda zone: zone.low)
    below = [each for each in ordered if each.low <= price][-MAX_ZONES_PER_SIDE:]
    above = [each for each in ordered if each.low > price][:MAX_ZONES_PER_SIDE]
    return (*below, *above)


def zone_shapes(zones: Iterable[Zone], price: float, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """Horizontal bands across the panel, at least two pixels high so that a narrow zone is seen."""
    return [_zone_shape(zone, price, axis, palette) for zone in zones if zone.high > axis.low and zone.low < axis.high]


def _zone_shape(zone: Zone, price: float, axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x domain",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": max(zone.low, axis.low),
        "y1": min(zone.high, axis.high),
        "fillcolor": palette.support_fill if zone.low <= price else palette.resistance_fill,
        "line": {"width": 0},
        "layer": "below",
    }


def visible_prices(visible: pd.DataFrame, *series: pd.Series) -> list[float]:
    """The lowest and the highest price drawn in the window: bars and the given lines."""
    values = np.concatenate(
        [visible["low"].to_numpy(), visible["high"].to_numpy(), *(column.to_numpy() for column in series)]
    )
    return [float(np.nanmin(values)), float(np.nanmax(values))]
