"""What the price did at a trendline lately: came off it, tests it, or went through it."""

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
from indicators.trendlines.trendlines import TESTED_WITHIN, Trendline

What = Literal["bounced", "testing", "crossed", "broken"]

OFF_ATR = 0.5  # further from the line than this the price has left it, nearer it is still there
NEWS_FOR = 5  # sessions: what is older than a week is no news


@dataclass(frozen=True)
class LineEvent:
    """What happened at `line`, and the session it happened on.

    For a support, and mirrored for a resistance:
    `bounced`: within the last 5 sessions a low came down to the line (within tolerance or through it), last on
    `day`; since then the close has risen, and it stands more than half an ATR above the line, which holds.
    `testing`: a low came down to the line in the last 3 sessions, and the close has not got away like that.
    `crossed`: the last close is the first below the line by more than tolerance.
    `broken`: the line broke on `day`, within the last 5 sessions, and the close is still below it.
    """

    what: What
    line: Trendline
    day: Date

    @property
    def upward(self) -> bool:
        """Whether it speaks for a rising price: a support that held, a resistance that did not."""
        return (self.line.side == "support") == (self.what in ("bounced", "testing"))


def line_events(analysis: Analysis) -> tuple[LineEvent, ...]:
    """The events at the leading lines, the newest first; of one day, that at the better line first."""
    events = [event for line in analysis.leading if (event := _event(analysis, line)) is not None]
    return tuple(sorted(events, key=lambda event: (-event.day.toordinal(), event.line.tentative)))


def _event(analysis: Analysis, line: Trendline) -> LineEvent | None:
    side = mirror_bars(analysis.bars, line.side, line.scale)
    days = analysis.bars.index
    if line.broken_on is not None:
        fresh = line.broken_on >= days[-NEWS_FOR:][0].date() and side.close[-1] < _heights(line, 1)[-1]
        return LineEvent("broken", line, line.broken_on) if fresh else None
    if line.status == "break pending":
        return LineEvent("crossed", line, days[-1].date())
    return _visit(side, line, days)


def _visit(side: MirroredBars, line: Trendline, days: pd.Index) -> LineEvent | None:
    """The last time that the price came to a line that stands, and what has become of it."""
    bars = min(NEWS_FOR, len(days) - int(days.searchsorted(pd.Timestamp(line.start))))
    heights = _heights(line, bars)
    met = np.flatnonzero(side.low[-bars:] <= heights + side.tolerance[-bars:])
    if not met.size:
        return None
    ago = bars - 1 - int(met[-1])
    came_off = side.close[-1] - heights[-1] > OFF_ATR * side.atr[-1]
    if came_off and side.close[-1] > side.close[-1 - max(ago, 1)]:
        return LineEvent("bounced", line, days[-1 - ago].date())
    return LineEvent("testing", line, days[-1 - ago].date()) if ago < TESTED_WITHIN and not came_off else None


def _heights(line: Trendline, bars: int) -> Floats:
    """The line at the last `bars` bars, as its side sees it."""
    steps = np.arange(1 - bars, 1, dtype=np.float64)
    today = math.log(line.value) if line.scale == "log" else line.value
    return (today + line.slope * steps) * (-1.0 if line.side == "resistance" else 1.0)
