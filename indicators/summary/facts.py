"""Where the price stands today, as facts: what is above and below it, what it crossed, what analysts changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from typing import Literal

import numpy as np

from indicators.analysis import YEAR, Analysis, MovingAverage
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.analysts.targets import CurrentTarget
from indicators.clusters import Cluster
from indicators.levels import LOWER_EDGE, TECHNICAL, Kind, Level, Role
from indicators.summary.trendline_events import LineEvent, line_events
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone
from text import numbers

CROSSED_WITHIN = 5  # sessions: an EMA reclaimed longer ago is no news
HELD_FOR = 3  # closes in a row on the other side before it, or the price is only weaving around its average
NEWS_DAYS = 7  # days that a firm's change stays news
NEAR_ATR = 0.5  # levels closer than this to one that is lost are lost with it
RANGE_ATR = 1.5  # support from the nearest level down to the trendline is one range up to a day or two of walk
PULLBACK_PCT = 20.0  # below the year's high: what the trade calls a bear market
REBOUND_ATR = 1.0  # a rise from there that is more than a usual day's

# Of levels that print the same price the first of these is named
NAMED_FIRST: tuple[Kind, ...] = ("trendline", "ema", "52-week", "zone", "band")


@dataclass(frozen=True)
class Place:
    """A technical level, with the zone whose edge it is or the trendline that runs there.

    `low` to `high` is what has to be crossed: of a zone that is no wider than 2 ATR both edges, else the level's price.
    """

    level: Level
    zone: Zone | None
    line: Trendline | None
    low: float
    high: float

    @property
    def price(self) -> float:
        return self.level.price


@dataclass(frozen=True)
class Crossing:
    """The EMAs that one of the last 5 closes crossed after 3 or more on their other side, all closes since staying."""

    what: Literal["reclaimed", "lost"]
    emas: tuple[MovingAverage, ...]
    day: Date


@dataclass(frozen=True)
class NextResistance:
    """The resistance next above the price and what lies past it.

    `count`: how many levels its cluster has, 1 where none of them lies higher than the first; `top`: the price above
    which all of them are passed; `beyond`: the first place more than half an ATR above that; `band`: the upper
    Bollinger Band where it lies higher still.
    """

    first: Place
    count: int
    top: float
    beyond: Place | None
    band: Place | None


@dataclass(frozen=True)
class NextSupport:
    """The support next below the price, what it reaches down to, and what losing that exposes.

    `floor`: the trendline that supports the price, else the lowest level of the first one's cluster; `exposed`: the
    first place more than half an ATR below the floor. `one_range`: from the first to the floor it is 1.5 ATR or less;
    `cluster`: where it is one, from the first to the floor. `past_reclaimed`: the EMAs just reclaimed lie between the
    price and the first support; they are told as reclaimed, and left out unless there is no other.
    """

    first: Place
    floor: Place
    cluster: Cluster | None
    one_range: bool
    past_reclaimed: bool
    exposed: Place | None


@dataclass(frozen=True)
class News:
    """A firm's row of the last 7 days that moved its target, or its rating (`rating_moved`)."""

    row: RatingChange
    rating_moved: Literal["upgraded", "downgraded", "initiated"] | None


@dataclass(frozen=True)
class SummaryFacts:
    """What the figures of an Analysis say, before it is put in words.

    Above and below mean prices that differ as printed (`places` decimals): a level that prints as the price does is
    neither. `above`, `at`, `below`: the EMAs that the price stands above, at and below; `outside_band`: the upper
    Bollinger Band where the price stands above it and all of them, the lower one where it stands below it and all.
    `full_year`: the bars go back 52 weeks; `extreme`: the last session set that year's high or low. `pullback_pct`: how
    far below that year's high the close before stood, 20 % or more, where the last one rose from there by more than an
    ATR. `event`: the newest at a leading trendline that goes with the day's move, else the newest.
    """

    analysis: Analysis
    places: int
    full_year: bool
    extreme: Literal["high", "low"] | None
    pullback_pct: float | None
    event: LineEvent | None
    above: tuple[MovingAverage, ...]
    at: tuple[MovingAverage, ...]
    below: tuple[MovingAverage, ...]
    outside_band: float | None
    crossing: Crossing | None
    overhead: NextResistance | None
    underfoot: NextSupport | None
    news: News | None


def summary_facts(analysis: Analysis) -> SummaryFacts:
    """The facts that the read puts in words; each is None or empty where there is nothing to say."""
    places = numbers.price_decimals(analysis.price)
    sides = _sides(analysis, places)
    above, at, below = (tuple(sides[side]) for side in (1, 0, -1))
    crossing = _crossing(analysis, above + below)
    return SummaryFacts(
        analysis=analysis,
        places=places,
        full_year=_full_year(analysis),
        extreme=_extreme(analysis),
        pullback_pct=_pullback_pct(analysis),
        event=_leading_event(analysis),
        above=above,
        at=at,
        below=below,
        outside_band=_outside_band(analysis, places, above=not at + below, below=not at + above),
        crossing=crossing,
        overhead=_overhead(analysis, _places(analysis, "resistance", places), places),
        underfoot=_underfoot(analysis, _places(analysis, "support", places), crossing),
        news=_news(analysis),
    )


def _printed(value: float, places: int) -> float:
    """The figure as a reader sees it."""
    return float(f"{value:.{places}f}")


def _sides(analysis: Analysis, places: int) -> dict[int, list[MovingAverage]]:
    """The EMAs that exist, by the side of them that the price is on: 1 above, -1 below, 0 neither."""
    price = _printed(analysis.price, places)
    sides: dict[int, list[MovingAverage]] = {1: [], 0: [], -1: []}
    for average in analysis.emas:
        if average.value is not None:
            sides[int(np.sign(price - _printed(average.value, places)))].append(average)
    return sides


def _outside_band(analysis: Analysis, places: int, above: bool, below: bool) -> float | None:
    if above == below:  # without any EMA
        return None
    edge = float(analysis.bands["upper" if above else "lower"].iloc[-1])
    distance = _printed(analysis.price, places) - _printed(edge, places)
    return edge if (distance > 0 if above else distance < 0) else None


def _full_year(analysis: Analysis) -> bool:
    return analysis.bars.index[0].date() <= analysis.as_of - YEAR + timedelta(weeks=1)


def _extreme(analysis: Analysis) -> Literal["high", "low"] | None:
    if not _full_year(analysis):
        return None
    high, low = (analysis.bars[name].to_numpy(dtype=float) for name in ("high", "low"))
    before = slice(int(analysis.bars.index.searchsorted(np.datetime64(analysis.as_of - YEAR))), -1)
    if not high[before].size:
        return None
    highest, lowest = high[-1] > high[before].max(), low[-1] < low[before].min()
    return None if highest == lowest else "high" if highest else "low"


def _pullback_pct(analysis: Analysis) -> float | None:
    """100 (1 - close before / year's high), where it is worth a word."""
    if analysis.atr is None or not _full_year(analysis) or _extreme(analysis) is not None:
        return None
    before = float(analysis.bars["close"].iloc[-2])
    below = 100.0 * (1.0 - before / analysis.high_52w)
    return below if below >= PULLBACK_PCT and analysis.price - before > REBOUND_ATR * analysis.atr else None


def _leading_event(analysis: Analysis) -> LineEvent | None:
    events = line_events(analysis)
    change = analysis.change_pct or 0.0
    return next((event for event in events if change and event.upward == (change > 0)), next(iter(events), None))


def _crossing(analysis: Analysis, emas: Sequence[MovingAverage]) -> Crossing | None:
    """The latest crossing; all EMAs crossed on its day, which is one way only, since a close either rose or fell."""
    close = analysis.bars["close"].to_numpy(dtype=float)
    recent = [(ago, average) for average in emas if (ago := _crossed_ago(close, average)) is not None]
    if not recent:
        return None
    newest = min(ago for ago, _ in recent)
    crossed = tuple(each for ago, each in recent if ago == newest)
    rose = close[-1] > crossed[0].series.iloc[-1]
    return Crossing("reclaimed" if rose else "lost", crossed, analysis.bars.index[-1 - newest].date())


def _crossed_ago(close: np.ndarray, average: MovingAverage) -> int | None:
    """How many sessions ago the close went to the side of the EMA that it is on; None when that is no news."""
    window = CROSSED_WITHIN + HELD_FOR
    side = np.sign(close[-window:] - average.series.to_numpy(dtype=float)[-window:])
    stayed = int(np.argmax(side[::-1] != side[-1]))  # closes on today's side, 0 where all are
    before = side[max(side.size - stayed - HELD_FOR, 0) : side.size - stayed]
    crossed = 0 < stayed <= CROSSED_WITHIN and before.size == HELD_FOR and (before == -side[-1]).all()
    return stayed - 1 if crossed and side[-1] != 0 else None


def _places(analysis: Analysis, role: Role, places: int) -> list[Place]:
    """The technical levels of one side that print another price than the last, the nearest first."""
    price = _printed(analysis.price, places)
    named: dict[float, Level] = {}
    for level in sorted(
        analysis.levels, key=lambda each: NAMED_FIRST.index(each.kind) if each.kind in TECHNICAL else 0
    ):
        if level.kind in TECHNICAL and level.role == role and _printed(level.price, places) != price:
            named.setdefault(_printed(level.price, places), level)
    return [_place(analysis, named[at]) for at in sorted(named, reverse=role == "support")]


def _place(analysis: Analysis, level: Level) -> Place:
    zone = next(
        (each for each in analysis.zones if level.kind == "zone" and level.price in (each.low, each.high)), None
    )
    line = next((each for each in analysis.leading if level.kind == "trendline" and each.value == level.price), None)
    near_edge = (level.label == LOWER_EDGE) == (level.role == "resistance")
    if zone is None or not near_edge or zone.is_broad(analysis.atr):
        return Place(level, zone, line, level.price, level.price)
    return Place(level, zone, line, zone.low, zone.high)


def _overhead(analysis: Analysis, above: Sequence[Place], places: int) -> NextResistance | None:
    if not above:
        return None
    first = above[0]
    cluster = _cluster_of(analysis, first)
    price = _printed(analysis.price, places)
    levels = [level for level in cluster.levels if _printed(level.price, places) > price] if cluster else []
    top = max([first.high, *(level.price for level in levels)])
    reaches_on = _printed(top, places) > _printed(first.high, places)
    count = Cluster("resistance", tuple(levels)).count if reaches_on else 1
    beyond = next((place for place in above if place.price > top + _near(analysis)), None)
    bands = (place for place in above if place.level.kind == "band" and place.level.label.startswith("Upper"))
    band = next((each for each in bands if beyond and each.price > beyond.price), None)
    return NextResistance(first, count, top, beyond, band)


def _underfoot(analysis: Analysis, below: Sequence[Place], crossing: Crossing | None) -> NextSupport | None:
    reclaimed = {average.value for average in crossing.emas} if crossing and crossing.what == "reclaimed" else set()
    others = [place for place in below if place.level.kind != "ema" or place.price not in reclaimed] or list(below)
    if not others:
        return None
    first, floor = others[0], _floor(analysis, others)
    within = first.price - floor.low <= RANGE_ATR * (analysis.atr or 0.0)
    cluster = next((each for each in analysis.clusters if (each.high, each.low) == (first.price, floor.price)), None)
    exposed = next((place for place in below if place.price < floor.low - _near(analysis)), None)
    past_reclaimed = first is not below[0]
    return NextSupport(first, floor, cluster if floor.line is None else None, within, past_reclaimed, exposed)


def _floor(analysis: Analysis, below: Sequence[Place]) -> Place:
    line = next((place for place in below if place.line is not None and place.line.side == "support"), None)
    if line is not None:
        return line
    cluster = _cluster_of(analysis, below[0])
    lowest = [place for place in below if cluster and place.level in cluster.levels][-1:]
    return replace(lowest[0], low=lowest[0].price) if lowest and lowest[0] is not below[0] else below[0]


def _cluster_of(analysis: Analysis, place: Place) -> Cluster | None:
    return next((cluster for cluster in analysis.clusters if place.level in cluster.levels), None)


def _near(analysis: Analysis) -> float:
    return NEAR_ATR * (analysis.atr or 0.0)


def _news(analysis: Analysis) -> News | None:
    """The newest change of a firm within a week; of one day, of a rating before of a target, then the widest."""
    since = analysis.as_of - timedelta(days=NEWS_DAYS)
    recent = [row for row in analysis.published if row.date > since]
    rows = rating_changes(recent, analysis.bars["close"], analysis.as_of)
    standing = {target.firm: target for target in analysis.targets}
    changes = (_changed(row, standing.get(row.firm)) for row in rows)
    return min((change for change in changes if change is not None), key=_newsworthiness, default=None)


def _changed(row: RatingChange, standing: CurrentTarget | None) -> News | None:
    """The row as news; None where neither rating nor target moved, or another row has replaced it since."""
    if standing is not None and row.rating and (row.date, row.rating) != (standing.rating_date, standing.rating):
        return None
    if standing is not None and row.target and (row.date, row.target) != (standing.date, standing.target):
        return None
    moved = row.action if row.rating and row.action in ("upgraded", "downgraded", "initiated") else None
    return News(row, moved) if moved or row.change in ("raised", "cut") else None


def _newsworthiness(news: News) -> tuple[int, bool, float, str]:
    row = news.row
    moved = np.log(row.target / row.prior_target) if row.target and row.prior_target else 0.0
    return -row.date.toordinal(), news.rating_moved is None, -abs(moved), row.firm
