"""Everything known about one ticker on one as-of day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cached_property

import numpy as np
import pandas as pd

from indicators.analysts.consensus import Consensus, consensus
from indicators.analysts.known_targets import KnownTargets
from indicators.analysts.listing_currency import in_listing_currency
from indicators.analysts.split_adjustment import AdjustedTarget, adjust_for_splits
from indicators.analysts.target_notes import target_notes
from indicators.analysts.targets import CurrentTarget, current_of, foreign_of, newest_rows
from indicators.bars.columns import BarColumns, Floats
from indicators.bars.figures import BarFigures, DailyBars, bar_figures, daily_bars
from indicators.clusters import Cluster, find_clusters
from indicators.horizontal_levels.gaps import Gap, gaps_of
from indicators.horizontal_levels.old_highs import OldHigh, old_high_of
from indicators.intervals.bar_units import BAR_UNITS, BarUnit, Interval
from indicators.intervals.interval_bars import is_running
from indicators.levels import (
    BANDS,
    BandOrigin,
    EmaOrigin,
    ExtremeOrigin,
    GapEdgeOrigin,
    Level,
    OldHighOrigin,
    Origin,
    TargetOrigin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    levels_at_price,
    make_level,
    nearest_level,
    sort_levels,
)
from indicators.moving_average import seed_weight
from indicators.odds.touch import YEAR, TouchOdds, touch_odds
from indicators.time_spans import FIFTY_TWO_WEEKS
from indicators.trading_halt import has_stopped, last_traded
from indicators.trendlines.leading import leading_trendlines
from indicators.trendlines.mirrored_bars import Scale
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone, zones_of
from market import PriceHistory, PriceTarget
from market.events.company_events import (
    CompanyEvent,
    Earnings,
    EarningsDates,
    events_until,
    next_earnings,
    splits_of,
)
from market.price_format import price_format
from market.price_history import Instrument
from market.price_target import NO_LOG, TargetLog
from text.numbers import PriceFormat, format_day

EMA_SPANS = (20, 50, 100, 200)
WARMING_UP_WEIGHT = 0.005  # a seed that still weighs half a percent moves a quoted level by a cent or more


class TooEarly(ValueError):
    """There are no prices on or before the as-of day.

    `first` is the day of the first bar, None where there are no bars at all. `cause` and `advice` are the two halves of
    the sentence without the symbol, for places that show it already.
    """

    def __init__(self, symbol: str, as_of: Date | None, first: Date | None) -> None:
        super().__init__(symbol, as_of, first)
        self.symbol, self.as_of, self.first = symbol, as_of, first

    @property
    def cause(self) -> str:
        """What is wrong: `no prices on or before 2020-01-01`."""
        return "there are no daily prices to analyze" if self.first is None else f"no prices on or before {self.as_of}"

    @property
    def advice(self) -> str:
        """What to do about it: `choose a day from 2021-03-01 on`."""
        return "choose another ticker" if self.first is None else f"choose a day from {self.first} on"

    @property
    def explanation(self) -> str:
        """Cause and advice in one clause."""
        return f"{self.cause}, so {self.advice}"

    def __str__(self) -> str:
        return f"{self.symbol}: {self.explanation}"


@dataclass(frozen=True)
class MovingAverage:
    """One EMA: its `series` over all the bars fetched, and its `value` on the last of them.

    `value` is None with fewer bars (`sessions`) than `span`. `seed_weight` is how much of the value is still its seed,
    the mean of the first `span` closes: (1-a)^(sessions-span), a = 2/(span+1).
    """

    span: int
    series: pd.Series
    value: float | None
    sessions: int
    seed_weight: float

    @property
    def warming_up(self) -> bool:
        """Whether the seed still weighs more than 0.5%, so that the value depends on where the history begins."""
        return self.value is not None and self.seed_weight > WARMING_UP_WEIGHT


@dataclass(frozen=True)
class Analysis:
    """Everything known about one ticker on one day; pages, PNG, JSON and text are all drawn from it.

    It holds nothing later than `as_of`, neither bars nor targets. Prices are in `currency`, every `*_pct` in percent.
    `bars` are those of `interval`, made from `daily_bars`, and all levels but the 52-week ones and the targets are
    theirs; `change_pct` is that of the last of them. `in_progress`: the last session has not closed.
    `bar_in_progress`: nor has the last bar, which may be a week or a month that is not over.
    `trendlines` are all lines found, `leading` the few that are drawn and named. `gaps` are the open ones next to the
    price, one on each side at most. `levels` are sorted highest first; `clusters` are those of them that lie close
    together. `published` are all target rows up to `as_of`, in the split basis of the bars, and `targets` the current
    one of each firm; those in another currency are `foreign_targets`. `notes`: what was repaired in the bars.
    `notices`: which data is old or missing, and why. `targets_known` is False where the targets could not be fetched,
    which does not mean that there are none. `instrument` and `price_hint` are those of the history. `last_traded`: the
    day of the last trade, where trading has stopped (then there is no `atr`) or the last bar is old; None as long as it
    trades. `events`: earnings, dividends and splits up to `as_of`, oldest first; `next_earnings`: the report announced
    next, of the latest day only. `target_log`: when the source listed each target, later ones included.
    """

    symbol: str
    name: str
    currency: str
    source: str
    price_basis: str
    as_of: Date
    interval: Interval
    in_progress: bool
    bar_in_progress: bool
    notes: tuple[str, ...]
    scale: Scale
    bars: pd.DataFrame
    daily_bars: pd.DataFrame
    price: float
    change_pct: float | None
    emas: tuple[MovingAverage, ...]
    bands: pd.DataFrame
    atr: float | None
    trendlines: tuple[Trendline, ...]
    leading: tuple[Trendline, ...]
    zones: tuple[Zone, ...]
    gaps: tuple[Gap, ...]
    old_high: OldHigh | None
    high_52w: float
    low_52w: float
    levels: tuple[Level, ...]
    clusters: tuple[Cluster, ...]
    published: tuple[AdjustedTarget, ...]
    targets: tuple[CurrentTarget, ...]
    consensus: Consensus | None
    foreign_targets: tuple[PriceTarget, ...] = ()
    notices: tuple[str, ...] = ()
    targets_known: bool = True
    instrument: Instrument = ""
    price_hint: int | None = None
    last_traded: Date | None = None
    events: tuple[CompanyEvent, ...] = ()
    next_earnings: Earnings | None = None
    target_log: TargetLog = NO_LOG

    @cached_property
    def price_format(self) -> PriceFormat:
        """How every price of the ticker is written, wherever it appears."""
        levels = [level.price for level in self.levels if level.is_technical]
        return price_format(self.currency, self.instrument, self.price_hint, self.price, levels, self.atr)

    @cached_property
    def weekly_support(self) -> Trendline | None:
        """The support line offered on the weekly bars, whatever the interval; found when it is asked for."""
        weekly = bar_figures(daily_bars(self.daily_bars), "1wk", (), self.scale)
        return next(
            (line for line in weekly.trendlines(len(weekly.columns)) if line.side == "support" and line.offered), None
        )

    @property
    def session(self) -> Date:
        """The day of the last bar, on or before the as-of day."""
        return self.bars.index[-1].date()

    @property
    def unit(self) -> BarUnit:
        """What a bar is called, and how many of them make a year."""
        return BAR_UNITS[self.interval]

    @property
    def support(self) -> Trendline | None:
        """The support line offered, else one that the last close undercut and has not broken; None without either."""
        return next((line for line in self.leading if line.side == "support" and line.status != "broken"), None)

    @property
    def levels_at_price(self) -> tuple[Level, ...]:
        """The technical levels within 0.05 ATR of the price."""
        return levels_at_price(self.levels)

    @property
    def nearest_support(self) -> Level | None:
        """The next technical level below the price; see `nearest_level`."""
        return nearest_level(self.levels, "support")

    @property
    def nearest_resistance(self) -> Level | None:
        """The next technical level above the price; see `nearest_level`."""
        return nearest_level(self.levels, "resistance")

    @cached_property
    def days_per_session(self) -> float:
        """Calendar days from one daily bar to the next, on average over the last 252: about 1.45, 1 for a coin."""
        recent = self.daily_bars.index[-YEAR - 1 :]
        return (recent[-1] - recent[0]).days / (len(recent) - 1) if len(recent) > 1 else 365.0 / YEAR

    @cached_property
    def touch_odds(self) -> TouchOdds | None:
        """How likely levels are to be touched; None with fewer than 22 sessions, and where trading has stopped."""
        return None if self.atr is None else touch_odds(self.daily_bars["close"])

    @property
    def target_notes(self) -> tuple[str, ...]:
        """What to say beside the consensus: how old its newest target is, and which targets it leaves out."""
        return target_notes(self.targets, self.foreign_targets, self.consensus)

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What needs more bars, and how many there are: "200-day EMA: 57 of 200 sessions"."""
        return tuple(
            f"{average.span}-{self.unit.span} EMA: {average.sessions} of {average.span} {self.unit.bar}s"
            for average in self.emas
            if average.value is None
        )


def analyse(
    history: PriceHistory,
    targets: Iterable[PriceTarget] = (),
    as_of: Date | None = None,
    scale: Scale = "linear",
    interval: Interval = "1d",
    earnings: EarningsDates | None = None,
) -> Analysis:
    """Return the levels and targets of one ticker as of one day.

    `history.bars`: daily bars, oldest first. `targets`: rows as published, in any order. `as_of` defaults to the day of
    the last bar, or of a target published after it and before the bars were fetched, since an upgrade in the early
    morning comes before its day's first bar. `interval`: the bars that levels are made from, those of the days, or the
    weeks or months made of them; the last one holds the sessions up to that day. EMAs run over all bars up to that day,
    never over a visible window. `earnings`: past ones and those to come. Raises `TooEarly` when there are no bars up to
    that day.
    """
    if history.bars.empty:
        raise TooEarly(history.symbol, as_of, None)
    targets = tuple(targets)
    day = as_of or latest_day(history, targets)
    daily = daily_bars(_bars_until(history, day))
    figures = bar_figures(daily, interval, EMA_SPANS, scale)
    published = published_targets(history, (target for target in targets if target.date <= day))
    known = KnownTargets(published, newest_rows(published, day))
    analysis = analyse_figures(history, daily, figures, known, day, as_of or _fetch_day(history, day))
    return with_earnings(analysis, earnings, as_of)


def with_earnings(analysis: Analysis, earnings: EarningsDates | None, as_of: Date | None) -> Analysis:
    """Return the Analysis with the reports among its events; `as_of` None: it is of the latest day."""
    if earnings is None:
        return analysis
    return replace(
        analysis,
        events=events_until(analysis.as_of, analysis.events, earnings.rows),
        next_earnings=next_earnings(earnings, as_of, analysis.session),
    )


def published_targets(history: PriceHistory, targets: Iterable[PriceTarget]) -> tuple[AdjustedTarget, ...]:
    """Return the rows in the split basis of the bars, without a currency where it is the listing's own."""
    rows = (in_listing_currency(target, history.currency) for target in targets)
    return adjust_for_splits(rows, history.bars["close"], history.splits)


def analyse_figures(
    history: PriceHistory, daily: DailyBars, figures: BarFigures, known: KnownTargets, day: Date, seen_on: Date
) -> Analysis:
    """Return the Analysis of `day`, given what was known on it; `seen_on`: the day from which the last bar looks old.

    `history`: the ticker's, of which only what does not depend on the day is read.
    """
    bars, columns = figures.bars, figures.columns
    price = float(columns.close[-1])
    stopped = has_stopped(daily.volume, price, columns.last_atr)
    atr = None if stopped else columns.last_atr
    traded = last_traded(daily.table, stopped, seen_on)
    emas = tuple(_moving_average(span, series) for span, series in figures.emas.items())
    lines = figures.trendlines(len(columns))
    leading = leading_trendlines(lines, price, atr)
    zones = tuple(zones_of(columns))
    gaps = _next_gaps(gaps_of(columns), price)
    old_high = old_high_of(columns.days, columns.high, columns.close, BAR_UNITS[figures.interval])
    high, low = _fifty_two_week_range(daily.columns, day)
    current = current_of(known.newest, day, price)
    prices = (
        *_moving_prices(emas, figures.bands, leading, low),
        *_horizontal_prices(price, zones, gaps, old_high, high, low),
        *_target_prices(current),
    )
    levels = sort_levels(make_level(origin, at, price, atr) for origin, at in prices)
    in_progress = history.in_progress and len(daily.table) == len(history.bars)
    return Analysis(
        symbol=history.symbol,
        name=history.name,
        currency=history.currency,
        source=history.source,
        price_basis=history.price_basis,
        as_of=day,
        interval=figures.interval,
        in_progress=in_progress,
        bar_in_progress=in_progress or is_running(daily.sessions, figures.interval, seen_on),
        notes=(*_own_notes(figures, traded), *history.notes),
        scale=figures.mirrored[0].scale,
        bars=bars,
        daily_bars=daily.table,
        price=price,
        change_pct=_change_pct(columns.close),
        emas=emas,
        bands=figures.bands,
        atr=atr,
        trendlines=lines,
        leading=leading,
        zones=zones,
        gaps=gaps,
        old_high=old_high,
        high_52w=high,
        low_52w=low,
        levels=levels,
        clusters=find_clusters(levels, atr),
        published=known.published,
        targets=current,
        consensus=consensus(current, price),
        foreign_targets=foreign_of(known.newest),
        instrument=history.instrument,
        price_hint=history.price_hint,
        last_traded=traded,
        events=events_until(day, history.dividends or (), splits_of(history.splits)),
    )


def latest_day(history: PriceHistory, targets: Iterable[PriceTarget]) -> Date:
    """Return the as-of day of an analysis that names none: see `analyse`."""
    session: Date = history.bars.index[-1].date()
    fetched = history.fetched_at.date() if history.fetched_at else session
    return max((target.date for target in targets if session < target.date <= fetched), default=session)


def _fetch_day(history: PriceHistory, day: Date) -> Date:
    return max(day, history.fetched_at.date()) if history.fetched_at else day


def _own_notes(figures: BarFigures, traded: Date | None) -> Iterator[str]:
    if traded is not None:
        yield f"Last traded {format_day(traded)}"
    if not figures.is_on_scale:
        yield "Prices at or below zero have no place on a log scale: trendlines and those bars need the linear one"


def _change_pct(close: Floats) -> float | None:
    """Return the change of the last close in percent; None from a price of zero or below, of which there is none."""
    if close.size < 2 or close[-2] <= 0.0:
        return None
    return 100.0 * (float(close[-1]) / float(close[-2]) - 1.0)


def _bars_until(history: PriceHistory, as_of: Date) -> pd.DataFrame:
    known = history.bars.loc[: pd.Timestamp(as_of)]
    if known.empty:
        raise TooEarly(history.symbol, as_of, history.bars.index[0].date())
    return known


def _fifty_two_week_range(columns: BarColumns, day: Date) -> tuple[float, float]:
    """Return high and low of the 52 weeks up to `day`, those of the last bar where all bars are older."""
    begin = int(np.searchsorted(columns.days, np.datetime64(day - FIFTY_TWO_WEEKS)))
    year = slice(min(begin, len(columns) - 1), None)
    return float(columns.high[year].max()), float(columns.low[year].min())


def _moving_average(span: int, series: pd.Series) -> MovingAverage:
    return MovingAverage(span, series, _last_value(series), len(series), seed_weight(len(series), span))


def _last_value(series: pd.Series) -> float | None:
    value = float(series.to_numpy()[-1])
    return value if math.isfinite(value) else None


def _next_gaps(gaps: Iterable[Gap], price: float) -> tuple[Gap, ...]:
    """Return the gap whose edge is nearest below the price, and the one whose edge is nearest above it."""
    ordered = sorted(gaps, key=lambda gap: gap.edge(price))
    below = [gap for gap in ordered if gap.edge(price) <= price]
    above = [gap for gap in ordered if gap.edge(price) > price]
    return (*below[-1:], *above[:1])


def _moving_prices(
    emas: Iterable[MovingAverage], bands: pd.DataFrame, lines: Iterable[Trendline], low: float
) -> Iterator[tuple[Origin, float]]:
    yield from ((EmaOrigin(average.span), average.value) for average in emas if average.value is not None)
    last_bands = dict(zip(bands, bands.to_numpy()[-1].tolist(), strict=True))
    for band in BANDS:
        value = last_bands[band]
        if math.isfinite(value) and (value > 0.0 or low <= 0.0):  # below zero only what has traded there
            yield BandOrigin(band), value
    yield from ((TrendlineOrigin(line), line.value) for line in lines if line.offered)


def _horizontal_prices(
    price: float, zones: Iterable[Zone], gaps: Iterable[Gap], old_high: OldHigh | None, high: float, low: float
) -> Iterator[tuple[Origin, float]]:
    for zone in zones:
        yield ZoneEdgeOrigin(zone, "top"), zone.high
        yield ZoneEdgeOrigin(zone, "bottom"), zone.low
    yield from ((GapEdgeOrigin(gap), gap.edge(price)) for gap in gaps)
    if old_high is not None:
        yield OldHighOrigin(old_high), old_high.price
    yield ExtremeOrigin("high"), high
    yield ExtremeOrigin("low"), low


def _target_prices(targets: Iterable[CurrentTarget]) -> Iterator[tuple[Origin, float]]:
    yield from ((TargetOrigin(target.firm), target.target) for target in targets if target.counted)
