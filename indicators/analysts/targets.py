"""The current target of each firm on a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

from indicators.analysts.firms import firm_name
from indicators.analysts.ratings import Stance, action_between, stance
from indicators.analysts.upside import upside_pct
from indicators.time_spans import TARGET_TERM
from market import PriceTarget
from market.price_target import RatingAction

TargetChange = Literal["raised", "cut", "kept", "set"]

STALE_AFTER_DAYS = TARGET_TERM.days
SAME_FIGURE = 1e-9  # relative: figures closer than this differ only because one was divided by a split


@dataclass(frozen=True, kw_only=True)
class CurrentTarget(PriceTarget):
    """One firm's current target: its newest row with a target on or before the as-of day, in the bars' split basis.

    `firm` is the firm's one name (see `firm_name`). `rating`, `prior_rating` and `action` are those of the newest row
    with a rating (`rating_date`), since a firm may downgrade and leave its target. `change`: what that newest row did
    to the target. `upside_pct` = 100 (target / price - 1). `stale`: older than 365 days.
    """

    target: float
    rating_date: Date | None
    stance: Stance | None
    change: TargetChange
    upside_pct: float
    stale: bool
    age_days: int


def current_targets(targets: Iterable[PriceTarget], as_of: Date, price: float) -> tuple[CurrentTarget, ...]:
    """Return each firm's current target on `as_of`, lowest first; firms without one are left out.

    `targets`: rows in the split basis of `price` (see `split_adjustment`), any order; rows later than `as_of` are
    ignored. Of one firm's rows of one day, the viewer's own comes before the feed's, then the one whose target is not
    the prior target of another.
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
    current = (
        _current_target(firm, _newest_row(rows), _newest_row(rated.get(firm, rows)), as_of, price)
        for firm, rows in priced.items()
    )
    return tuple(sorted(current, key=lambda target: (target.target, target.firm)))


def target_steps(targets: Iterable[PriceTarget]) -> dict[str, dict[Date, float]]:
    """Return, per firm, the target that counted at the end of each day it published one, oldest day first."""
    published: dict[str, dict[Date, list[PriceTarget]]] = defaultdict(lambda: defaultdict(list))
    for row in targets:
        if row.target is not None:
            published[firm_name(row.firm)][row.date].append(row)
    return {
        firm: {day: target for day in sorted(days) if (target := _newest_row(days[day]).target) is not None}
        for firm, days in published.items()
    }


def target_change(target: float | None, prior_target: float | None) -> TargetChange | None:
    """Return whether a firm raised, cut or kept its target, or set one where it had none; None without a target."""
    if target is None:
        return None
    if prior_target is None:
        return "set"
    if abs(target - prior_target) <= SAME_FIGURE * prior_target:
        return "kept"
    return "raised" if target > prior_target else "cut"


def stated_action(row: PriceTarget) -> RatingAction | None:
    """Return what the firm did to its rating: as the row says, else as its two ratings imply."""
    return row.action or action_between(row.prior_rating, row.rating)


def _newest_row(rows: Sequence[PriceTarget]) -> PriceTarget:
    """Return the one of a firm's rows that counts, whatever order they come in."""
    newest = max(row.date for row in rows)
    of_that_day = {row for row in rows if row.date == newest}
    prior_counts = Counter(row.prior_target for row in of_that_day if row.prior_target is not None)
    return max(of_that_day, key=lambda row: _precedence(row, prior_counts))


def _precedence(row: PriceTarget, prior_counts: Counter[float]) -> tuple[bool, bool, bool, float, str]:
    """Sort key among rows of one day. `prior_counts`: how many of them name each figure as their prior target."""
    if row.target is None:
        return row.source == "own", True, False, 0.0, repr(row)
    was_replaced = prior_counts[row.target] > (row.prior_target == row.target)
    return row.source == "own", not was_replaced, True, row.target, repr(row)


def _current_target(firm: str, row: PriceTarget, rated: PriceTarget, as_of: Date, price: float) -> CurrentTarget:
    change = target_change(row.target, row.prior_target)
    assert row.target is not None and change is not None
    rating = {"rating": rated.rating, "prior_rating": rated.prior_rating, "action": stated_action(rated)}
    age_days = (as_of - row.date).days
    return CurrentTarget(
        **vars(row) | {"firm": firm} | rating,
        rating_date=rated.date if rated.rating else None,
        stance=stance(rated.rating),
        change=change,
        upside_pct=upside_pct(row.target, price),
        stale=age_days > STALE_AFTER_DAYS,
        age_days=age_days,
    )
