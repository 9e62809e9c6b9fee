"""Zones: price ranges in which the market turned more than once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from itertools import pairwise

import numpy as np
import pandas as pd

from indicators.atr import average_true_range
from indicators.swings import swing_highs, swing_lows

GAP_ATR = 0.5  # swings further apart than half a usual day's range belong to different zones
MIN_TOUCHES = 2
BROAD_ATR = 2.0  # a zone wider than two usual days' range is no single level: its edges are levels of their own


@dataclass(frozen=True)
class Zone:
    """A range of prices, `low` to `high`, and the days on which the price turned there, oldest first."""

    low: float
    high: float
    touches: tuple[Date, ...]

    def is_broad(self, atr: float | None) -> bool:
        """Return whether the zone is wider than 2 ATR; without an ATR every zone is."""
        return not atr or self.high - self.low > BROAD_ATR * atr


def find_zones(bars: pd.DataFrame) -> list[Zone]:
    """Return the zones of support and resistance, lowest first.

    Swing lows and highs together are sorted by price and split where the gap to the next exceeds 0.5 ATR(14) of the
    last bar; a group of two or more is a zone from its lowest to its highest price. `bars`: columns high, low, close.
    Without an ATR (fewer than 15 bars) there are no zones.
    """
    atr = float(average_true_range(bars).iloc[-1]) if len(bars) else np.nan
    if not np.isfinite(atr):
        return []
    low, high = bars["low"].to_numpy(float), bars["high"].to_numpy(float)
    lows, highs = swing_lows(low), swing_highs(high)
    prices = np.concatenate([low[lows], high[highs]])
    positions = np.concatenate([lows, highs])
    order = np.argsort(prices, kind="stable")
    prices, positions = prices[order], positions[order]
    days = bars.index.to_numpy().astype("datetime64[D]")
    cuts = np.flatnonzero(np.diff(prices) > GAP_ATR * atr) + 1
    edges = pairwise([0, *cuts.tolist(), prices.size])
    return [
        Zone(float(prices[first]), float(prices[end - 1]), tuple(days[np.unique(positions[first:end])].tolist()))
        for first, end in edges
        if end - first >= MIN_TOUCHES
    ]
