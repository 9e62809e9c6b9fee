"""Every row of analyst coverage as the news of its day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date

from indicators.analysts.firms import firm_name
from indicators.analysts.ratings import Stance, stance
from indicators.analysts.split_adjustment import AdjustedTarget
from indicators.analysts.targets import TargetChange, is_comparable, stated_action, target_change, withdraws_target
from indicators.analysts.upside import upside_pct
from text.numbers import PriceFormat


@dataclass(frozen=True, kw_only=True)
class RatingChange(AdjustedTarget):
    """One firm's row on one symbol and day, with figures in the bars' split basis, and what it means.

    `firm` is the firm's one name (see `firm_name`), and `action` is worked out from the two ratings where the row does
    not give it. `change`: what happened to the target. `upside_pct` = 100 (target / close - 1), None without either, in
    another currency, and where the figure cannot be compared with prices (see `is_comparable`).
    """

    stance: Stance | None
    change: TargetChange | None
    upside_pct: float | None

    def words(self, written: PriceFormat) -> str:
        """Return the row as a line of news: "Overweight from Neutral, target $18 from $12".

        `written`: how prices of the listing are written; a row in another currency has that one's sign.
        """
        own = written.in_currency(self.currency)
        return ", ".join(filter(None, (self._rating_phrase(), self._target_phrase(own)))) or "no figures given"

    def _rating_phrase(self) -> str:
        if not self.rating:
            return ""
        if self.action == "initiated":
            return f"initiated at {self.rating}"
        has_changed = self.prior_rating and self.prior_rating != self.rating
        return f"{self.rating} from {self.prior_rating}" if has_changed else self.rating

    def _target_phrase(self, written: PriceFormat) -> str:
        if self.change == "withdrawn":
            return "target withdrawn"
        if self.target is None:
            return ""
        target = f"target {written.target(self.target)}"
        if self.prior_target is None:
            return target
        if self.change == "kept":
            return f"{target} kept"
        return f"{target} from {written.target(self.prior_target)}"


def rating_changes(targets: Iterable[AdjustedTarget], as_of: Date) -> tuple[RatingChange, ...]:
    """Return every row up to `as_of`, newest first; rows of one firm and day that say the same are one.

    `targets`: rows of `adjust_for_splits`, any order.
    """
    rows = _without_repeats((target for target in targets if target.date <= as_of), as_of)
    changes = (_rating_change(row, as_of) for row in rows)
    return tuple(sorted(changes, key=lambda change: (-change.date.toordinal(), change.firm)))


def _without_repeats(rows: Iterable[AdjustedTarget], as_of: Date) -> list[AdjustedTarget]:
    """Keep one of the rows that repeat another, as feeds list them, at times under the firm's other name."""
    kept: dict[tuple[object, ...], AdjustedTarget] = {}
    for row in rows:
        key = (firm_name(row.firm, as_of), row.symbol, row.date, row.rating, row.target, row.prior_target)
        kept[key] = max(kept[key], row, key=_completeness) if key in kept else row
    return list(kept.values())


def _completeness(row: AdjustedTarget) -> tuple[bool, int]:
    """Sort key: the viewer's own rows over the feed's, then those with more fields filled in."""
    return row.source == "own", sum(value is not None for value in vars(row).values())


def _rating_change(row: AdjustedTarget, as_of: Date) -> RatingChange:
    known = vars(row) | {"firm": firm_name(row.firm, as_of), "action": stated_action(row)}
    return RatingChange(
        **known,
        stance=stance(row.rating),
        change="withdrawn" if withdraws_target(row) else target_change(row.target, row.prior_target),
        upside_pct=upside_pct(row.target, row.close)
        if row.target and row.close and row.close > 0.0 and is_comparable(row)
        else None,
    )
