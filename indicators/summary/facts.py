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
from indicators.levels import (
    Band,
    BandOrigin,
    EmaOrigin,
    Kind,
    Level,
    Role,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    levels_ahead,
)
from indicators.summary.story import Story, has_full_year, tell_story
from indicators.summary.trendline_events import TrendlineEvent, trendline_event
from indicators.trendlines.trendlines import Trendline

HELD_BARS = 3  # closes in a row on the other side before it, or the price only weaves around its average
NEWS_DAYS = 7  # a firm's change is news this long
SAME_PLACE_ATR = 0.5  # levels closer than this to one that is lost are lost with it

# Of levels at the same price, the first of these kinds is named
NAMING_ORDER: tuple[Kind, ...] = ("trendline", "ema", "old high", "52-week", "gap edge", "zone", "band")


@dataclass(frozen=True)
class Place:
    """A technical level as the summary names it: from `low` to `high` for a zone, else the price of the level."""

    level: Level
    low: float
    high: float

    @property
    def price(self) -> float:
        """The price at which it is met."""
        return self.level.price

    @property
    def ema_span(self) -> int | None:
        """The span of the EMA that the level is, None for other levels."""
        return self.level.origin.span if isinstance(self.level.origin, EmaOrigin) else None

    @property
    def line(self) -> Trendline | None:
        """The trendline that the level is on, None for other levels."""
        return self.level.origin.line if isinstance(self.level.origin, TrendlineOrigin) else None


@dataclass(frozen=True)
class Crossing:
    """The EMAs that the close on `day` crossed, while that is news (see `BarUnit.news_bars`).

    The 3 closes before it or more were on the other side, and all since are on this one.
    """

    direction: Literal["reclaimed", "lost"]
    emas: tuple[MovingAverage, ...]
    day: Date


@dataclass(frozen=True)
class EmaCrossing:
    """One EMA that the close on `day` crossed: see `Crossing`."""

    average: MovingAverage
    direction: Literal["reclaimed", "lost"]
    day: Date


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

    Above and below compare prices as printed: a level that prints as the price does is neither. `above`, `below`: the
    EMAs that the price is above and below. `full_year`: the bars go back 52 weeks. `at`: the place that the price is
    at, if any but the trendline of the event. `resistances` and `supports`: the places in reach on each side, the
    nearest first; a Bollinger Band is the last of them and only there where nothing else lies further that way.
    """

    analysis: Analysis
    full_year: bool
    story: Story
    event: TrendlineEvent | None
    above: tuple[MovingAverage, ...]
    below: tuple[MovingAverage, ...]
    crossing: Crossing | None
    at: Place | None
    resistances: tuple[Place, ...]
    supports: tuple[Place, ...]
    news: AnalystNews | None


def summary_facts(analysis: Analysis) -> SummaryFacts:
    """Return the facts that the summary puts into sentences, each None or empty where there is nothing to say."""
    sides = _emas_by_side(analysis)
    event = trendline_event(analysis)
    at = min((level for level in analysis.levels_at_price if not _is_on(level, event)), key=_nearness, default=None)
    return SummaryFacts(
        analysis=analysis,
        full_year=has_full_year(analysis),
        story=tell_story(analysis),
        event=event,
        above=tuple(sides[1]),
        below=tuple(sides[-1]),
        crossing=_latest_crossing(analysis, sides[1] + sides[-1]),
        at=None if at is None else _at_price(at),
        resistances=_places(analysis, "resistance"),
        supports=_places(analysis, "support"),
        news=_analyst_news(analysis),
    )


def _is_on(level: Level, event: TrendlineEvent | None) -> bool:
    """Return whether the level is the trendline of the event, which says where the price is."""
    return event is not None and isinstance(level.origin, TrendlineOrigin) and level.origin.line == event.line


def next_beyond(places: Sequence[Place], passed: Place, atr: float) -> Place | None:
    """Return the first of `places` that reaches more than half an ATR further than `passed`, the next place before it.

    `places`: one side, the nearest first. A place that ends closer is passed together with `passed`.
    """
    sign = 1.0 if passed.level.role == "resistance" else -1.0
    end = max(sign * passed.low, sign * passed.high)
    return next(
        (
            place
            for place in places
            if sign * place.price > end and max(sign * place.low, sign * place.high) > end + SAME_PLACE_ATR * atr
        ),
        None,
    )


def _emas_by_side(analysis: Analysis) -> dict[int, list[MovingAverage]]:
    """Return the EMAs that exist, keyed by the side of them that the price is on: 1 above, -1 below, 0 neither."""
    printed = analysis.price_format.printed
    sides: dict[int, list[MovingAverage]] = {1: [], 0: [], -1: []}
    for average in analysis.emas:
        if average.value is not None:
            sides[int(np.sign(printed(analysis.price) - printed(average.value)))].append(average)
    return sides


def _places(analysis: Analysis, role: Role) -> tuple[Place, ...]:
    """Return the places of one side, the nearest first; the first is that of the next level (see `nearest_level`)."""
    ahead = levels_ahead(analysis.levels, role)
    met = [level for level in ahead if level.kind != "band"]
    furthest = max((abs(level.distance_pct) for level in met), default=0.0)
    outer: Band = "upper" if role == "resistance" else "lower"
    bands = [level for level in ahead if level.origin == BandOrigin(outer)]
    beyond = [level for level in bands if abs(level.distance_pct) > furthest]
    printed = analysis.price_format.printed
    distinct = [level for level in (*met, *beyond) if printed(level.price) != printed(analysis.price)]
    return tuple(map(_place, sorted(distinct, key=_nearness)))


def _nearness(level: Level) -> tuple[float, int]:
    return abs(level.distance_pct), NAMING_ORDER.index(level.kind)


def _at_price(level: Level) -> Place:
    return Place(level, level.price, level.price)


def _place(level: Level) -> Place:
    edge = level.origin
    if isinstance(edge, ZoneEdgeOrigin) and edge.is_near_edge(level.role):
        return Place(level, edge.zone.low, edge.zone.high)
    return _at_price(level)


def ema_crossings(analysis: Analysis) -> tuple[EmaCrossing, ...]:
    """Return each EMA that was crossed, while that is news."""
    close = analysis.bars["close"].to_numpy(dtype=float)
    found = []
    for average in analysis.emas:
        ago = _bars_since_crossing(close, average, analysis.unit.news_bars)
        if average.value is not None and ago is not None:
            direction: Literal["reclaimed", "lost"] = "reclaimed" if close[-1] > average.value else "lost"
            found.append(EmaCrossing(average, direction, analysis.bars.index[-1 - ago].date()))
    return tuple(found)


def _latest_crossing(analysis: Analysis, emas: Sequence[MovingAverage]) -> Crossing | None:
    """Return all of `emas` crossed on the latest day that crossed any; one close crosses in one direction only."""
    spans = {average.span for average in emas}
    recent = [crossing for crossing in ema_crossings(analysis) if crossing.average.span in spans]
    if not recent:
        return None
    newest = max(recent, key=lambda crossing: crossing.day)
    crossed = {crossing.average.span for crossing in recent if crossing.day == newest.day}
    return Crossing(newest.direction, tuple(average for average in emas if average.span in crossed), newest.day)


def _bars_since_crossing(close: np.ndarray, average: MovingAverage, news: int) -> int | None:
    """Return how many bars ago the close went to its present side of the EMA; None from `news` bars on."""
    window = news + HELD_BARS
    side = np.sign(close[-window:] - average.series.to_numpy(dtype=float)[-window:])
    stayed = int(np.argmax(side[::-1] != side[-1]))  # closes on today's side, 0 where all are
    before = side[max(side.size - stayed - HELD_BARS, 0) : side.size - stayed]
    crossed = 0 < stayed <= news and before.size == HELD_BARS and (before == -side[-1]).all()
    return stayed - 1 if crossed and side[-1] != 0 else None


def _analyst_news(analysis: Analysis) -> AnalystNews | None:
    """Return the newest change within a week; on one day a rating before a target, then the largest move."""
    since = analysis.as_of - timedelta(days=NEWS_DAYS)
    rows = rating_changes((row for row in analysis.published if row.date > since), analysis.as_of)
    current = {target.firm: target for target in analysis.targets}
    ratings: dict[str, tuple[Date | None, str | None]]
    ratings = {row.firm: (row.date, row.rating) for row in reversed(rows) if row.rating}
    ratings |= {target.firm: (target.rating_date, target.rating) for target in analysis.targets if target.rating}
    news = (_as_news(row, current.get(row.firm), ratings.get(row.firm)) for row in rows)
    return min((item for item in news if item is not None), key=_news_rank, default=None)


def _as_news(
    row: RatingChange, current: CurrentTarget | None, rating: tuple[Date | None, str | None] | None
) -> AnalystNews | None:
    """Return the row as news, None where neither rating nor target changed, or another row has replaced it since.

    `rating`: the firm's newest one and its day. A target that is not `counted`, or replaced, is no part of the news.
    """
    if row.rating and (row.date, row.rating) != rating:
        return None
    is_standing = current is not None and current.counted and (row.date, row.target) == (current.date, current.target)
    told = row if is_standing or row.target is None else replace(row, target=None, prior_target=None, change=None)
    action = row.action if row.rating and row.action in ("upgraded", "downgraded", "initiated") else None
    return AnalystNews(told, action) if action or told.change in ("raised", "cut") else None


def _news_rank(news: AnalystNews) -> tuple[int, bool, float, str]:
    """Sort key, the most important first."""
    row = news.row
    moved = np.log(row.target / row.prior_target) if row.target and row.prior_target else 0.0
    return -row.date.toordinal(), news.rating_action is None, -abs(moved), row.firm
