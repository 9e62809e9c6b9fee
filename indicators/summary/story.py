"""The day's story: what a markets desk would report of the last session before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.horizontal_levels.gaps import gap_of_last_bar
from indicators.horizontal_levels.old_highs import OldHigh
from indicators.time_spans import FIFTY_TWO_WEEKS

VOLUME_MEAN_SESSIONS, BUSY_RATIO = 50, 2.0
REVERSAL_ATR = 1.5  # from the extreme of the day to the close
TURN_ATR = 0.5  # and the extreme this far beyond the close before, or the day only ran one way
CROSS_SPANS = (50, 200)  # of the averages whose cross is called golden or death

Extreme = Literal["record high", "52-week high", "52-week low"]


@dataclass(frozen=True)
class Cross:
    """The EMA of 50 bars crossed that of 200 on `day`: upward it is called golden, downward death."""

    kind: Literal["golden", "death"]
    day: Date


@dataclass(frozen=True)
class Story:
    """What the last bar did, each None where there is nothing to tell.

    `extreme`: its high exceeded that of all bars or of 52 weeks, or its low undercut that of 52 weeks; None where it
    did both. `gap`: it opened a gap of 1 ATR or more. `reversal`: it went half an ATR or more beyond the close
    before, at its open or later, and closed 1.5 ATR or more from there, up or down. `volume_ratio`: its volume by the
    mean of the 50 sessions before, from 2 on. `cross`: one that is news. `broken_high`: an old high whose break is.
    """

    extreme: Extreme | None
    gap: Literal["up", "down"] | None
    reversal: Literal["up", "down"] | None
    volume_ratio: float | None
    cross: Cross | None
    broken_high: OldHigh | None


def tell_story(analysis: Analysis) -> Story:
    """Return the story of the last bar."""
    return Story(
        extreme=_extreme(analysis),
        gap=gap_of_last_bar(analysis.bars, analysis.atr),
        reversal=_reversal(analysis),
        volume_ratio=_volume_ratio(analysis.bars),
        cross=_cross(analysis),
        broken_high=_broken_high(analysis),
    )


def is_news(analysis: Analysis, day: Date) -> bool:
    """Return whether `day` is in the last 5 sessions, or the few weeks or months of `BarUnit.news_bars`."""
    oldest: Date = analysis.bars.index[-analysis.unit.news_bars :][0].date()
    return day >= oldest


def has_full_year(analysis: Analysis) -> bool:
    """Return whether the bars go back 52 weeks, give or take one."""
    first: Date = analysis.daily_bars.index[0].date()
    return first <= analysis.as_of - FIFTY_TWO_WEEKS + timedelta(weeks=1)


def _extreme(analysis: Analysis) -> Extreme | None:
    if not has_full_year(analysis):
        return None
    high, low = (analysis.bars[name].to_numpy(dtype=float) for name in ("high", "low"))
    before = slice(int(analysis.bars.index.searchsorted(np.datetime64(analysis.as_of - FIFTY_TWO_WEEKS))), -1)
    if not high[before].size:
        return None
    is_high, is_low = high[-1] > high[before].max(), low[-1] < low[before].min()
    if is_high == is_low:
        return None
    if is_low:
        return "52-week low"
    return "record high" if high.size > analysis.unit.year_bars and high[-1] > high[:-1].max() else "52-week high"


def _reversal(analysis: Analysis) -> Literal["up", "down"] | None:
    if not analysis.atr or len(analysis.bars) < 2:
        return None
    last, before = analysis.bars.iloc[-1], float(analysis.bars["close"].iloc[-2])
    turn, back = TURN_ATR * analysis.atr, REVERSAL_ATR * analysis.atr
    up = before - last["low"] >= turn and analysis.price - last["low"] >= back
    down = last["high"] - before >= turn and last["high"] - analysis.price >= back
    return None if up == down else "up" if up else "down"


def _volume_ratio(bars: pd.DataFrame) -> float | None:
    volume = bars["volume"].to_numpy(dtype=float)
    usual = volume[-1 - VOLUME_MEAN_SESSIONS : -1]
    if usual.size < VOLUME_MEAN_SESSIONS or not usual.mean() > 0.0:
        return None
    ratio = float(volume[-1] / usual.mean())
    return ratio if ratio >= BUSY_RATIO else None


def _cross(analysis: Analysis) -> Cross | None:
    latest = slice(-1 - analysis.unit.news_bars, None)
    crossing = (average.series for average in analysis.emas if average.span in CROSS_SPANS)
    fast, slow = (series.to_numpy(dtype=float)[latest] for series in crossing)
    side = np.sign(fast - slow)
    changed = np.flatnonzero((side[1:] != side[:-1]) & np.isfinite(side[:-1]) & (side[:-1] != 0))
    if not changed.size or side[changed[-1] + 1] != side[-1] or side[-1] == 0:
        return None
    day: Date = analysis.bars.index[int(changed[-1]) + 1 - side.size].date()
    return Cross("golden" if side[-1] > 0 else "death", day)


def _broken_high(analysis: Analysis) -> OldHigh | None:
    old = analysis.old_high
    return old if old is not None and is_news(analysis, old.broken_on) else None
