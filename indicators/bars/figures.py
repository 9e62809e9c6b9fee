"""The figures that each bar has from itself and those before it, computed once for any number of as-of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from indicators.bars.columns import BarColumns, Floats, bar_columns
from indicators.bollinger import bollinger_bands
from indicators.intervals.bar_units import Interval
from indicators.intervals.interval_bars import interval_bars
from indicators.moving_average import ema
from indicators.trendlines.mirrored_bars import MirroredBars, Scale, mirror_columns
from indicators.trendlines.pairs_through_time import PairsThroughTime
from indicators.trendlines.search import PairFinder, find_pairs
from indicators.trendlines.trendlines import Trendline, trendlines_of


@dataclass(frozen=True)
class DailyBars:
    """Daily bars, as a table and as columns."""

    table: pd.DataFrame
    columns: BarColumns
    volume: Floats

    @property
    def sessions(self) -> pd.DatetimeIndex:
        """The days of the bars."""
        return cast("pd.DatetimeIndex", self.table.index)  # a new DatetimeIndex would be slow to make

    def first(self, count: int) -> DailyBars:
        """Return the first `count` sessions."""
        return DailyBars(self.table.iloc[:count], self.columns.first(count), self.volume[:count])


def daily_bars(table: pd.DataFrame) -> DailyBars:
    """Return `table` (one row or more; columns high, low, close, volume; index of days) with its columns read."""
    return DailyBars(table, bar_columns(table), table["volume"].to_numpy(dtype=float))


@dataclass(frozen=True)
class BarFigures:
    """Bars of one interval with the figures of each: `emas` by span, `bands`, and ATR(14) in `columns`.

    `mirrored`: the bars as lines are sought in them, for support and for resistance, up to the first bar whose prices
    have no place on the scale. `finders`: what finds the pairs of swings in each of the two.
    """

    interval: Interval
    bars: pd.DataFrame
    columns: BarColumns
    emas: dict[int, pd.Series]
    bands: pd.DataFrame
    mirrored: tuple[MirroredBars, MirroredBars]
    finders: tuple[PairFinder, PairFinder] = (find_pairs, find_pairs)

    def known_from(self, daily: DailyBars) -> BarFigures:
        """Return what was known of these daily bars after the first sessions, `daily`."""
        count = len(daily.columns)
        return BarFigures(
            self.interval,
            daily.table,
            daily.columns,
            {span: series.iloc[:count] for span, series in self.emas.items()},
            self.bands.iloc[:count],
            (self.mirrored[0].first(count), self.mirrored[1].first(count)),
            self.finders,
        )

    def for_many_days(self) -> BarFigures:
        """Return the same, with finders that know the pairs of every first sessions already."""
        support, resistance = (PairsThroughTime(side) for side in self.mirrored)
        return replace(self, finders=(support, resistance))

    def trendlines(self, count: int) -> tuple[Trendline, ...]:
        """Return the lines of both sides known after `count` bars; none where a price has no place on the scale."""
        if count < 2 or count > self.mirrored[0].low.size:
            return ()
        sessions = cast("pd.DatetimeIndex", self.bars.index)[:count]  # a new DatetimeIndex would be slow to make
        sides = zip(self.mirrored, self.finders, strict=True)
        return tuple(
            line
            for mirrored, finder in sides
            for line in trendlines_of(mirrored.first(count), sessions, self.interval, finder)
        )

    @property
    def is_on_scale(self) -> bool:
        """Whether every price has a place on the scale of the lines: on the log scale none of zero or below has."""
        return self.mirrored[0].low.size == len(self.columns)


def bar_figures(daily: DailyBars, interval: Interval, ema_spans: Iterable[int], scale: Scale) -> BarFigures:
    """Return the figures of the bars of `interval` that `daily` makes."""
    bars = interval_bars(daily.table, interval)
    columns, close = daily.columns if interval == "1d" else bar_columns(bars), bars["close"]
    on_scale = columns.first(_count_on_scale(columns, scale))
    return BarFigures(
        interval,
        bars,
        columns,
        {span: ema(close, span) for span in ema_spans},
        bollinger_bands(close),
        (mirror_columns(on_scale, "support", scale), mirror_columns(on_scale, "resistance", scale)),
    )


def _count_on_scale(columns: BarColumns, scale: Scale) -> int:
    """Return how many bars come before the first price that has no logarithm, all on the linear scale."""
    has_place = columns.low > (0.0 if scale == "log" else -np.inf)
    return len(columns) if has_place.all() else int(np.argmin(has_place))
