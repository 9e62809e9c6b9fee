"""Trendlines: straight lines that the price came down to, and that no close has undercut; and their mirror above."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.trendlines.mirrored_bars import MirroredBars, Scale, Side, mirror_bars
from indicators.trendlines.search import NEVER, Found, search

Status = Literal["holding", "testing", "bounced", "break pending", "broken"]

TESTED_WITHIN = 3  # bars: a low at the line this recently is a test still going on
BOUNCED_WITHIN = 10  # bars: a touch older than two weeks is no news any more
BOUNCE_ATR = 1.0


@dataclass(frozen=True)
class Trendline:
    """A straight line on `scale`, under the price (support) or over it (resistance).

    `slope`: price a session, on the log scale log price a session. `touches`: days of the swings within tolerance,
    those closer than 10 sessions once. `value`: its price at the last bar. `span`: sessions from the first touch to
    the last. `broken_on`: the day of the close that broke it, None while it stands. `offered`: it matters now: it
    stands, rises (resistance falls), was touched within 60 sessions and lies no more than 4 ATR from the price.

    `status`: `broken` by two closes running beyond tolerance or by one 3 % beyond the line; `break pending` when the
    last close is the first beyond tolerance; `bounced` when a touch lies within 10 bars and the last close more than
    1 ATR from the line; `testing` when one of the last 3 lows came down to the line, within tolerance or through it;
    else `holding`.
    """

    side: Side
    scale: Scale
    slope: float
    touches: tuple[Date, ...]
    status: Status
    value: float
    span: int
    broken_on: Date | None
    offered: bool
    sessions: pd.DatetimeIndex = field(repr=False, compare=False)

    @property
    def start(self) -> Date:
        """The day of the first touch."""
        return self.touches[0]

    @property
    def end(self) -> Date:
        """The day of the last touch."""
        return self.touches[-1]

    @property
    def tentative(self) -> bool:
        """Two touches: any two points make a line, the third makes a trendline."""
        return len(self.touches) < 3

    @property
    def name(self) -> str:
        """What it is called among other levels."""
        if self.tentative:
            return "Tentative line"
        return "Trendline" if self.side == "support" else "Resistance line"

    def value_at(self, day: Date) -> float:
        """The line's price on `day`: value + slope * sessions since the last bar, on its scale.

        A day without a session counts as the session before it. Beyond the bars every weekday is a session, for a
        symbol that trades at weekends every day.
        """
        steps = _sessions_since(self.sessions, pd.Timestamp(day))
        if self.scale == "log":
            return self.value * float(np.exp(self.slope * steps))
        return self.value + self.slope * steps


def find_trendlines(bars: pd.DataFrame, side: Side = "support", scale: Scale = "linear") -> list[Trendline]:
    """The lines that hold the price, and those broken within the last 20 bars, the one that matters now first.

    A support runs from one swing low through a later one; no close from there to the last bar lies under it by more
    than the tolerance, 0.25 ATR(14) of that bar's day (on the log scale of the logarithms of the prices). The steepest
    legal slope from a first touch i is min over k > i of (close[k] + tolerance[k] - low[i]) / (k - i). A touch is a
    swing low within the same tolerance of the line. Resistance is the support of the mirrored bars.

    First come the lines that rise, were touched within 60 bars and lie under the price by no more than 4 ATR, then
    the others that stand, those about to break, and the broken; among them more touches come first, then the longer
    span, then the closer fit. Of lines within half an ATR of each other (today, and 60 bars ago or where the later
    one begins) the first stands for all. A line undercut by a single close, less than 3 % deep, that the next close
    took back is gone, not broken: the one through the new low takes its place.

    `bars`: columns high, low, close, index of session days, oldest first, finite prices (positive on the log scale).
    With fewer bars than two touches need, the list is empty. Source: Edwards & Magee, «Technical Analysis of Stock
    Trends», on basic trendlines; the tolerance and the touches are this project's own.
    """
    if len(bars) < 2:
        return []
    ground = mirror_bars(bars, side, scale)
    found = search(ground)
    sessions = pd.DatetimeIndex(bars.index)
    days = sessions.to_numpy().astype("datetime64[D]")
    values = ground.price(found.lines.at(np.array([ground.last]))[:, 0]).tolist()
    slopes = ground.slope(found.lines.slope).tolist()
    broken, offered = found.lines.broken.tolist(), found.offered.tolist()
    columns = zip(found.bars, broken, offered, _statuses(ground, found), values, slopes, strict=True)
    return [
        Trendline(
            side=side,
            scale=scale,
            slope=slope,
            touches=tuple(days[touches].tolist()),
            status=status,
            value=value,
            span=int(touches[-1] - touches[0]),
            broken_on=days[broken].item() if broken != NEVER else None,
            offered=offered,
            sessions=sessions,
        )
        for touches, broken, offered, status, value, slope in columns
    ]


def _statuses(ground: MirroredBars, found: Found) -> list[Status]:
    """How each line is doing at the last bar."""
    recent = np.arange(max(ground.last + 1 - TESTED_WITHIN, 0), ground.last + 1)
    line = found.lines.at(recent)
    touched = np.array([touches[-1] for touches in found.bars]) >= ground.last - BOUNCED_WITHIN
    tested = np.any(ground.low[recent] <= line + ground.tolerance[recent], axis=1)
    states: list[tuple[Status, NDArray[np.bool_]]] = [
        ("broken", found.lines.broken != NEVER),
        ("break pending", found.lines.crossed != NEVER),
        ("bounced", touched & (ground.close[-1] > line[:, -1] + BOUNCE_ATR * ground.atr[-1])),
        ("testing", tested),
        ("holding", np.full(len(found.lines), True)),
    ]
    return [next(name for name, holds in states if holds[each]) for each in range(len(found.lines))]


def _sessions_since(sessions: pd.DatetimeIndex, day: pd.Timestamp) -> int:
    """Sessions from the last of `sessions` to `day`, negative before it."""
    first, last = sessions[0], sessions[-1]
    if first <= day <= last:
        return int(sessions.searchsorted(day, side="right")) - len(sessions)
    beyond = last if day > last else first
    steps = _trading_days(beyond, day, bool((sessions.day_of_week >= 5).any()))
    return steps if day > last else steps + 1 - len(sessions)


def _trading_days(start: pd.Timestamp, end: pd.Timestamp, at_weekends: bool) -> int:
    """Days after `start` up to `end`, weekdays or all of them; negative where `end` comes first."""
    if at_weekends:
        return (end - start).days
    if end < start:
        return -int(np.busday_count(end.date(), start.date()))
    return int(np.busday_count(start.date() + pd.Timedelta(days=1), end.date() + pd.Timedelta(days=1)))
