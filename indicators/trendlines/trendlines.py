"""Trendlines: straight lines through swing lows (support) or swing highs (resistance) that closes have respected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from typing import Literal

import numpy as np
import pandas as pd

from indicators.intervals.bar_units import Interval
from indicators.intervals.interval_bars import calendar_numbers
from indicators.trendlines.mirrored_bars import MirroredBars, Scale, Side, mirror_bars
from indicators.trendlines.search import NEVER, FoundLines, PairFinder, Standing, find_pairs, search

Status = Literal["holding", "testing", "bounced", "break pending", "broken"]
STATUSES: tuple[Status, ...] = ("broken", "break pending", "bounced", "testing", "holding")  # the first that is true

TESTING_BARS = 3  # a low at the line this recently is a test that is still going on
BOUNCE_BARS = 10  # a touch older than two weeks is no bounce any more
BOUNCE_ATR = 1.0  # the close must be this far from the line for a bounce


@dataclass(frozen=True)
class Trendline:
    """A straight line on `scale`, under the price (support) or over it (resistance).

    `slope`: price per session, on the log scale log price per session. `touches`: days of the swings within tolerance,
    those closer than 10 sessions counted once. `value`: its price at the last bar. `span`: sessions from the first
    touch to the last. `broken_on`: the day of the close that broke it, None while it is unbroken.

    `standing`, for a support and mirrored for a resistance: `offered` when it is the best of the lines that are
    unbroken, rise, have two touches or more within the last 252 sessions, the newest within 60, and lie at or under the
    price by no more than 4 ATR; `eligible` when it is another of them; `undercut` when all of that holds but that the
    last close lies under it and has not broken it; `lost` when it broke within the last 20 sessions and rose from such
    touches until then. `other` lines, and those eligible, are neither drawn nor named.

    `status`: `broken` by two closes in a row beyond tolerance or by one 3% beyond the line; `break pending` when the
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
    standing: Standing
    sessions: pd.DatetimeIndex = field(repr=False, compare=False)
    interval: Interval = "1d"

    @property
    def start(self) -> Date:
        """The day of the first touch."""
        return self.touches[0]

    @property
    def end(self) -> Date:
        """The day of the last touch."""
        return self.touches[-1]

    @property
    def offered(self) -> bool:
        """Whether it is the one line of its side that is drawn and named as the support or resistance."""
        return self.standing == "offered"

    @property
    def is_eligible(self) -> bool:
        """Whether it is fit to be offered: the line that is, or another that rises as it does from touches of late."""
        return self.standing in ("offered", "eligible")

    @property
    def tentative(self) -> bool:
        """Whether it has two touches only: any two points make a line, the third confirms it."""
        return len(self.touches) < 3

    @property
    def name(self) -> str:
        """What the line is called among other levels."""
        if self.tentative:
            return "Tentative line"
        return "Trendline" if self.side == "support" else "Resistance line"

    def value_at(self, day: Date) -> float:
        """Return the line's price on `day`: value + slope * sessions since the last bar, on its scale.

        A day without a session counts as the session before it. Beyond the bars every weekday is a session, and every
        day for a symbol that trades on weekends. On weekly and monthly bars a session is a bar, and a day counts as the
        bar that holds it.
        """
        steps = _bars_since(self.sessions, pd.Timestamp(day), self.interval)
        if self.scale == "log":
            return self.value * float(np.exp(self.slope * steps))
        return self.value + self.slope * steps

    def prices_from(self, day: Date) -> pd.Series:
        """Return the line's price on each session from its first touch or from `day` on, whichever is later."""
        sessions = self.sessions[self.sessions >= pd.Timestamp(max(self.start, day))]
        rise = self.slope * np.arange(1.0 - len(sessions), 1.0)
        prices = self.value * np.exp(rise) if self.scale == "log" else self.value + rise
        return pd.Series(prices, index=sessions)


def find_trendlines(
    bars: pd.DataFrame, side: Side = "support", scale: Scale = "linear", interval: Interval = "1d"
) -> list[Trendline]:
    """Return the unbroken lines of one side and those broken within the last 20 bars, the one that matters now first.

    A support runs from one swing low through a later one, and no close after the first lies under it by more than the
    tolerance: the smaller of 0.25 ATR(14) and 1.5% of the close, both of that bar's day (on the log scale, of the
    logarithms of the prices). The steepest such slope from a first touch i is min over k > i of
    (close[k] + tolerance[k] - low[i]) / (k - i). A touch is a swing low within the same tolerance of the line.
    Resistance is the support of the mirrored bars.

    Order: the line offered, those eligible, the undercut, the other unbroken ones, the others about to break, the lost,
    the other broken ones (see `Trendline.standing`); among them more touches first, then the longer span, then the
    closer fit. Of lines within half an ATR of each other (today, and 60 bars ago or where the later one begins) only
    the first is kept. A line beyond which a single close went, less than 3% deep, and the next came back is dropped,
    not broken: the line through the new low takes its place.

    `bars`: columns high, low, close, index of session days, oldest first, finite prices (positive on the log scale).
    `interval`: that of the bars; all counts of sessions here are counts of them. Too few bars for two touches give an
    empty list. Source: Edwards & Magee, "Technical Analysis of Stock Trends", on basic trendlines; tolerance and
    touches are this project's own.
    """
    if len(bars) < 2:
        return []
    return trendlines_of(mirror_bars(bars, side, scale), pd.DatetimeIndex(bars.index), interval)


def trendlines_of(
    mirrored: MirroredBars, sessions: pd.DatetimeIndex, interval: Interval, finder: PairFinder = find_pairs
) -> list[Trendline]:
    """Return what `find_trendlines` finds in two or more bars that are mirrored already; `sessions`: their days."""
    found = search(mirrored, finder)
    times = sessions.to_numpy()
    values = mirrored.to_price(found.lines.heights_on(mirrored.last)).tolist()
    slopes = mirrored.to_price_slope(found.lines.slope).tolist()
    broken = found.lines.broken.tolist()
    columns = zip(found.touches, broken, found.standings, _statuses(mirrored, found), values, slopes, strict=True)
    return [
        Trendline(
            side=mirrored.side,
            scale=mirrored.scale,
            slope=slope,
            touches=tuple(times[touches].astype("datetime64[D]").tolist()),
            status=status,
            value=value,
            span=int(touches[-1] - touches[0]),
            broken_on=times[broken].astype("datetime64[D]").item() if broken != NEVER else None,
            standing=standing,
            sessions=sessions,
            interval=interval,
        )
        for touches, broken, standing, status, value, slope in columns
    ]


def _statuses(bars: MirroredBars, found: FoundLines) -> list[Status]:
    """Return the status of each line at the last bar; the first condition that holds decides."""
    recent = np.arange(max(bars.last + 1 - TESTING_BARS, 0), bars.last + 1)
    line = found.lines.heights_at(recent)
    touched = np.array([touches[-1] for touches in found.touches]) >= bars.last - BOUNCE_BARS
    conditions = (
        found.lines.broken != NEVER,
        found.lines.crossed != NEVER,
        touched & (bars.close[-1] > line[:, -1] + BOUNCE_ATR * bars.atr[-1]),
        np.any(bars.low[recent] <= line + bars.tolerance[recent], axis=1),
        np.full(len(found.lines), True),
    )
    return [STATUSES[number] for number in np.vstack(conditions).argmax(axis=0).tolist()]


def _bars_since(sessions: pd.DatetimeIndex, day: pd.Timestamp, interval: Interval) -> int:
    """Return the count of bars from the last of `sessions` to `day`, negative before it."""
    if interval == "1d":
        return _sessions_since(sessions, day)
    if sessions[0] <= day <= sessions[-1]:
        return int(sessions.searchsorted(day)) - len(sessions) + 1
    first, last, at = calendar_numbers(pd.DatetimeIndex([sessions[0], sessions[-1], day]), interval).tolist()
    return at - last if day > sessions[-1] else at - first + 1 - len(sessions)


def _sessions_since(sessions: pd.DatetimeIndex, day: pd.Timestamp) -> int:
    """Return the count of sessions from the last of `sessions` to `day`, negative before it."""
    first, last = sessions[0], sessions[-1]
    if first <= day <= last:
        return int(sessions.searchsorted(day, side="right")) - len(sessions)
    beyond = last if day > last else first
    steps = _trading_days(beyond, day, bool((sessions.day_of_week >= 5).any()))
    return steps if day > last else steps + 1 - len(sessions)


def _trading_days(start: pd.Timestamp, end: pd.Timestamp, on_weekends: bool) -> int:
    """Return the count of days after `start` up to `end`, weekdays or all; negative where `end` comes first."""
    if on_weekends:
        return (end - start).days
    if end < start:
        return -int(np.busday_count(end.date(), start.date()))
    return int(np.busday_count(start.date() + pd.Timedelta(days=1), end.date() + pd.Timedelta(days=1)))
