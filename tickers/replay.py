"""Replay one ticker: the Analysis of each of many past days, at half the cost of analyzing them one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date as Date
from functools import partial

import numpy as np

from indicators.analysis import EMA_SPANS, Analysis, Scale, TooEarly, analyse_figures, published_targets, with_earnings
from indicators.analysts.known_targets import TargetsThroughTime
from indicators.bars.figures import BarFigures, DailyBars, bar_figures, daily_bars
from indicators.intervals.bar_units import Interval
from market import PriceHistory, PriceTarget
from market.events.company_events import EarningsDates

MANY_DAYS = 60  # from so many on, to find the pairs of swings of all days at once takes less time than day by day


def replay(
    history: PriceHistory,
    targets: Iterable[PriceTarget],
    days: Iterable[Date],
    scale: Scale = "linear",
    interval: Interval = "1d",
    earnings: EarningsDates | None = None,
) -> Iterator[Analysis]:
    """Yield the Analysis of each of `days`, which is `analyse(history, targets, day, scale, interval, earnings)`.

    `days`: in any order. Figures that a daily bar has from itself and those before it are computed once, for all days.
    An Analysis is made when it is asked for and not kept, so that memory does not grow with the days. Raises `TooEarly`
    at a day before the first bar.
    """
    bars = history.bars
    if bars.empty:
        raise TooEarly(history.symbol, None, None)
    daily = daily_bars(bars)
    days = tuple(days)
    figures_of = _figures_through_time(daily, interval, scale, len(days))
    known = TargetsThroughTime(published_targets(history, targets))
    for day in days:
        count = int(np.searchsorted(daily.columns.days, np.datetime64(day), side="right"))
        if not count:
            raise TooEarly(history.symbol, day, bars.index[0].date())
        sessions = daily.first(count)
        analysis = analyse_figures(history, sessions, figures_of(sessions), known.on(day), day, seen_on=day)
        yield with_earnings(analysis, earnings, day)


def _figures_through_time(
    daily: DailyBars, interval: Interval, scale: Scale, day_count: int
) -> Callable[[DailyBars], BarFigures]:
    """Return what gives the figures of first sessions of `daily`."""
    if interval != "1d":  # a week or a month changes until it is over
        return partial(bar_figures, interval=interval, ema_spans=EMA_SPANS, scale=scale)
    figures = bar_figures(daily, interval, EMA_SPANS, scale)
    return figures.for_many_days().known_from if day_count >= MANY_DAYS else figures.known_from
