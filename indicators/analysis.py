"""Everything known about one ticker on one as-of day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

import pandas as pd

from indicators.analysts.consensus import Consensus, consensus
from indicators.analysts.targets import CurrentTarget, adjust_for_splits, current_targets
from indicators.atr import average_true_range
from indicators.bollinger import bollinger_bands
from indicators.clusters import Cluster, clusters
from indicators.levels import LOWER_EDGE, UPPER_EDGE, Kind, Level, make_level, nearest_level, sort_ladder
from indicators.moving_average import ema, seed_weight
from indicators.trendlines.leading import leading_trendlines
from indicators.trendlines.mirrored_bars import Scale
from indicators.trendlines.trendlines import Trendline, find_trendlines
from indicators.zones import Zone, find_zones
from market import PriceHistory, PriceTarget

EMA_SPANS = (20, 50, 100, 200)
WARMING_UP = 0.005  # a seed that still weighs half a percent moves a quoted level by a cent or more
YEAR = timedelta(weeks=52)


class TooEarly(ValueError):
    """The as-of day lies before the first bar: nothing was known then."""

    def __init__(self, symbol: str, as_of: Date | None, first: Date | None) -> None:
        super().__init__(symbol, as_of, first)
        self.symbol, self.as_of, self.first = symbol, as_of, first

    def __str__(self) -> str:
        if self.first is None:
            return f"{self.symbol}: there are no daily prices to analyse, so choose another ticker"
        return f"{self.symbol}: no prices on or before {self.as_of}, so choose a day from {self.first} on"


@dataclass(frozen=True)
class MovingAverage:
    """One EMA: its series over all the bars fetched, and what it is worth at the last of them.

    `value` is None with fewer bars (`sessions`) than `span`. The seed, the mean of the first
    `span` closes, still weighs `seed_weight` = (1-a)^(sessions-span), a = 2/(span+1).
    """

    span: int
    series: pd.Series
    value: float | None
    sessions: int
    seed_weight: float

    @property
    def warming_up(self) -> bool:
        """The seed still weighs more than 0.5 %: the value depends on where the history begins."""
        return self.value is not None and self.seed_weight > WARMING_UP


@dataclass(frozen=True)
class Analysis:
    """One ticker on one day: pages, PNG, JSON and text are all drawn from it.

    Nothing later than `as_of` is in it: neither bars nor targets. Prices are in `currency`,
    every `*_pct` in percent. `published` are the targets known by then, in the bars' split
    basis; `targets` the one that stands for each firm. `trendlines` are all the lines found,
    `leading` the few that matter now; `levels` the ladder, highest first, and `clusters` what
    stands close together in it. `notices` say what of this is old or could not be had, and why;
    `targets_known` is False where no target was had at all, which does not mean that there is none.
    """

    symbol: str
    name: str
    currency: str
    source: str
    price_basis: str
    as_of: Date
    in_progress: bool
    notes: tuple[str, ...]
    scale: Scale
    bars: pd.DataFrame
    price: float
    change_pct: float | None
    emas: tuple[MovingAverage, ...]
    bands: pd.DataFrame
    atr: float | None
    trendlines: tuple[Trendline, ...]
    leading: tuple[Trendline, ...]
    zones: tuple[Zone, ...]
    high_52w: float
    low_52w: float
    levels: tuple[Level, ...]
    clusters: tuple[Cluster, ...]
    published: tuple[PriceTarget, ...]
    targets: tuple[CurrentTarget, ...]
    consensus: Consensus | None
    notices: tuple[str, ...] = ()
    targets_known: bool = True

    @property
    def session(self) -> Date:
        """The day of the last bar, on or before the as-of day."""
        return self.bars.index[-1].date()

    @property
    def support(self) -> Trendline | None:
        """The line offered as the support: the leading one that stands; one about to break may lie above the price."""
        return next((line for line in self.leading if line.side == "support" and line.status != "broken"), None)

    @property
    def nearest_support(self) -> Level | None:
        """The highest technical level at or below the price."""
        return nearest_level(self.levels, "support")

    @property
    def nearest_resistance(self) -> Level | None:
        """The lowest technical level above the price."""
        return nearest_level(self.levels, "resistance")

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What cannot be computed yet and how far it is: «200-day EMA: 57 of 200 sessions»."""
        return tuple(
            f"{average.span}-day EMA: {average.sessions} of {average.span} sessions"
            for average in self.emas
            if average.value is None
        )


def analyse(
    history: PriceHistory, targets: Iterable[PriceTarget] = (), as_of: Date | None = None, scale: Scale = "linear"
) -> Analysis:
    """Levels and targets of one ticker as they stood on `as_of`.

    Default: the last bar's day, or that of a target published since and known when the bars were
    fetched, for an upgrade of the early morning comes before its day's first bar.
    `history.bars`: daily bars, oldest first; `targets`: rows as published, any order. EMAs run
    over all the bars up to that day, never over a visible window. Raises `TooEarly` when the
    first bar is later than `as_of`.
    """
    if history.bars.empty:
        raise TooEarly(history.symbol, as_of, None)
    targets = tuple(targets)
    day = as_of or _latest(history, targets)
    bars = _known_on(history, day)
    close = bars["close"]
    price = float(close.iloc[-1])
    atr = _last(average_true_range(bars))
    emas = tuple(_moving_average(close, span) for span in EMA_SPANS)
    bands = bollinger_bands(close)
    lines = tuple(find_trendlines(bars, "support", scale)) + tuple(find_trendlines(bars, "resistance", scale))
    leading = leading_trendlines(lines, price, atr)
    zones = tuple(find_zones(bars))
    high, low = _year_s_range(bars, day)
    published = adjust_for_splits((target for target in targets if target.date <= day), close, history.splits)
    standing = current_targets(published, as_of=day, price=price)
    prices = (*_technical_prices(emas, bands, leading, zones, high, low), *_target_prices(standing))
    levels = sort_ladder(make_level(kind, label, at, price, atr) for kind, label, at in prices)
    return Analysis(
        symbol=history.symbol,
        name=history.name,
        currency=history.currency,
        source=history.source,
        price_basis=history.price_basis,
        as_of=day,
        in_progress=history.in_progress and len(bars) == len(history.bars),
        notes=history.notes,
        scale=scale,
        bars=bars,
        price=price,
        change_pct=100.0 * (price / float(close.iloc[-2]) - 1.0) if len(close) > 1 else None,
        emas=emas,
        bands=bands,
        atr=atr,
        trendlines=lines,
        leading=leading,
        zones=zones,
        high_52w=high,
        low_52w=low,
        levels=levels,
        clusters=clusters(levels, atr),
        published=published,
        targets=standing,
        consensus=consensus(standing, price),
    )


def _latest(history: PriceHistory, targets: Iterable[PriceTarget]) -> Date:
    session: Date = history.bars.index[-1].date()
    fetched = history.fetched_at.date() if history.fetched_at else session
    return max((target.date for target in targets if session < target.date <= fetched), default=session)


def _known_on(history: PriceHistory, as_of: Date) -> pd.DataFrame:
    known = history.bars.loc[: pd.Timestamp(as_of)]
    if known.empty:
        raise TooEarly(history.symbol, as_of, history.bars.index[0].date())
    return known


def _year_s_range(bars: pd.DataFrame, day: Date) -> tuple[float, float]:
    """High and low of the 52 weeks up to `day`; of the last bar where that is older."""
    year = bars.loc[pd.Timestamp(day - YEAR) :]
    known = bars.iloc[-1:] if year.empty else year
    return float(known["high"].max()), float(known["low"].min())


def _moving_average(close: pd.Series, span: int) -> MovingAverage:
    series = ema(close, span)
    return MovingAverage(span, series, _last(series), len(close), seed_weight(len(close), span))


def _last(series: pd.Series) -> float | None:
    value = float(series.iloc[-1])
    return value if math.isfinite(value) else None


Priced = tuple[Kind, str, float]


def _technical_prices(
    emas: Iterable[MovingAverage],
    bands: pd.DataFrame,
    lines: Iterable[Trendline],
    zones: Iterable[Zone],
    high: float,
    low: float,
) -> Iterator[Priced]:
    yield from (("ema", f"EMA {average.span}", average.value) for average in emas if average.value is not None)
    for edge in ("upper", "middle", "lower"):
        if (value := _last(bands[edge])) is not None and value > 0.0:  # a wide band reaches where nothing trades
            yield "band", f"{edge.capitalize()} band", value
    yield from (("trendline", line.name, line.value) for line in lines if line.status != "broken")
    for zone in zones:
        yield "zone", UPPER_EDGE, zone.high
        yield "zone", LOWER_EDGE, zone.low
    yield "52-week", "52-week high", high
    yield "52-week", "52-week low", low


def _target_prices(targets: Iterable[CurrentTarget]) -> Iterator[Priced]:
    yield from (("target", f"{target.firm} target", target.target) for target in targets if not target.stale)
