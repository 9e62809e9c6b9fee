"""An alert rule: on which tickers it waits, for which changes, and whom it tells."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import timedelta
from typing import Literal, get_args

import pandas as pd

from alerts.changes import CHANGE_KINDS, KIND_NAMES, ChangeKind
from indicators.analysis import Analysis
from indicators.levels import Kind as LevelKind
from indicators.levels import Origin, TrendlineOrigin
from market.events.company_events import splits_of
from text.numbers import format_as_entered, format_general
from text.prose import join_words

PriceKind = Literal["price_reached", "near_level", "closed_above", "closed_below"]
RuleKind = ChangeKind | PriceKind
ThresholdUnit = Literal["price", "percent", "atr"]
Frequency = Literal["once", "daily", "each time"]

PRICE_KINDS: tuple[PriceKind, ...] = get_args(PriceKind)
RULE_KINDS: tuple[RuleKind, ...] = (*PRICE_KINDS, *CHANGE_KINDS)
RULE_KIND_NAMES: dict[RuleKind, str] = {
    "price_reached": "Price reached",
    "near_level": "Near a level",
    "closed_above": "Closed above a level",
    "closed_below": "Closed below a level",
}
RULE_KIND_NAMES.update(KIND_NAMES.items())
CROSSING_KINDS: tuple[PriceKind, ...] = ("closed_above", "closed_below")
LEVEL_KINDS: tuple[LevelKind, ...] = get_args(LevelKind)
THRESHOLD_UNITS: tuple[ThresholdUnit, ...] = get_args(ThresholdUnit)
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
FREQUENCY_NAMES: dict[Frequency, str] = {
    "once": "Once a ticker",
    "daily": "Once a session and ticker",
    "each time": "Each time",
}

# Changes with a size: how far the close went beyond a level, how wide a gap is, by how much a target moved
SIZED_KINDS: tuple[ChangeKind, ...] = (
    "ema_reclaimed",
    "ema_lost",
    "band_left",
    "line_bounced",
    "line_broken",
    "zone_broken",
    "gap",
    "target_raised",
    "target_cut",
)
MAX_NAME_LENGTH = 80
MAX_TICKERS = 500


@dataclass(frozen=True)
class Threshold:
    """How much of what: in the currency of the prices (`price`), percent, or multiples of ATR(14).

    For `price_reached` the price itself, for `near_level` the greatest distance of the price from the level, for a
    close beyond a level and for a change its least size: of a target by how much it moved (percent of the prior one),
    of a gap its width, else how far the close lies beyond the level (percent of the level).
    """

    amount: float
    unit: ThresholdUnit


@dataclass(frozen=True)
class SeenBar:
    """The bar of a session in progress at the moment when a rule was set."""

    low: float
    high: float
    price: float


@dataclass(frozen=True)
class AlertRule:
    """What to tell whom when it happens.

    `tickers`, or else `watchlist`, the name of one that the owner sees: whichever tickers it has at each check.
    `kinds`: `price_reached`, `near_level`, one or both of `CROSSING_KINDS`, or one or several kinds of change. `label`:
    the one level or firm meant, by its label or its `lasting_name`, in any case; "" for all. `level_kinds`: for
    `near_level` and `CROSSING_KINDS` the kinds of levels meant; () for all technical ones. `frequency`: for each ticker
    once ever, once a session, or for each level once a session. `destinations`: their ids; without one it is listed
    only. `basis_day`: the last session known when a threshold in `price` was set, whose shares it is in. `armed_on`:
    sessions before that day do not count. `seen`: what that session had shown by then. `owner`: a person, "" for
    everyone. `version`: another one after each edit, "" when new.
    """

    name: str
    kinds: tuple[RuleKind, ...]
    tickers: tuple[str, ...] = ()
    watchlist: str = ""
    label: str = ""
    level_kinds: tuple[LevelKind, ...] = ()
    threshold: Threshold | None = None
    frequency: Frequency = "daily"
    paused: bool = False
    destinations: tuple[str, ...] = ()
    basis_day: Date | None = None
    armed_on: Date | None = None
    seen: SeenBar | None = None
    id: str = ""
    owner: str = ""
    sharing: str = "private"
    version: str = ""

    @property
    def is_price_rule(self) -> bool:
        """Whether it waits for a price, not for a change."""
        return any(kind in PRICE_KINDS for kind in self.kinds)

    @property
    def is_crossing_rule(self) -> bool:
        """Whether it waits for closes beyond a level and for nothing else."""
        return bool(self.kinds) and all(kind in CROSSING_KINDS for kind in self.kinds)


class InvalidRule(ValueError):
    """A rule that cannot be kept; `problems` are the sentences that say why, and the text is all of them."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def lasting_name(origin: Origin) -> str:
    """Return the name by which a rule means a level: its label, but of a trendline its side.

    A line is called tentative one day and not the next; the support stays the support.
    """
    return f"{origin.line.side.capitalize()} line" if isinstance(origin, TrendlineOrigin) else origin.label


def rule_problems(rule: AlertRule) -> tuple[str, ...]:
    """Return a sentence for each thing that is wrong with a rule and what to do about it; () for a sound one."""
    return tuple(_find_problems(rule))


def check_rule(rule: AlertRule) -> AlertRule:
    """Return the rule as it is. Raises `InvalidRule`."""
    if problems := rule_problems(rule):
        raise InvalidRule(problems)
    return rule


def _find_problems(rule: AlertRule) -> Iterator[str]:
    yield from name_problems(rule.name, "rule")
    if rule.label:
        yield from name_problems(rule.label, "level or firm")
    if not rule.tickers and not rule.watchlist:
        yield "The rule watches no ticker. Name tickers or a watchlist."
    if rule.tickers and rule.watchlist:
        yield "The rule names tickers and a watchlist. Keep one of the two."
    if len(rule.tickers) > MAX_TICKERS:
        yield f"A rule can name at most {MAX_TICKERS} tickers. Make a watchlist of them."
    if not rule.kinds:
        yield "The rule waits for nothing. Choose what it waits for."
    yield from _unknown("kind", rule.kinds, RULE_KINDS)
    yield from _unknown("kind of level", rule.level_kinds, LEVEL_KINDS)
    yield from _unknown("frequency", (rule.frequency,), FREQUENCIES)
    if rule.is_price_rule and len(rule.kinds) > 1 and not rule.is_crossing_rule:
        yield "A price cannot be combined with other kinds. Make a rule for each."
    if rule.level_kinds and rule.kinds != ("near_level",) and not rule.is_crossing_rule:
        yield "Kinds of levels belong to rules that wait for a level. Leave them out."
    yield from _threshold_problems(rule)


def name_problems(name: str, thing: str) -> Iterator[str]:
    """Yield what is wrong with the name of a `thing`: a rule, a destination."""
    if not name.strip():
        yield f"The {thing} has no name. Enter one."
    if len(name) > MAX_NAME_LENGTH:
        yield f"The name of a {thing} can have at most {MAX_NAME_LENGTH} characters. Shorten it."
    if any(unicodedata.category(character)[0] == "C" for character in name):
        yield f"The name of a {thing} must be plain text, and this one has invisible characters. Type it again."


def _unknown(what: str, values: Iterable[str], known: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        if value not in known:
            yield f'There is no {what} "{value}". Use {join_words(known, "or")}.'


def _threshold_problems(rule: AlertRule) -> Iterator[str]:
    threshold = rule.threshold
    if threshold is None:
        if "price_reached" in rule.kinds:
            yield "The rule has no price. Enter the one to wait for."
        if "near_level" in rule.kinds:
            yield "The rule does not say how near. Enter a distance, such as 0.5 ATR."
        return
    yield from _unknown("unit", (threshold.unit,), THRESHOLD_UNITS)
    if not math.isfinite(threshold.amount):
        yield "The threshold is no number. Enter one."
    if threshold.unit == "price" and rule.basis_day is None:
        yield "It is not known in which shares the price is meant. Set the rule again from a chart."
    if "price_reached" in rule.kinds:
        if threshold.unit != "price":
            yield "A price to reach is a price, not a percentage or a number of ATR. Enter the price."
        if rule.watchlist or len(rule.tickers) > 1:
            yield "A price is that of one ticker. Name one, and make a rule for each of the others."
        return
    if threshold.amount <= 0.0:
        yield "The threshold has to be above 0. Enter a larger one, or none."
    sizeless = [kind for kind in rule.kinds if kind in CHANGE_KINDS and kind not in SIZED_KINDS]
    if sizeless:
        names = join_words([RULE_KIND_NAMES[kind] for kind in sizeless])
        yield f"{names} has no size to compare with a threshold. Leave the threshold out, or make another rule."


def arm(rule: AlertRule, analysis: Analysis) -> AlertRule:
    """Return the rule as set on a chart of today: what that already shows does not fire it.

    Its price is in the shares of the last session there; sessions count from the next one on, or from that one as far
    as it is still in progress.
    """
    session, bar = analysis.session, analysis.daily_bars.iloc[-1]
    if not analysis.in_progress:
        return replace(rule, basis_day=session, armed_on=session + timedelta(days=1), seen=None)
    seen = SeenBar(float(bar["low"]), float(bar["high"]), analysis.price)
    return replace(rule, basis_day=session, armed_on=session, seen=seen)


def in_shares_of(rule: AlertRule, splits: pd.Series) -> AlertRule:
    """Return the rule with a price threshold moved by each split after the day in whose shares it was set.

    threshold / (new shares for an old one), as all prices of today's bars. `splits`: index of days, those ratios.
    """
    threshold, day = rule.threshold, rule.basis_day
    if threshold is None or threshold.unit != "price" or day is None:
        return rule
    since = [split for split in splits_of(splits) if split.day > day]
    if not since:
        return rule
    amount = threshold.amount / math.prod(split.ratio for split in since)
    return replace(rule, threshold=Threshold(amount, "price"), basis_day=max(split.day for split in since))


def describe_rule(rule: AlertRule) -> str:
    """Return what the rule waits for, such as "CIFR: EMA lost (EMA 50), by 1 ATR or more"."""
    tickers = rule.watchlist or join_words(rule.tickers)
    return f"{tickers}: {_awaited(rule)}"


def _awaited(rule: AlertRule) -> str:
    amount = "" if rule.threshold is None else _amount(rule.threshold)
    if "price_reached" in rule.kinds:
        return f"price reaches {amount}"
    level = rule.label or f"any {join_words(rule.level_kinds, 'or') or 'level'}"
    if "near_level" in rule.kinds:
        return f"within {amount} of {level}"
    if rule.is_crossing_rule:
        sides = join_words([kind.removeprefix("closed_") for kind in rule.kinds], "or")
        return f"closes {sides} {level}{f', by {amount} or more' if amount else ''}"
    about = f" ({rule.label})" if rule.label else ""
    kinds = join_words([RULE_KIND_NAMES[kind] for kind in rule.kinds], "or")
    return f"{kinds}{about}{f', by {amount} or more' if amount else ''}"


def _amount(threshold: Threshold) -> str:
    if threshold.unit == "price":
        return format_as_entered(threshold.amount)
    return f"{format_general(threshold.amount)}{'%' if threshold.unit == 'percent' else ' ATR'}"
