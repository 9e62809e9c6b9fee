"""Traces and shapes of the price panel: candles, volume, EMAs, Bollinger Bands, trendlines and zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charts.palette import Palette
from charts.price_axis import PriceAxis
from indicators.analysis import Analysis
from indicators.intervals.bar_units import BAR_UNITS, Interval
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone
from text.numbers import volume_unit

EXTENSION_SHARE = 0.035  # of the visible sessions, that trendlines extend past the last bar
MIN_EXTENSION_SESSIONS = 2
SATURDAY = 5  # pandas' `day_of_week`
WEEK_MILLISECONDS, SOME_MONDAY = 7 * 24 * 3_600_000, "2000-01-03"
BAR_SLOTS: dict[Interval, dict[str, Any]] = {
    "1wk": {"xperiod": WEEK_MILLISECONDS, "xperiod0": SOME_MONDAY, "xperiodalignment": "middle"},
    "1mo": {"xperiod": "M1", "xperiodalignment": "middle"},
}


def date_numbers(dates: pd.DatetimeIndex) -> NDArray[np.float64]:
    """Return the dates as Plotly's milliseconds since 1970, which take a third of the time and space of text."""
    return dates.to_numpy().astype("datetime64[ms]").astype(np.float64)


def bar_slots(interval: Interval) -> dict[str, Any]:
    """Return what places a trace's bars on the date axis: a daily one at its day, others amid their week or month."""
    return BAR_SLOTS.get(interval, {})


def session_breaks(dates: pd.DatetimeIndex, interval: Interval = "1d") -> list[dict[str, Any]]:
    """Return the days that Plotly skips: weekends, unless the market trades on them, and days without a bar.

    None on an axis of weeks or months, where a bar has the width of all its days.
    """
    if interval != "1d":
        return []
    all_days = pd.date_range(dates[0], dates[-1], freq="D")
    closed = all_days.difference(dates)
    if _trades_on_weekends(dates):
        return [{"values": _iso_days(closed)}] if len(closed) else []
    holidays = closed[closed.day_of_week < SATURDAY]
    return [{"bounds": ["sat", "mon"]}] + ([{"values": _iso_days(holidays)}] if len(holidays) else [])


def extension_sessions(sessions: int) -> int:
    """Return how many sessions to show past the last of `sessions` bars, so that a trendline's direction is visible."""
    return max(MIN_EXTENSION_SESSIONS, round(EXTENSION_SHARE * sessions))


def session_after(dates: pd.DatetimeIndex, sessions: int, interval: Interval = "1d") -> pd.Timestamp:
    """Return the day that is `sessions` sessions, weeks or months after the last bar, holidays not counted."""
    if interval == "1wk":
        return dates[-1] + pd.Timedelta(weeks=sessions)
    if interval == "1mo":
        return dates[-1] + pd.DateOffset(months=sessions)
    return dates[-1] + (pd.Timedelta(days=sessions) if _trades_on_weekends(dates) else pd.offsets.BDay(sessions))


def _trades_on_weekends(dates: pd.DatetimeIndex) -> bool:
    return bool((dates.day_of_week >= SATURDAY).any())


def _iso_days(dates: pd.DatetimeIndex) -> list[str]:
    return list(dates.strftime("%Y-%m-%d"))


def candle_traces(visible: pd.DataFrame, palette: Palette, places: int) -> list[dict[str, Any]]:
    """Return one candlestick trace of the visible bars."""
    figure = f",.{places}f"
    return [
        {
            "type": "candlestick",
            "name": "Price",
            "x": date_numbers(pd.DatetimeIndex(visible.index)),
            **{column: visible[column].to_numpy() for column in ("open", "high", "low", "close")},
            "increasing": {"line": {"color": palette.rise, "width": 1}, "fillcolor": palette.rise},
            "decreasing": {"line": {"color": palette.fall, "width": 1}, "fillcolor": palette.fall},
            "hovertemplate": (
                f"<b>Price %{{close:{figure}}}</b>"
                f"<br>open %{{open:{figure}}}, high %{{high:{figure}}}, low %{{low:{figure}}}<extra></extra>"
            ),
            "showlegend": False,
        }
    ]


def volume_traces(visible: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    """Return one bar trace of the visible volume in the unit of its highest bar, such as millions; on the axis `y2`."""
    unit, letter = volume_unit(float(visible["volume"].max()))
    return [
        {
            "type": "bar",
            "name": "Volume",
            "x": date_numbers(pd.DatetimeIndex(visible.index)),
            "y": visible["volume"].to_numpy() / unit,
            "yaxis": "y2",
            "marker": {"color": palette.volume, "line": {"width": 0}},
            "hovertemplate": f"Volume %{{y:,.3~r}}{letter}<extra></extra>",
            "showlegend": False,
        }
    ]


def ema_traces(analysis: Analysis, start: pd.Timestamp, palette: Palette, places: int) -> list[dict[str, Any]]:
    """Return each available EMA from `start` on; one that is still warming up is fainter."""
    return [
        _line_trace(ema.series.loc[start:], f"EMA {ema.span}", places, color=palette.ema_line(rank), width=1.6)
        | ({"opacity": 0.55} if ema.warming_up else {})
        for rank, ema in enumerate(analysis.emas)
        if ema.value is not None
    ]


def band_traces(analysis: Analysis, start: pd.Timestamp, palette: Palette, places: int) -> list[dict[str, Any]]:
    """Return the upper and lower Bollinger Band from `start` on, with the area between them tinted."""
    bands = analysis.bands.loc[start:]
    style = {"color": palette.band, "width": 1}
    fill = {"fill": "tonexty", "fillcolor": palette.band_fill}
    return [
        _line_trace(bands["upper"], "Upper band", places, **style),
        _line_trace(bands["lower"], "Lower band", places, **style) | fill,
    ]


def _line_trace(series: pd.Series, name: str, places: int, **style: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": date_numbers(pd.DatetimeIndex(series.index)),
        "y": series.to_numpy(),
        "line": style,
        "hovertemplate": f"{name} %{{y:,.{places}f}}<extra></extra>",
        "showlegend": False,
    }


def trendline_traces(
    lines: Iterable[Trendline], visible: pd.DataFrame, palette: Palette, places: int, interval: Interval = "1d"
) -> list[dict[str, Any]]:
    """Return each line from its first touch (or the first visible bar) past the last bar, and rings at its touches.

    `interval`: that of the visible bars, over which a line of weekly ones may be laid.
    """
    return [
        trace
        for line in lines
        for trace in (_trendline_trace(line, visible, palette, places, interval), _touch_rings(line, visible, palette))
    ]


def _trendline_trace(
    line: Trendline, visible: pd.DataFrame, palette: Palette, places: int, interval: Interval
) -> dict[str, Any]:
    end = session_after(pd.DatetimeIndex(visible.index), extension_sessions(len(visible)), interval)
    beyond = pd.Series([line.value_at(end.date())], index=pd.DatetimeIndex([end]))
    prices = pd.concat([line.prices_from(visible.index[0].date()), beyond])
    broken = line.status == "broken"
    style = {
        "color": palette.trendline(line.status),
        "width": 1.2 if line.tentative or broken else 2.2,
        "dash": "dot" if broken else ("dash" if line.tentative else "solid"),
    }
    if line.interval != interval:
        style |= {"width": 1.8, "dash": "longdashdot"}
    return _line_trace(prices, line_name(line, interval), places, **style)


def line_name(line: Trendline, interval: Interval) -> str:
    """Return what a line drawn over bars of `interval` is called: `Support line`, `Tentative resistance`."""
    if line.interval != interval:
        return f"{BAR_UNITS[line.interval].of_chart.capitalize()} {line.side}"
    if line.status == "broken":
        return f"Broken {line.side}"
    return f"Tentative {line.side}" if line.tentative else f"{line.side.capitalize()} line"


def _touch_rings(line: Trendline, visible: pd.DataFrame, palette: Palette) -> dict[str, Any]:
    touches = _touched_prices(line, visible)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": date_numbers(pd.DatetimeIndex(touches.index)),
        "y": touches.to_numpy(),
        "marker": {
            "symbol": "circle-open",
            "size": 13,
            "color": palette.trendline(line.status),
            "line": {"width": 1.4 if line.tentative else 2},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _touched_prices(line: Trendline, visible: pd.DataFrame) -> pd.Series:
    """Return the visible lows (highs) at which the line was touched: of a week over daily bars, that of one day."""
    days, touches = pd.DatetimeIndex(visible.index), pd.DatetimeIndex(line.touches)
    bars = line.sessions.searchsorted(touches)
    starts = np.where(bars == 0, 0, days.searchsorted(line.sessions[bars - 1], side="right"))
    spans = zip(starts.tolist(), days.searchsorted(touches, side="right").tolist(), strict=True)
    prices = visible["low" if line.side == "support" else "high"]
    reached = prices.to_numpy() if line.side == "support" else -prices.to_numpy()
    return prices.iloc[[start + int(reached[start:stop].argmin()) for start, stop in spans if stop > start]]


def zone_shapes(zones: Iterable[Zone], price: float, axis: PriceAxis, palette: Palette) -> list[dict[str, Any]]:
    """Return a horizontal band across the price panel for each zone that overlaps the axis."""
    return [_zone_shape(zone, price, axis, palette) for zone in zones if zone.high > axis.low and zone.low < axis.high]


def _zone_shape(zone: Zone, price: float, axis: PriceAxis, palette: Palette) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x domain",
        "xsizemode": "scaled",
        "yref": "y",
        "x0": 0,
        "x1": 1,
        "y0": max(zone.low, axis.low),
        "y1": min(zone.high, axis.high),
        "fillcolor": palette.support_fill if zone.low <= price else palette.resistance_fill,
        "line": {"width": 0},
        "layer": "below",
    }


def visible_price_range(visible: pd.DataFrame, *series: pd.Series) -> list[float]:
    """Return the lowest and highest price of the visible bars and of the given lines, NaN ignored."""
    values = np.concatenate(
        [visible["low"].to_numpy(), visible["high"].to_numpy(), *(column.to_numpy() for column in series)]
    )
    return [float(np.nanmin(values)), float(np.nanmax(values))]
