"""What the summary reports, as facts: the levels next to the price, EMAs crossed, changes by analysts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from typing import Literal

import numpy as np

from indicators.analysis import Analysis, MovingAverage
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.analysts.targets import CurrentTarget
from indicators.clusters import Cluster
from indicators.levels import Band, BandOrigin, EmaOrigin, Kind, Level, Role, TrendlineOrigin, ZoneEdgeOrigin
from indicators.summary.trendline_events import TrendlineEvent, trendline_events
from indicators.time_spans import FIFTY_TWO_WEEKS
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone
from text import numbers

CROSSED_SESSIONS = 5  # an EMA crossed longer ago is no news
HELD_SESSIONS = 3  # closes in a row on the other side before it, or the price only weaves around its average
NEWS_DAYS = 7  # a firm's change is news this long
SAME_PLACE_ATR = 0.5  # levels closer than this to one that is lost are lost with it
ONE_RANGE_ATR = 1.5  # supports this close together are one range: a day or two of usual movement
PULLBACK_PCT = 20.0  # this far below the 52-week high traders call it a bear market
REBOUND_ATR = 1.0  # a rise from there of more than a usual day's range

# Of levels that print the same price, the first of these kinds is named
NAMING_ORDER: tuple[Kind, ...] = ("trendline", "ema", "old high", "52-week", "gap edge", "zone", "band")


@dataclass(frozen=True)
class Place:
    """A technical level as the summary names it, with what has to be crossed to pass it.

    `low` to `high` are both edges of a zone no wider than 2 ATR, else the price of the level itself. `far` is the last
    level to cross: the far edge of such a zone, else `level`.
    """

    level: Level
    far: Level
    low: float
    high: float

    @property
    def price(self) -> float:
        return self.level.price

    @property
    def zone(self) -> Zone | None:
        """The zone whose edge the level is, None for other levels."""
        return self.level.origin.zone if isinstance(self.level.origin, ZoneEdgeOrigin) else None

    @property
    def line(self) -> Trendline | None:
        """The trendline that the level is on, None for other levels."""
        return self.level.origin.line if isinstance(self.level.origin, TrendlineOrigin) else None

    @property
    def ema_span(self) -> int | None:
        """The span of the EMA that the level is, None for other levels."""
        return self.level.origin.span if isinstance(self.level.origin, EmaOrigin) else None


@dataclass(frozen=True)
class Crossing:
    """The EMAs that the close on `day` crossed, within the last 5 sessions.

    The 3 closes before it or more were on the other side, and all since are on this one.
    """

    direction: Literal["reclaimed", "lost"]
    emas: tuple[MovingAverage, ...]
    day: Date


@dataclass(frozen=True)
class NextResistance:
    """The resistance next above the price, and what lies past it.

    `count`: how many levels its cluster has, 1 where none of them is higher than the first; `top`: the highest of them,
    above which all are passed; `beyond`: the first place more than half an ATR above that; `band`: the upper
    Bollinger Band where it lies higher still.
    """

    first: Place
    count: int
    top: Level
    beyond: Place | None
    band: Place | None


@dataclass(frozen=True)
class NextSupport:
    """The support next below the price, how far down it reaches, and what its loss exposes.

    `floor`: the trendline that supports the price, else the lowest level of the first one's cluster; `exposed`: the
    first place more than half an ATR below the floor. `is_one_range`: it is 1.5 ATR or less from the first to the
    floor. `cluster`: the cluster that spans from the first to the floor, if one does. `skips_reclaimed_emas`: EMAs just
    reclaimed lie between the price and the first support; they are named as reclaimed, and not as support unless there
    is no other.
    """

    first: Place
    floor: Place
    cluster: Cluster | None
    is_one_range: bool
    skips_reclaimed_emas: bool
    exposed: Place | None


@dataclass(frozen=True)
class AnalystNews:
    """A firm's row of the last 7 days that changed its target or its rating.

    `rating_action` is None where only the target changed.
    """

    row: RatingChange
    rating_action: Literal["upgraded", "downgraded", "initiated"] | None


@dataclass(frozen=True)
class SummaryFacts:
    """What the figures of an Analysis say, before it is put into sentences.

    Above and below compare prices as printed (`decimals`): a level that prints as the price does is neither. `above`,
    `at`, `below`: the EMAs that the price is above, at and below. `outside_band`: the upper Bollinger Band where the
    price is above it and above all EMAs, the lower one where it is below it and below all. `full_year`: the bars go
    back 52 weeks. `extreme`: the last session set that year's high or low. `pullback_pct`: how far below that year's
    high the close before was, if by 20 % or more and the last session rose from there by more than an ATR. `event`: the
    newest event at a leading trendline in the direction of the day's move, else the newest.
    """

    analysis: Analysis
    decimals: int
    full_year: bool
    extreme: Literal["high", "low"] | None
    pullback_pct: float | None
    event: TrendlineEvent | None
    above: tuple[MovingAverage, ...]
    at: tuple[MovingAverage, ...]
    below: tuple[MovingAverage, ...]
    outside_band: Level | None
    crossing: Crossing | None
    next_resistance: NextResistance | None
    next_support: NextSupport | None
    news: AnalystNews | None


def summary_facts(analysis: Analysis) -> SummaryFacts:
    """Return the facts that the summary puts into sentences, each None or empty where there is nothing to say."""
    decimals = numbers.price_decimals(analysis.price)
    sides = _emas_by_side(analysis, decimals)
    above, at, below = (tuple(sides[side]) for side in (1, 0, -1))
    crossing = _latest_crossing(analysis, above + below)
    return SummaryFacts(
        analysis=analysis,
        decimals=decimals,
        full_year=_has_full_year(analysis),
        extreme=_extreme_set(analysis),
        pullback_pct=_pullback_pct(analysis),
        event=_leading_event(analysis),
        above=above,
        at=at,
        below=below,
        outside_band=_outside_band(analysis, decimals, above=not at + below, below=not at + above),
        crossing=crossing,
        next_resistance=_next_resistance(analysis, _places(analysis, "resistance", decimals), decimals),
        next_support=_next_support(analysis, _places(analysis, "support", decimals), crossing),
        news=_analyst_news(analysis),
    )


def _as_printed(value: float, decimals: int) -> float:
    """Return the figure as a reader sees it."""
    return float(f"{value:.{decimals}f}")


def _emas_by_side(analysis: Analysis, decimals: int) -> dict[int, list[MovingAverage]]:
    """Return the EMAs that exist, keyed by the side of them that the price is on: 1 above, -1 below, 0 neither."""
    price = _as_printed(analysis.price, decimals)
    sides: dict[int, list[MovingAverage]] = {1: [], 0: [], -1: []}
    for average in analysis.emas:
        if average.value is not None:
            sides[int(np.sign(price - _as_printed(average.value, decimals)))].append(average)
    return sides


def _outside_band(analysis: Analysis, decimals: int, above: bool, below: bool) -> Level | None:
    if above == below:  # there is no EMA
        return None
    band: Band = "upper" if above else "lower"
    level = next((level for level in analysis.levels if level.origin == BandOrigin(band)), None)
    if level is None:
        return None
    distance = _as_printed(analysis.price, decimals) - _as_printed(level.price, decimals)
    return level if (distance > 0 if above else distance < 0) else None


def _has_full_year(analysis: Analysis) -> bool:
    return analysis.bars.index[0].date() <= analysis.as_of - FIFTY_TWO_WEEKS + timedelta(weeks=1)


def _extreme_set(analysis: Analysis) -> Literal["high", "low"] | None:
    """Return which extreme of the 52 weeks the last session set; None for neither or both."""
    if not _has_full_year(analysis):
        return None
    high, low = (analysis.bars[name].to_numpy(dtype=float) for name in ("high", "low"))
    before = slice(int(analysis.bars.index.searchsorted(np.datetime64(analysis.as_of - FIFTY_TWO_WEEKS))), -1)
    if not high[before].size:
        return None
    is_high, is_low = high[-1] > high[before].max(), low[-1] < low[before].min()
    return None if is_high == is_low else "high" if is_high else "low"


def _pullback_pct(analysis: Analysis) -> float | None:
    """Return 100 (1 - close before / 52-week high), None where it is not worth mentioning."""
    if analysis.atr is None or not _has_full_year(analysis) or _extreme_set(analysis) is not None:
        return None
    before = float(analysis.bars["close"].iloc[-2])
    below_pct = 100.0 * (1.0 - before / analysis.high_52w)
    rebounds = analysis.price - before > REBOUND_ATR * analysis.atr
    return below_pct if below_pct >= PULLBACK_PCT and rebounds else None


def _leading_event(analysis: Analysis) -> TrendlineEvent | None:
    events = trendline_events(analysis)
    change = analysis.change_pct or 0.0
    with_move = (event for event in events if change and event.is_bullish == (change > 0))
    return next(with_move, next(iter(events), None))


def _latest_crossing(analysis: Analysis, emas: Sequence[MovingAverage]) -> Crossing | None:
    """Return all EMAs crossed on the latest day that crossed any; one close crosses in one direction only."""
    close = analysis.bars["close"].to_numpy(dtype=float)
    recent = [(ago, average) for average in emas if (ago := _sessions_since_crossing(close, average)) is not None]
    if not recent:
        return None
    newest = min(ago for ago, _ in recent)
    crossed = tuple(average for ago, average in recent if ago == newest)
    rose = close[-1] > crossed[0].series.iloc[-1]
    return Crossing("reclaimed" if rose else "lost", crossed, analysis.bars.index[-1 - newest].date())


def _sessions_since_crossing(close: np.ndarray, average: MovingAverage) -> int | None:
    """Return how many sessions ago the close went to its present side of the EMA; None when that is no news."""
    window = CROSSED_SESSIONS + HELD_SESSIONS
    side = np.sign(close[-window:] - average.series.to_numpy(dtype=float)[-window:])
    stayed = int(np.argmax(side[::-1] != side[-1]))  # closes on today's side, 0 where all are
    before = side[max(side.size - stayed - HELD_SESSIONS, 0) : side.size - stayed]
    crossed = 0 < stayed <= CROSSED_SESSIONS and before.size == HELD_SESSIONS and (before == -side[-1]).all()
    return stayed - 1 if crossed and side[-1] != 0 else None


def _places(analysis: Analysis, role: Role, decimals: int) -> list[Place]:
    """Return the technical levels of one side that print another price than the last one, the nearest first."""
    price = _as_printed(analysis.price, decimals)
    technical = [level for level in analysis.levels if level.is_technical and level.role == role]
    named: dict[float, Level] = {}
    for level in sorted(technical, key=lambda level: NAMING_ORDER.index(level.kind)):
        if (printed := _as_printed(level.price, decimals)) != price:
            named.setdefault(printed, level)
    return [_place(analysis, named[printed]) for printed in sorted(named, reverse=role == "support")]


def _place(analysis: Analysis, level: Level) -> Place:
    edge = level.origin
    if isinstance(edge, ZoneEdgeOrigin) and edge.is_near_edge(level.role):
        far_edge = ZoneEdgeOrigin(edge.zone, "top" if edge.edge == "bottom" else "bottom")
        far = next(other for other in analysis.levels if other.origin == far_edge)
        return Place(level, far, edge.zone.low, edge.zone.high)
    return Place(level, level, level.price, level.price)


def _next_resistance(analysis: Analysis, above: Sequence[Place], decimals: int) -> NextResistance | None:
    if not above:
        return None
    first = above[0]
    cluster = _cluster_of(analysis, first)
    price = _as_printed(analysis.price, decimals)
    members = [level for level in cluster.levels if _as_printed(level.price, decimals) > price] if cluster else []
    top = max([first.far, *members], key=lambda level: level.price)
    reaches_on = _as_printed(top.price, decimals) > _as_printed(first.high, decimals)
    count = Cluster("resistance", tuple(members)).count if reaches_on else 1
    beyond = next((place for place in above if place.price > top.price + _same_place_range(analysis)), None)
    bands = (place for place in above if place.level.origin == BandOrigin("upper"))
    band = next((place for place in bands if beyond and place.price > beyond.price), None)
    return NextResistance(first, count, top, beyond, band)


def _next_support(analysis: Analysis, below: Sequence[Place], crossing: Crossing | None) -> NextSupport | None:
    reclaimed = {average.span for average in crossing.emas} if crossing and crossing.direction == "reclaimed" else set()
    others = [place for place in below if place.ema_span not in reclaimed] or list(below)
    if not others:
        return None
    first, floor = others[0], _support_floor(analysis, others)
    cluster = _cluster_of(analysis, first)
    spans_both = cluster is not None and floor.price <= cluster.low and cluster.high <= first.price
    return NextSupport(
        first=first,
        floor=floor,
        cluster=cluster if spans_both and floor.line is None else None,
        is_one_range=first.price - floor.low <= ONE_RANGE_ATR * (analysis.atr or 0.0),
        skips_reclaimed_emas=first is not below[0],
        exposed=next((place for place in below if place.price < floor.low - _same_place_range(analysis)), None),
    )


def _support_floor(analysis: Analysis, below: Sequence[Place]) -> Place:
    line = next((place for place in below if place.line is not None and place.line.side == "support"), None)
    if line is not None:
        return line
    cluster = _cluster_of(analysis, below[0])
    lowest = [place for place in below if cluster and place.level in cluster.levels][-1:]
    return replace(lowest[0], low=lowest[0].price) if lowest and lowest[0] is not below[0] else below[0]


def _cluster_of(analysis: Analysis, place: Place) -> Cluster | None:
    return next((cluster for cluster in analysis.clusters if place.level in cluster.levels), None)


def _same_place_range(analysis: Analysis) -> float:
    return SAME_PLACE_ATR * (analysis.atr or 0.0)


def _analyst_news(analysis: Analysis) -> AnalystNews | None:
    """Return the newest change within a week; on one day a rating before a target, then the largest move."""
    since = analysis.as_of - timedelta(days=NEWS_DAYS)
    recent = [row for row in analysis.published if row.date > since]
    rows = rating_changes(recent, analysis.bars["close"], analysis.as_of)
    current = {target.firm: target for target in analysis.targets}
    news = (_as_news(row, current.get(row.firm)) for row in rows)
    return min((item for item in news if item is not None), key=_news_rank, default=None)


def _as_news(row: RatingChange, current: CurrentTarget | None) -> AnalystNews | None:
    """Return the row as news; None where neither rating nor target changed, or another row has replaced it since."""
    if current is not None and row.rating and (row.date, row.rating) != (current.rating_date, current.rating):
        return None
    if current is not None and row.target and (row.date, row.target) != (current.date, current.target):
        return None
    action = row.action if row.rating and row.action in ("upgraded", "downgraded", "initiated") else None
    return AnalystNews(row, action) if action or row.change in ("raised", "cut") else None


def _news_rank(news: AnalystNews) -> tuple[int, bool, float, str]:
    """Sort key, the most important first."""
    row = news.row
    moved = np.log(row.target / row.prior_target) if row.target and row.prior_target else 0.0
    return -row.date.toordinal(), news.rating_action is None, -abs(moved), row.firm
