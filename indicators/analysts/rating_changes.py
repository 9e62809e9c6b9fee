"""Every row of the firms' coverage as the news of its day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date

import pandas as pd

from indicators.analysts.firms import firm_name
from indicators.analysts.ratings import Stance, stance
from indicators.analysts.split_adjustment import closes_on
from indicators.analysts.targets import TargetChange, stated_action, target_change
from indicators.analysts.upside import upside_pct
from market import PriceTarget
from market.price_target import RatingAction
from text import numbers


@dataclass(frozen=True)
class RatingChange:
    """What one firm said of one symbol on one day, figures in the bars' split basis.

    `close`: that day's, or the session's before it; None before the first bar. `upside_pct` =
    100 (target / close - 1), None without either.
    """

    symbol: str
    firm: str
    analyst: str | None
    date: Date
    close: float | None
    rating: str | None
    prior_rating: str | None
    stance: Stance | None
    action: RatingAction | None
    target: float | None
    prior_target: float | None
    change: TargetChange | None
    upside_pct: float | None
    note: str | None
    url: str | None
    source: str

    def words(self, currency: str) -> str:
        """The row as a line of news: «Overweight from Neutral, target $18 from $12»."""
        return ", ".join(filter(None, (self._rating_words(), self._target_words(currency)))) or "no figures given"

    def _rating_words(self) -> str:
        if not self.rating:
            return ""
        if self.action == "initiated":
            return f"initiated at {self.rating}"
        moved = self.prior_rating and self.prior_rating != self.rating
        return f"{self.rating} from {self.prior_rating}" if moved else self.rating

    def _target_words(self, currency: str) -> str:
        if self.target is None:
            return ""
        now = f"target {numbers.format_target(self.target, currency)}"
        if self.prior_target is None:
            return now
        return (
            f"{now} kept"
            if self.change == "kept"
            else f"{now} from {numbers.format_target(self.prior_target, currency)}"
        )


def rating_changes(targets: Iterable[PriceTarget], closes: pd.Series, as_of: Date) -> tuple[RatingChange, ...]:
    """Every row up to `as_of`, newest first; one that says the same as another of its firm's day stands once.

    `targets`: rows in the split basis of `closes` (see `adjust_for_splits`), any order.
    """
    rows = _once_each(target for target in targets if target.date <= as_of)
    events = map(_event, rows, closes_on([row.date for row in rows], closes))
    return tuple(sorted(events, key=lambda event: (-event.date.toordinal(), event.firm)))


def _once_each(rows: Iterable[PriceTarget]) -> list[PriceTarget]:
    """Feeds list a firm's row again, sometimes under its other name; one's own row comes before the feed's."""
    said: dict[tuple[object, ...], PriceTarget] = {}
    for row in rows:
        key = (firm_name(row.firm), row.symbol, row.date, row.rating, row.target, row.prior_target)
        said[key] = max(said[key], row, key=_fullness) if key in said else row
    return list(said.values())


def _fullness(row: PriceTarget) -> tuple[bool, int]:
    return row.source == "own", sum(var is not None for var in vars(row).values())


def _event(row: PriceTarget, close: float | None) -> RatingChange:
    return RatingChange(
        symbol=row.symbol,
        firm=firm_name(row.firm),
        analyst=row.analyst,
        date=row.date,
        close=close,
        rating=row.rating,
        prior_rating=row.prior_rating,
        stance=stance(row.rating),
        action=stated_action(row),
        target=row.target,
        prior_target=row.prior_target,
        change=target_change(row.target, row.prior_target),
        upside_pct=None if row.target is None or close is None else upside_pct(row.target, close),
        note=row.note,
        url=row.url,
        source=row.source,
    )
