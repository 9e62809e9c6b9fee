"""Recent events at trendlines: the price bounced off one, tests one, or went through one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.swings import Floats
from indicators.trendlines.mirrored_bars import MirroredBars, mirror_bars
from indicators.trendlines.trendlines import TESTING_BARS, Trendline

EventKind = Literal["bounced", "testing", "crossed", "broken"]

BOUNCED_ATR = 0.5  # further from the line than this the price has left it, nearer it is still there
EVENT_SESSIONS = 5  # an event older than a week is no news


@dataclass(frozen=True)
class TrendlineEvent:
    """What happened at `line`, and the session it happened in.

    For a support line, and mirrored for a resistance line:
    `bounced`: within the last 5 sessions a low came down to the line (within tolerance or through it), last on
    `day`; since then the close has risen, and it is more than half an ATR above the unbroken line.
    `testing`: a low came down to the line in the last 3 sessions, and the close has not risen away like that.
    `crossed`: the last close is the first below the line by more than tolerance.
    `broken`: the line broke on `day`, within the last 5 sessions, and the close is still below it.
    """

    kind: EventKind
    line: Trendline
    day: Date

    @property
    def is_bullish(self) -> bool:
        """Whether it speaks for a rising price: a support that held, a resistance that did not."""
        return (self.line.side == "support") == (self.kind in ("bounced", "testing"))


def trendline_events(analysis: Analysis) -> tuple[TrendlineEvent, ...]:
    """Return the events at the leading lines, the newest first; on one day, those at confirmed lines first."""
    events = [event for line in analysis.leading if (event := _event_at(analysis, line)) is not None]
    return tuple(sorted(events, key=lambda event: (-event.day.toordinal(), event.line.tentative)))


def _event_at(analysis: Analysis, line: Trendline) -> TrendlineEvent | None:
    mirrored = mirror_bars(analysis.bars, line.side, line.scale)
    days = analysis.bars.index
    if line.broken_on is not None:
        is_recent = line.broken_on >= days[-EVENT_SESSIONS:][0].date()
        is_below = mirrored.close[-1] < _line_heights(line, 1)[-1]
        return TrendlineEvent("broken", line, line.broken_on) if is_recent and is_below else None
    if line.status == "break pending":
        return TrendlineEvent("crossed", line, days[-1].date())
    return _last_visit(mirrored, line, days)


def _last_visit(mirrored: MirroredBars, line: Trendline, days: pd.Index) -> TrendlineEvent | None:
    """Return the last time that the price came to an unbroken line, as a bounce or a test."""
    bars = min(EVENT_SESSIONS, len(days) - int(days.searchsorted(pd.Timestamp(line.start))))
    heights = _line_heights(line, bars)
    visits = np.flatnonzero(mirrored.low[-bars:] <= heights + mirrored.tolerance[-bars:])
    if not visits.size:
        return None
    bars_ago = bars - 1 - int(visits[-1])
    day = days[-1 - bars_ago].date()
    is_away = mirrored.close[-1] - heights[-1] > BOUNCED_ATR * mirrored.atr[-1]
    if is_away and mirrored.close[-1] > mirrored.close[-1 - max(bars_ago, 1)]:
        return TrendlineEvent("bounced", line, day)
    return TrendlineEvent("testing", line, day) if bars_ago < TESTING_BARS and not is_away else None


def _line_heights(line: Trendline, bars: int) -> Floats:
    """Return the heights of the line (see `mirrored_bars`) at the last `bars` bars."""
    steps = np.arange(1 - bars, 1, dtype=np.float64)
    today = math.log(line.value) if line.scale == "log" else line.value
    return (today + line.slope * steps) * (-1.0 if line.side == "resistance" else 1.0)
