"""Replay one ticker: the Analysis of each of many past days, at half the cost of analyzing them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date as Date

import numpy as np

from indicators.analysis import EMA_SPANS, Analysis, Scale, TooEarly, analyse_figures, published_targets, with_earnings
from indicators.analysts.known_targets import TargetsThroughTime
from indicators.bars.figures import bar_figures, daily_bars
from market import PriceHistory, PriceTarget
from market.events.company_events import EarningsDates

MANY_DAYS = 60  # from so many on, to find the pairs of swings of all days at once takes less time than day by day


def replay(
    history: PriceHistory,
    targets: Iterable[PriceTarget],
    days: Iterable[Date],
    scale: Scale = "linear",
    earnings: EarningsDates | None = None,
) -> Iterator[Analysis]:
    """Yield the Analysis of each of `days`, which is `analyse(history, targets, day, scale, earnings=earnings)`.

    `days`: in any order. Figures that a bar has from itself and those before it are computed once, for all days. An
    Analysis is made when it is asked for and not kept, so that memory does not grow with the days. Raises `TooEarly` at
    a day before the first bar.
    """
    bars = history.bars
    if bars.empty:
        raise TooEarly(history.symbol, None, None)
    daily = daily_bars(bars)
    days = tuple(days)
    figures = bar_figures(daily, "1d", EMA_SPANS, scale)
    if len(days) >= MANY_DAYS:
        figures = figures.for_many_days()
    known = TargetsThroughTime(published_targets(history, targets))
    for day in days:
        count = int(np.searchsorted(figures.columns.days, np.datetime64(day), side="right"))
        if not count:
            raise TooEarly(history.symbol, day, bars.index[0].date())
        sessions = daily.first(count)
        figures_then = figures.known_from(sessions)
        analysis = analyse_figures(history, sessions, figures_then, known.on(day), day, seen_on=day)
        yield with_earnings(analysis, earnings, day)
