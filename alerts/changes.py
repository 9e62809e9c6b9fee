"""What differs between two days of one ticker and a reader would want to be told: a kind of change, a function here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from functools import cached_property
from typing import Literal, get_args

import pandas as pd

from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange, rating_changes
from indicators.analysts.targets import CurrentTarget, is_comparable
from indicators.horizontal_levels.gaps import Gap
from indicators.levels import (
    Band,
    BandOrigin,
    EmaOrigin,
    ExtremeOrigin,
    GapEdgeOrigin,
    Origin,
    TargetOrigin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    level_key,
)
from indicators.summary.facts import ema_crossings
from indicators.summary.level_phrases import line_name
from indicators.summary.story import tell_story
from indicators.trendlines.search import SAME_LINE_ATR
from indicators.trendlines.trendlines import Status, Trendline
from market.events.company_events import CompanyEvent, Dividend, Earnings, Split
from text.numbers import format_as_entered, format_general, format_volume

ChangeKind = Literal[
    "ema_reclaimed",
    "ema_lost",
    "band_left",
    "line_touched",
    "line_bounced",
    "line_broken",
    "zone_entered",
    "zone_broken",
    "high_52w",
    "low_52w",
    "golden_cross",
    "death_cross",
    "gap",
    "volume",
    "target_raised",
    "target_cut",
    "target_set",
    "target_withdrawn",
    "upgraded",
    "downgraded",
    "initiated",
    "target_reached",
    "earnings",
    "dividend",
    "split",
]
Side = Literal["bullish", "bearish", "neutral"]

CHANGE_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
KIND_NAMES: dict[ChangeKind, str] = {
    "ema_reclaimed": "EMA reclaimed",
    "ema_lost": "EMA lost",
    "band_left": "Band left",
    "line_touched": "Trendline touched",
    "line_bounced": "Trendline bounce",
    "line_broken": "Trendline broken",
    "zone_entered": "Zone entered",
    "zone_broken": "Zone broken",
    "high_52w": "52-week high",
    "low_52w": "52-week low",
    "golden_cross": "Golden cross",
    "death_cross": "Death cross",
    "gap": "Gap",
    "volume": "Volume",
    "target_raised": "Target raised",
    "target_cut": "Target cut",
    "target_set": "Target set",
    "target_withdrawn": "Target withdrawn",
    "upgraded": "Upgraded",
    "downgraded": "Downgraded",
    "initiated": "Initiated",
    "target_reached": "Target reached",
    "earnings": "Earnings",
    "dividend": "Dividend",
    "split": "Split",
}
TARGET_KINDS: dict[str, tuple[ChangeKind, Side]] = {
    "raised": ("target_raised", "bullish"),
    "cut": ("target_cut", "bearish"),
    "set": ("target_set", "neutral"),
    "withdrawn": ("target_withdrawn", "neutral"),
}
RATING_KINDS: dict[str, tuple[ChangeKind, Side]] = {
    "upgraded": ("upgraded", "bullish"),
    "downgraded": ("downgraded", "bearish"),
    "initiated": ("initiated", "neutral"),
}


@dataclass(frozen=True)
class Change:
    """One thing that changed: on `session`, at `price`, told in the sentence `text`.

    `label` names the level or the firm. `subject`: the level, the target's row or the event that it speaks of, None
    where it speaks of none. `price`: that of the level or the target; None for a rating or an event, and for a target
    that cannot be compared with prices. `side`: whether it speaks for a rising price.
    """

    symbol: str
    session: Date
    kind: ChangeKind
    label: str
    price: float | None
    text: str
    side: Side
    subject: Origin | RatingChange | CurrentTarget | CompanyEvent | None = None

    @property
    def level_key(self) -> str | None:
        """The key of the level or target that it speaks of, by which a chart finds it; None where it speaks of none."""
        match self.subject:
            case RatingChange(firm=firm) | CurrentTarget(firm=firm):
                return level_key(TargetOrigin(firm))
            case origin if isinstance(origin, Origin):
                return level_key(origin)
            case _:
                return None


@dataclass(frozen=True)
class Step:
    """Two consecutive days of one ticker, and what changed from the one to the other."""

    before: Analysis
    after: Analysis

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """See `changes`; worked out once."""
        return changes(self.before, self.after)


def changes(before: Analysis, after: Analysis) -> tuple[Change, ...]:
    """Return what changed on a ticker from one as-of day to a later one, in the order of `CHANGE_KINDS`.

    Both analyses are of the same history, of daily bars; nothing later than `after.as_of` is used. Where several
    sessions lie between, only what holds at the end is told, and of gaps, volumes and 52-week extremes only those of
    the last session: `recent_changes` goes from session to session. Raises ValueError for two tickers, or days in the
    wrong order.
    """
    if before.symbol != after.symbol or before.as_of > after.as_of:
        raise ValueError(f"{before.symbol} on {before.as_of} does not come before {after.symbol} on {after.as_of}")
    found = [*_target_changes(before, after), *_events(before, after)]
    if before.session < after.session:
        found += _ema_changes(before, after)
        found += _band_changes(before, after)
        found += _line_changes(before, after)
        found += _zone_changes(before, after)
        found += _story_changes(before, after)
        found += _targets_reached(before, after)
    return tuple(sorted(found, key=lambda change: CHANGE_KINDS.index(change.kind)))


def _ema_changes(before: Analysis, after: Analysis) -> Iterator[Change]:
    """An EMA is reclaimed (lost) by the first close above (below) it after three or more closes on the other side.

    The price is the EMA's on that session; it is told while all closes since are on the new side.
    """
    for crossing in ema_crossings(after):
        if crossing.day > before.session:
            average, up = crossing.average, crossing.direction == "reclaimed"
            at = float(average.series.loc[pd.Timestamp(crossing.day)])
            closed = "Closed back above" if up else "Closed below"
            yield Change(
                after.symbol,
                crossing.day,
                "ema_reclaimed" if up else "ema_lost",
                EmaOrigin(average.span).label,
                at,
                f"{closed} the {average.span}-day EMA at {_price(after, at)}.",
                "bullish" if up else "bearish",
                EmaOrigin(average.span),
            )


def _band_changes(before: Analysis, after: Analysis) -> Iterator[Change]:
    """A band is left by a close above the upper or below the lower one, after a close that was not."""
    sides: tuple[tuple[Band, float, Side], ...] = (("upper", 1.0, "bullish"), ("lower", -1.0, "bearish"))
    for band, sign, side in sides:
        at, at_before = (float(analysis.bands[band].to_numpy()[-1]) for analysis in (after, before))
        if sign * (after.price - at) > 0.0 and sign * (before.price - at_before) <= 0.0:
            origin = BandOrigin(band)
            text = f"Closed {'above' if sign > 0 else 'below'} the {band} Bollinger Band at {_price(after, at)}."
            yield Change(after.symbol, after.session, "band_left", origin.label, at, text, side, origin)


def _line_changes(before: Analysis, after: Analysis) -> Iterator[Change]:
    """A trendline that is drawn is touched, bounced from or broken when its status becomes so.

    `testing` is a touch, `bounced` a bounce, unless a line within half an ATR of it had that status before. A line is
    broken on the session of the close that broke it, if it is drawn still or was the one offered before.
    """
    offered = [line for line in before.leading if line.offered]
    for line in after.trendlines:
        is_drawn = line in after.leading
        if line.broken_on is not None:
            if line.broken_on > before.session and (
                is_drawn or any(_is_same(line, other, before) for other in offered)
            ):
                yield _line_change(after, line, "line_broken", line.broken_on)
        elif is_drawn and line.status == "testing" and not _had_status(line, "testing", before):
            yield _line_change(after, line, "line_touched", after.session)
        elif is_drawn and line.status == "bounced" and not _had_status(line, "bounced", before):
            yield _line_change(after, line, "line_bounced", after.session)


def _had_status(line: Trendline, status: Status, before: Analysis) -> bool:
    return any(other.status == status and _is_same(line, other, before) for other in before.trendlines)


def _is_same(line: Trendline, other: Trendline, before: Analysis) -> bool:
    """Return whether on a chart of `before` a later line looks like one that was found then: within half an ATR."""
    distance = abs(line.value_at(before.session) - other.value)
    return line.side == other.side and distance <= SAME_LINE_ATR * (before.atr or 0.0)


def _line_change(
    after: Analysis, line: Trendline, kind: Literal["line_touched", "line_bounced", "line_broken"], session: Date
) -> Change:
    at = line.value_at(session)
    is_support = line.side == "support"
    verb = {
        "line_touched": "Came down to" if is_support else "Came up to",
        "line_bounced": "Bounced from" if is_support else "Turned back at",
        "line_broken": "Broke below" if is_support else "Broke above",
    }[kind]
    side: Side = "bullish" if is_support == (kind != "line_broken") else "bearish"
    article = "a" if line.tentative else "its"
    text = f"{verb} {article} {line_name(line)} at {_price(after, at)}."
    return Change(after.symbol, session, kind, line.name, at, text, side, TrendlineOrigin(line))


def _zone_changes(before: Analysis, after: Analysis) -> Iterator[Change]:
    """A zone of the day before is entered by a close in it after one outside, and broken by a close beyond it.

    Broken: the close before was in the zone or on its other side. The price is the edge that was met first, or passed.
    """
    for zone in before.zones:
        was, now = _side_of(zone.low, zone.high, before.price), _side_of(zone.low, zone.high, after.price)
        if now == was:
            continue
        edge: Literal["top", "bottom"] = "top" if now > 0 or (now == 0 and was > 0) else "bottom"
        at = zone.high if edge == "top" else zone.low
        origin, where = ZoneEdgeOrigin(zone, edge), _zone_phrase(after, zone.low, zone.high)
        rose = now > was
        side: Side = "bullish" if rose else "bearish"
        if now == 0:
            text = f"Closed inside {where}, coming from {'below' if rose else 'above'}."
            yield Change(after.symbol, after.session, "zone_entered", origin.label, at, text, side, origin)
        else:
            text = f"Closed {'above' if rose else 'below'} {where}."
            yield Change(after.symbol, after.session, "zone_broken", origin.label, at, text, side, origin)


def _side_of(low: float, high: float, price: float) -> int:
    """Return 1 above the range, 0 in it, -1 below it."""
    return (price > high) - (price < low)


def _zone_phrase(analysis: Analysis, low: float, high: float) -> str:
    bottom, top = _price(analysis, low), _price(analysis, high)
    return f"the zone at {bottom}" if bottom == top else f"the zone from {bottom} to {top}"


def _story_changes(before: Analysis, after: Analysis) -> Iterator[Change]:
    """What `tell_story` says of the last session: an extreme of 52 weeks, a cross, a gap, a volume.

    The price of an extreme is the session's high or low, that of a cross the 200-day EMA's, that of a gap the edge that
    the price meets first, and that of a volume the close.
    """
    story, last, symbol, session = tell_story(after), after.bars.iloc[-1], after.symbol, after.session
    if story.extreme is not None:
        is_high = story.extreme != "52-week low"
        extreme = ExtremeOrigin("high" if is_high else "low")
        at = float(last[extreme.extreme])
        text = f"Set a {story.extreme} at {_price(after, at)}."
        side: Side = "bullish" if is_high else "bearish"
        yield Change(symbol, session, "high_52w" if is_high else "low_52w", extreme.label, at, text, side, extreme)
    if story.cross is not None and story.cross.day > before.session:
        is_golden = story.cross.kind == "golden"
        slow = max(after.emas, key=lambda average: average.span)
        at = float(slow.series.loc[pd.Timestamp(story.cross.day)])
        text = f"The 50-day EMA {'rose above' if is_golden else 'fell below'} the 200-day EMA at {_price(after, at)}."
        kind: ChangeKind = "golden_cross" if is_golden else "death_cross"
        origin = EmaOrigin(slow.span)
        side = "bullish" if is_golden else "bearish"
        yield Change(symbol, story.cross.day, kind, origin.label, at, text, side, origin)
    if story.gap is not None:
        earlier = after.bars.iloc[-2]
        rose = story.gap == "up"
        low, high = (earlier["high"], last["low"]) if rose else (last["high"], earlier["low"])
        gap = Gap(session, float(low), float(high))
        start, end = (gap.low, gap.high) if rose else (gap.high, gap.low)
        text = f"Gapped {story.gap} from {_price(after, start)} to {_price(after, end)}."
        side = "bullish" if rose else "bearish"
        yield Change(symbol, session, "gap", f"Gap {story.gap}", end, text, side, GapEdgeOrigin(gap))
    if story.volume_ratio is not None:
        times = format_general(round(story.volume_ratio, 1))
        text = f"Traded {format_volume(float(last['volume']))} shares, {times} times the usual volume."
        yield Change(symbol, session, "volume", "Volume", after.price, text, "neutral")


def _target_changes(before: Analysis, after: Analysis) -> Iterator[Change]:
    """A firm's row published since: it raised, cut, set or withdrew its target, upgraded, downgraded or initiated.

    A row is of the session of `after`, since until then nobody could trade on it. One row may be two changes.
    """
    rows = [row for row in after.published if row.date > before.as_of]
    for row in rating_changes(rows, after.as_of):
        if row.change in TARGET_KINDS:
            yield _target_change(after, row)
        if row.rating and row.action in RATING_KINDS:
            yield _rating_change(after, row)


def _target_change(after: Analysis, row: RatingChange) -> Change:
    kind, side = TARGET_KINDS[row.change or ""]
    written = after.price_format.in_currency(row.currency)
    target, prior = (None if figure is None else written.target(figure) for figure in (row.target, row.prior_target))
    what = {
        "target_raised": f"raised its target to {target} from {prior}",
        "target_cut": f"cut its target to {target} from {prior}",
        "target_set": f"set a target of {target}",
        "target_withdrawn": f"withdrew its target of {prior}" if prior else "withdrew its target",
    }[kind]
    at = row.target if is_comparable(row) else None
    return Change(after.symbol, after.session, kind, row.firm, at, f"{row.firm} {what}.", side, row)


def _rating_change(after: Analysis, row: RatingChange) -> Change:
    kind, side = RATING_KINDS[row.action or ""]
    prior = f" from {row.prior_rating}" if row.prior_rating and kind != "initiated" else ""
    how = "initiated coverage at" if kind == "initiated" else f"{kind} to"
    text = f"{row.firm} {how} {row.rating}{prior}."
    return Change(after.symbol, after.session, kind, row.firm, None, text, side, row)


def _targets_reached(before: Analysis, after: Analysis) -> Iterator[Change]:
    """A counted target that stood before is reached by the first session since its day that trades at it.

    Above the close of its day, or at it, a high has to reach it, below it a low: as for `target_outcomes`.
    """
    days = after.daily_bars.index
    high, low = after.daily_bars["high"].to_numpy(float), after.daily_bars["low"].to_numpy(float)
    known = len(before.daily_bars)
    for target in before.targets:
        if not target.counted or target.close is None:
            continue
        is_rise = target.target >= target.close
        begin = int(days.searchsorted(pd.Timestamp(target.date), side="right"))
        reached = high[begin:] >= target.target if is_rise else low[begin:] <= target.target
        first = begin + int(reached.argmax()) if reached.any() else 0
        if first >= known:
            text = f"Reached the target of {target.firm}, {after.price_format.target(target.target)}."
            side: Side = "bullish" if is_rise else "bearish"
            at = target.target
            yield Change(after.symbol, days[first].date(), "target_reached", target.firm, at, text, side, target)


def _events(before: Analysis, after: Analysis) -> Iterator[Change]:
    """The company reported earnings, went ex dividend, or split its shares on a day since."""
    for event in after.events:
        if event.day > before.as_of:
            label = event.kind.capitalize()
            yield Change(after.symbol, event.day, event.kind, label, None, _event_text(after, event), "neutral", event)


def _event_text(analysis: Analysis, event: CompanyEvent) -> str:
    match event:
        case Dividend(_, amount):
            return f"Went ex dividend, {analysis.price_format.target(amount)} a share."
        case Split(_, ratio):
            new, old = (ratio, 1.0) if ratio >= 1.0 else (1.0, 1.0 / ratio)
            return f"Split {format_general(new)}:{format_general(old)}."
        case Earnings(_, None):
            return "Earnings are due or out; the source has no figure yet."
        case Earnings(_, float(eps), float(estimate)):
            return f"Reported earnings of {format_as_entered(eps)} a share, estimate {format_as_entered(estimate)}."
        case Earnings(_, float(eps)):
            return f"Reported earnings of {format_as_entered(eps)} a share."
        case _:
            raise TypeError(f"{event!r} is no event")


def _price(analysis: Analysis, value: float) -> str:
    return analysis.price_format.level(value)
