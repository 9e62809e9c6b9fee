"""The target that stands for each firm on a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from indicators.analysts.firms import firm_name
from indicators.analysts.ratings import Stance, action_between, stance
from indicators.analysts.split_adjustment import adjust_for_splits
from indicators.analysts.upside import upside_pct
from market import PriceTarget
from market.price_target import RatingAction

__all__ = [
    "CurrentTarget",
    "TargetChange",
    "adjust_for_splits",
    "current_targets",
    "stated_action",
    "target_change",
    "target_steps",
]

TargetChange = Literal["raised", "cut", "kept", "set"]

STALE_AFTER_DAYS = 365  # targets are set for twelve months
SAME = 1e-9  # relative; two figures apart by less than that differ only in their division by a split


@dataclass(frozen=True)
class CurrentTarget:
    """One firm's standing target: its newest on or before the as-of day, in the bars' split basis.

    `date`, `target`, `prior_target`, `change`, `analyst`, `horizon`, `note`, `url` and `source` are
    those of the newest row that has a target. `rating`, `prior_rating` and `action` are those of the
    newest row that has a rating (`rating_date`), since a firm may downgrade and leave its target.
    `upside_pct` = 100 (target / price - 1). `stale`: older than 365 days.
    """

    firm: str
    analyst: str | None
    date: Date
    rating: str | None
    prior_rating: str | None
    stance: Stance | None
    action: RatingAction | None
    rating_date: Date | None
    target: float
    prior_target: float | None
    change: TargetChange
    upside_pct: float
    stale: bool
    age_days: int
    horizon: str | None
    note: str | None
    url: str | None
    source: str


def current_targets(targets: Iterable[PriceTarget], as_of: Date, price: float) -> tuple[CurrentTarget, ...]:
    """Each firm's standing target on `as_of`, lowest first; firms that gave none are left out.

    `targets`: rows in the split basis of `price` (see `adjust_for_splits`), any order; later rows
    than `as_of` are not looked at. Of one firm's rows of one day, one's own comes before the feed's,
    then the one whose figure none of the others replaces.
    """
    priced: dict[str, list[PriceTarget]] = defaultdict(list)
    rated: dict[str, list[PriceTarget]] = defaultdict(list)
    for row in targets:
        if row.date > as_of:
            continue
        if row.target is not None:
            priced[firm_name(row.firm)].append(row)
        if row.rating:
            rated[firm_name(row.firm)].append(row)
    standing = (
        _standing(firm, _last_word(rows), _last_word(rated.get(firm, rows)), as_of, price)
        for firm, rows in priced.items()
    )
    return tuple(sorted(standing, key=lambda target: (target.target, target.firm)))


def target_steps(targets: Iterable[PriceTarget]) -> dict[str, dict[Date, float]]:
    """Per firm the target that stood at the end of each day it published one, oldest day first."""
    published: dict[str, dict[Date, list[PriceTarget]]] = defaultdict(lambda: defaultdict(list))
    for row in targets:
        if row.target is not None:
            published[firm_name(row.firm)][row.date].append(row)
    return {
        firm: {day: target for day in sorted(days) if (target := _last_word(days[day]).target) is not None}
        for firm, days in published.items()
    }


def target_change(target: float | None, prior_target: float | None) -> TargetChange | None:
    """What a firm did to its target: raised, cut or kept it, set one where none stood; None without a target."""
    if target is None:
        return None
    if prior_target is None:
        return "set"
    if abs(target - prior_target) <= SAME * prior_target:
        return "kept"
    return "raised" if target > prior_target else "cut"


def stated_action(row: PriceTarget) -> RatingAction | None:
    """What the firm did to its rating: as its row says, else as its two ratings tell."""
    return row.action or action_between(row.prior_rating, row.rating)


def _last_word(rows: Sequence[PriceTarget]) -> PriceTarget:
    """Of one firm's rows the one that stands; the same in whatever order they come."""
    newest = max(row.date for row in rows)
    of_that_day = {row for row in rows if row.date == newest}
    replaced = Counter(each.prior_target for each in of_that_day if each.prior_target is not None)
    return max(of_that_day, key=lambda each: _precedence(each, replaced))


def _precedence(row: PriceTarget, replaced: Counter[float]) -> tuple[bool, bool, bool, float, str]:
    """`replaced`: how many rows of the day name each figure as the one before theirs."""
    if row.target is None:
        return row.source == "own", True, False, 0.0, repr(row)
    by_another = replaced[row.target] > (row.prior_target == row.target)
    return row.source == "own", not by_another, True, row.target, repr(row)


def _standing(firm: str, row: PriceTarget, rated: PriceTarget, as_of: Date, price: float) -> CurrentTarget:
    assert row.target is not None
    moved = target_change(row.target, row.prior_target)
    assert moved is not None
    age = (as_of - row.date).days
    return CurrentTarget(
        firm=firm,
        analyst=row.analyst,
        date=row.date,
        rating=rated.rating,
        prior_rating=rated.prior_rating,
        stance=stance(rated.rating),
        action=stated_action(rated),
        rating_date=rated.date if rated.rating else None,
        target=row.target,
        prior_target=row.prior_target,
        change=moved,
        upside_pct=upside_pct(row.target, price),
        stale=age > STALE_AFTER_DAYS,
        age_days=age,
        horizon=row.horizon,
        note=row.note,
        url=row.url,
        source=row.source,
    )
