"""Whether a rule matches what happened from one session to the next: a kind of rule, a function here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from hashlib import blake2s

from alerts.changes import Change, Side, Step
from alerts.rules import AlertRule, RuleKind, ThresholdUnit, lasting_name
from indicators.analysis import Analysis
from indicators.analysts.rating_changes import RatingChange
from indicators.analysts.targets import CurrentTarget
from indicators.levels import (
    BandOrigin,
    EmaOrigin,
    GapEdgeOrigin,
    Level,
    Origin,
    TrendlineOrigin,
    ZoneEdgeOrigin,
    level_key,
)
from text.numbers import format_general


@dataclass(frozen=True)
class Match:
    """One reason for a rule to fire: on `session`, because of one level, target or event, told in the sentence `text`.

    `level_key` is the same for the same level at every check of the session, whatever its price is by then, and across
    splits. `session`: that of the change; of an analyst's row or an event, its own day. `price`: that of the level.
    `in_progress`: the session has not closed, so that it may turn out otherwise.
    """

    symbol: str
    session: Date
    level_key: str
    label: str
    price: float | None
    text: str
    side: Side
    in_progress: bool


def matches(rule: AlertRule, step: Step) -> tuple[Match, ...]:
    """Return why the rule fires on the later of two consecutive days, each level once; () if it does not.

    A threshold in `price` is taken to be in the shares of the bars: see `rules.in_shares_of`. Neither `paused` nor
    `tickers` are looked at.
    """
    found = {match.level_key: match for match in _matches(rule, step)}
    return tuple(match for match in found.values() if rule.armed_on is None or match.session >= rule.armed_on)


def firing_key(rule: AlertRule, match: Match) -> tuple[str, str]:
    """Return session and level by which the rule fires for a ticker once only, as its frequency has it.

    The level is a hash of 32 characters; "" for what does not matter.
    """
    if rule.frequency == "once":
        return "", ""
    level = "" if rule.frequency == "daily" else blake2s(match.level_key.encode(), digest_size=16).hexdigest()
    return match.session.isoformat(), level


def _matches(rule: AlertRule, step: Step) -> Iterator[Match]:
    if "price_reached" in rule.kinds:
        yield from _price_reached(rule, step)
    elif "near_level" in rule.kinds:
        yield from _near_levels(rule, step)
    elif rule.is_crossing_rule:
        yield from _crossings(rule, step)
    else:
        for change in step.changes:
            if change.kind in rule.kinds and _is_named(rule, change) and _is_large_enough(rule, change, step):
                yield _of_change(change, step.after)


def _price_reached(rule: AlertRule, step: Step) -> Iterator[Match]:
    """The session trades at the price, or on its other side from the close before."""
    assert rule.threshold is not None
    at, after = rule.threshold.amount, step.after
    if step.before.session >= after.session or not _reaches(rule, step, at):
        return
    rose = at >= step.before.price
    bar, written = after.daily_bars.iloc[-1], after.price_format.level
    low, high = float(bar["low"]), float(bar["high"])
    verb = "Reached" if low <= at <= high else "Jumped over"
    text = f"{verb} {written(at)}, trading from {written(low)} to {written(high)}."
    label = f"Price {written(at)}"
    side: Side = "bullish" if rose else "bearish"
    yield Match(after.symbol, after.session, "price", label, at, text, side, after.in_progress)


def _reaches(rule: AlertRule, step: Step, at: float) -> bool:
    bar = step.after.daily_bars.iloc[-1]
    low, high, seen = float(bar["low"]), float(bar["high"]), rule.seen
    if seen is None or step.after.session != rule.armed_on:
        return low <= at <= high or step.before.price < at < low or high < at < step.before.price
    if seen.low <= at <= seen.high:  # it traded there before the rule was set: only a return to it counts
        return min(seen.price, step.after.price) <= at <= max(seen.price, step.after.price)
    return low <= at <= high


def _near_levels(rule: AlertRule, step: Step) -> Iterator[Match]:
    """The close comes within a distance of a level from which it was further away, or which was not there, before."""
    assert rule.threshold is not None
    before, after, most = step.before, step.after, rule.threshold
    if before.session >= after.session:
        return
    was_near = [level.origin for level in _meant(rule, before) if _is_near(level, before, most.amount, most.unit)]
    for level in _meant(rule, after):
        is_near = _is_near(level, after, most.amount, most.unit)
        if is_near and not any(_is_same(level.origin, origin) for origin in was_near):
            written = after.price_format.level
            distance = _distance_phrase(level, after)
            text = f"Came to {written(after.price)}, {distance} {level.label} at {written(level.price)}."
            side: Side = "bullish" if level.role == "support" else "bearish"
            key = f"near {level_key(level.origin)}"
            yield Match(after.symbol, after.session, key, level.label, level.price, text, side, after.in_progress)


def _crossings(rule: AlertRule, step: Step) -> Iterator[Match]:
    """The close is beyond a level of the day before that the close then was not, by the threshold or more."""
    before, after = step.before, step.after
    if before.session >= after.session:
        return
    for level in _meant(rule, before):
        at = _price_on(level, after)
        if at is None:
            continue
        is_above = before.price <= level.price and after.price > at
        is_below = before.price >= level.price and after.price < at
        kind: RuleKind = "closed_above" if is_above else "closed_below"
        if (is_above or is_below) and kind in rule.kinds and _is_beyond(rule, at, after):
            text = f"Closed {'above' if is_above else 'below'} {level.label} at {after.price_format.level(at)}."
            side: Side = "bullish" if is_above else "bearish"
            key = f"{kind} {level_key(level.origin)}"
            yield Match(after.symbol, after.session, key, level.label, at, text, side, after.in_progress)


def _price_on(level: Level, after: Analysis) -> float | None:
    """Return where a level of the day before lies on the day of `after`; None where it is gone, as a band may be."""
    match level.origin:
        case TrendlineOrigin(line):
            return line.value_at(after.session)
        case EmaOrigin() | BandOrigin():
            return next((later.price for later in after.levels if later.origin == level.origin), None)
        case _:
            return level.price


def _is_beyond(rule: AlertRule, at: float, after: Analysis) -> bool:
    if rule.threshold is None:
        return True
    size = _in_unit(abs(after.price - at), abs(at), after.atr, rule.threshold.unit)
    return size is not None and size >= rule.threshold.amount


def _meant(rule: AlertRule, analysis: Analysis) -> Iterator[Level]:
    """Yield the levels that a rule means: of its kinds, without them all technical ones, and of its name."""
    for level in analysis.levels:
        is_kind = level.kind in rule.level_kinds if rule.level_kinds else level.is_technical or bool(rule.label)
        if is_kind and _names(rule, level.label, level.origin):
            yield level


def _is_named(rule: AlertRule, change: Change) -> bool:
    return _names(rule, change.label, change.subject if isinstance(change.subject, Origin) else None)


def _names(rule: AlertRule, label: str, origin: Origin | None) -> bool:
    """Return whether the rule means what has this label, by that or by its lasting name, or means all."""
    known = {"", label.casefold(), "" if origin is None else lasting_name(origin).casefold()}
    return rule.label.casefold() in known


def _is_near(level: Level, analysis: Analysis, most: float, unit: ThresholdUnit) -> bool:
    size = _in_unit(_distance(level, analysis), abs(analysis.price), analysis.atr, unit)
    return size is not None and size <= most


def _is_same(origin: Origin, earlier: Origin) -> bool:
    """Return whether two days have the same level; zones that overlap are, though a new turn may have moved an edge."""
    if isinstance(origin, ZoneEdgeOrigin) and isinstance(earlier, ZoneEdgeOrigin):
        return origin.zone.low <= earlier.zone.high and earlier.zone.low <= origin.zone.high
    return level_key(origin) == level_key(earlier)


def _distance(level: Level, analysis: Analysis) -> float:
    """Return how far the price is from the level; 0 within a zone."""
    origin, price = level.origin, analysis.price
    if isinstance(origin, ZoneEdgeOrigin) and origin.zone.low <= price <= origin.zone.high:
        return 0.0
    return abs(level.price - price)


def _distance_phrase(level: Level, analysis: Analysis) -> str:
    distance = _distance(level, analysis)
    if not distance:
        return "at"
    if not analysis.atr:
        return "near"
    return f"{format_general(round(distance / analysis.atr, 2))} ATR from"


def _is_large_enough(rule: AlertRule, change: Change, step: Step) -> bool:
    if rule.threshold is None:
        return True
    size = change_size(change, step.after, rule.threshold.unit)
    return size is not None and size >= rule.threshold.amount


def change_size(change: Change, after: Analysis, unit: ThresholdUnit) -> float | None:
    """Return the size of a change (see `Threshold`) in a unit, None where it has none."""
    subject = change.subject
    if isinstance(subject, RatingChange):
        if subject.target is None or subject.prior_target is None or change.price is None:
            return None
        moved = abs(subject.target - subject.prior_target)
        return _in_unit(moved, subject.prior_target, after.atr, unit)
    if isinstance(subject, GapEdgeOrigin):
        return _in_unit(subject.gap.high - subject.gap.low, abs(after.price), after.atr, unit)
    if change.price is None:
        return None
    return _in_unit(abs(after.price - change.price), abs(change.price), after.atr, unit)


def _in_unit(distance: float, base: float, atr: float | None, unit: ThresholdUnit) -> float | None:
    if unit == "price":
        return distance
    if unit == "percent":
        return 100.0 * distance / base if base else None
    return distance / atr if atr else None


def _of_change(change: Change, after: Analysis) -> Match:
    subject = change.subject
    session = subject.date if isinstance(subject, RatingChange) else change.session
    key = f"{change.kind} {_subject_key(change)}"
    return Match(
        change.symbol,
        session,
        key,
        change.label,
        change.price,
        change.text,
        change.side,
        after.in_progress and session >= after.session,
    )


def _subject_key(change: Change) -> str:
    match change.subject:
        case None:
            return ""
        case RatingChange() as row:
            # A ratio, since a split moves both figures and must not make the row another one
            moved = f"{row.target / row.prior_target:.4f}" if row.target and row.prior_target else ""
            return f"{row.firm} {row.date} {row.rating or ''} {moved}"
        case CurrentTarget() as target:
            return f"{target.firm} {target.date}"
        case origin if isinstance(origin, Origin):
            return level_key(origin)
        case _:  # a company's event
            return f"{change.kind} {change.session}"
