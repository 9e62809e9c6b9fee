"""The current target of each firm on a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from itertools import groupby
from typing import Literal

from indicators.analysts.firms import firm_name
from indicators.analysts.ratings import Stance, action_between, ends_coverage, stance
from indicators.analysts.split_adjustment import AdjustedTarget
from indicators.analysts.upside import upside_pct
from indicators.time_spans import TARGET_TERM
from market import PriceTarget
from market.price_target import RatingAction

TargetChange = Literal["raised", "cut", "kept", "set", "withdrawn"]
Doubt = Literal["stale", "unusual", "basis unsure"]

STALE_AFTER_DAYS = TARGET_TERM.days
UNUSUAL_RATIO = 4.0  # a target this many times the close of its day, or below a quarter of it, is in another unit
SAME_FIGURE = 1e-9  # relative: figures closer than this differ only because one was divided by a split


@dataclass(frozen=True, kw_only=True)
class CurrentTarget(AdjustedTarget):
    """One firm's current target: its newest row with a target on or before the as-of day, in the bars' split basis.

    `firm` is the firm's one name (see `firm_name`). `rating`, `prior_rating` and `action` are those of the newest row
    with a rating (`rating_date`), since a firm may downgrade and leave its target. `change`: what that newest row did
    to the target. `upside_pct` = 100 (target / price - 1). `doubt`: why it is no part of the consensus, None where it
    is: older than 365 days, more than 4 times or less than a quarter of the close of its day, or in shares that cannot
    be told.
    """

    target: float
    rating_date: Date | None
    stance: Stance | None
    change: TargetChange
    upside_pct: float
    doubt: Doubt | None
    age_days: int

    @property
    def counted(self) -> bool:
        """Whether the target is part of the consensus."""
        return self.doubt is None

    @property
    def stale(self) -> bool:
        """Whether the target is older than 365 days."""
        return self.doubt == "stale"


def current_targets(targets: Iterable[PriceTarget], as_of: Date, price: float) -> tuple[CurrentTarget, ...]:
    """Return each firm's current target on `as_of`, lowest first; firms without one are left out.

    `targets`: rows in the split basis of `price` (see `adjust_for_splits`), any order; rows later than `as_of` are
    ignored, and firms whose newest target is in another currency (`currency` is not None) left out. A row that names a
    prior target and none of its own withdraws the firm's target, as does a rating that ends coverage; a row with
    neither leaves it as it was. Of one firm's rows of one day, the viewer's own comes before the feed's, then the one
    whose target is not the prior target of another.
    """
    return current_of(newest_rows(targets, as_of), as_of, price)


def foreign_targets(targets: Iterable[PriceTarget], as_of: Date) -> tuple[PriceTarget, ...]:
    """Return the current targets on `as_of` in another currency than the price's, by firm: nothing is made of them.

    `targets`: as for `current_targets`.
    """
    return foreign_of(newest_rows(targets, as_of))


@dataclass(frozen=True)
class NewestRows:
    """What counts of the rows of each firm on one day, whatever the price.

    `setting`: the newest row that sets a target which the firm has not withdrawn since. `rated`: of those firms, the
    newest row with a rating.
    """

    setting: dict[str, PriceTarget]
    rated: dict[str, PriceTarget]


def newest_rows(targets: Iterable[PriceTarget], as_of: Date) -> NewestRows:
    """Return the rows of `targets` that count on `as_of`; later ones are ignored."""
    firms = _by_firm((row for row in targets if row.date <= as_of), as_of)
    newest = {firm: _newest_row(deciding) for firm, rows in firms.items() if (deciding := _deciding(rows))}
    setting = {firm: row for firm, row in newest.items() if not withdraws_target(row)}
    rated = {firm: _newest_row(rows) for firm in setting if (rows := [row for row in firms[firm] if row.rating])}
    return NewestRows(setting, rated)


def current_of(newest: NewestRows, as_of: Date, price: float) -> tuple[CurrentTarget, ...]:
    """Return what `current_targets` returns of rows whose newest are known already."""
    current = (
        _current_target(firm, row, newest.rated.get(firm, row), as_of, price)
        for firm, row in newest.setting.items()
        if row.currency is None
    )
    return tuple(sorted(current, key=lambda target: (target.target, target.firm)))


def foreign_of(newest: NewestRows) -> tuple[PriceTarget, ...]:
    """Return what `foreign_targets` returns of rows whose newest are known already."""
    return tuple(replace(row, firm=firm) for firm, row in sorted(newest.setting.items()) if row.currency is not None)


def target_steps(targets: Iterable[PriceTarget], as_of: Date) -> dict[str, dict[Date, float | None]]:
    """Return, per firm, the target that counted at the end of each day that changed it, oldest day first.

    None where the firm withdrew its target, or where it is unusual, in unsure shares or in another currency. The firms
    are those of `as_of`.
    """
    return {
        firm: {day: _target_of_step(_newest_row(rows)) for day, rows in _by_day(rows).items()}
        for firm, rows in _by_firm(filter(_decides_target, targets), as_of).items()
    }


def withdraws_target(row: PriceTarget) -> bool:
    """Return whether from this row on the firm has no target: it names only the prior one, or ends its coverage."""
    return ends_coverage(row.rating) or (row.target is None and row.prior_target is not None)


def doubt_of_figure(row: PriceTarget) -> Doubt | None:
    """Return why the figure of a row cannot be compared with prices; its age is another matter."""
    if not isinstance(row, AdjustedTarget) or row.target is None:
        return None
    if row.basis_unsure:
        return "basis unsure"
    if row.close is None or row.close <= 0.0:
        return None
    return None if 1.0 / UNUSUAL_RATIO <= row.target / row.close <= UNUSUAL_RATIO else "unusual"


def is_comparable(row: PriceTarget) -> bool:
    """Return whether the figure of a row can be compared with prices, as far as can be told."""
    return row.currency is None and doubt_of_figure(row) is None


def target_change(target: float | None, prior_target: float | None) -> TargetChange | None:
    """Return what happened to a target: raised, cut, kept, withdrawn, or set where there was none; None for neither."""
    if target is None:
        return None if prior_target is None else "withdrawn"
    if prior_target is None:
        return "set"
    if abs(target - prior_target) <= SAME_FIGURE * prior_target:
        return "kept"
    return "raised" if target > prior_target else "cut"


def stated_action(row: PriceTarget) -> RatingAction | None:
    """Return what the firm did to its rating: as the row says, else as its two ratings imply."""
    return row.action or action_between(row.prior_rating, row.rating)


def _target_of_step(row: PriceTarget) -> float | None:
    return row.target if is_comparable(row) and not withdraws_target(row) else None


def _deciding(rows: Iterable[PriceTarget]) -> list[PriceTarget]:
    return [row for row in rows if _decides_target(row)]


def _decides_target(row: PriceTarget) -> bool:
    return row.target is not None or withdraws_target(row)


def _by_firm(rows: Iterable[PriceTarget], as_of: Date) -> dict[str, list[PriceTarget]]:
    grouped: dict[str, list[PriceTarget]] = defaultdict(list)
    for row in rows:
        grouped[firm_name(row.firm, as_of)].append(row)
    return grouped


def _by_day(rows: Iterable[PriceTarget]) -> dict[Date, list[PriceTarget]]:
    return {day: list(group) for day, group in groupby(sorted(rows, key=_day_of), _day_of)}


def _day_of(row: PriceTarget) -> Date:
    return row.date


def _newest_row(rows: Sequence[PriceTarget]) -> PriceTarget:
    """Return the one of a firm's rows that counts, whatever order they come in."""
    if len(rows) == 1:
        return rows[0]
    newest = max(row.date for row in rows)
    of_that_day = [row for row in rows if row.date == newest]
    if len(of_that_day) == 1:
        return of_that_day[0]
    prior_counts = Counter(row.prior_target for row in set(of_that_day) if row.prior_target is not None)
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
        doubt="stale" if age_days > STALE_AFTER_DAYS else doubt_of_figure(row),
        age_days=age_days,
    )
