"""What a user can choose about a levels chart: its period and its overlays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from indicators.intervals.bar_units import Interval

Period = Literal["3m", "6m", "1y", "2y", "5y", "max"]
Overlay = Literal[
    "emas",
    "bands",
    "trendlines",
    "zones",
    "volume",
    "events",
    "targets",
    "ratings",
    "consensus",
    "weekly",
    "rsi",
    "macd",
]

PERIODS: dict[Period, pd.DateOffset | None] = {
    "3m": pd.DateOffset(months=3),
    "6m": pd.DateOffset(months=6),
    "1y": pd.DateOffset(years=1),
    "2y": pd.DateOffset(years=2),
    "5y": pd.DateOffset(years=5),
    "max": None,
}
DEFAULT_PERIODS: dict[Interval, Period] = {"1d": "1y", "1wk": "5y", "1mo": "max"}  # about as many bars each
OVERLAY_NAMES: dict[Overlay, str] = {
    "emas": "EMAs",
    "bands": "Bollinger",
    "trendlines": "Trendlines",
    "zones": "Zones",
    "volume": "Volume",
    "events": "Events",
    "targets": "Targets",
    "ratings": "Rating changes",
    "consensus": "Consensus path",
    "weekly": "Weekly support",
}
PANE_NAMES: dict[Overlay, str] = {"rsi": "RSI", "macd": "MACD"}  # below the volume
OVERLAYS: tuple[Overlay, ...] = (*OVERLAY_NAMES, *PANE_NAMES)
DEFAULT_OVERLAYS: frozenset[Overlay] = frozenset(OVERLAY_NAMES) - {"ratings", "consensus", "weekly"}


@dataclass(frozen=True)
class Highlight:
    """A level that a chart emphasizes: `key` is its `level_key`, `price` where it stood, should it be there no more."""

    key: str
    price: float | None = None


def visible_bars(bars: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return the bars of the period that ends with the last bar."""
    offset = PERIODS[period]
    return bars if offset is None else bars.loc[bars.index[-1] - offset :]
