"""Made-up splits: rows of coverage as a feed would list them, some of them restated in the new shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd

from market import PriceTarget

RESTATED_DAYS = 455  # the fifteen months before the split in which a real feed had restated rows
FIRST_DAY = date(2021, 1, 4)


@dataclass(frozen=True)
class MadeUpSplit:
    """One share became `shares` on `day`: the feed's rows, the adjusted closes, and both figures that are right."""

    rows: tuple[PriceTarget, ...]
    closes: pd.Series
    splits: pd.Series
    right: tuple[tuple[float | None, float | None], ...]
    day: date

    @property
    def could_be_restated(self) -> list[bool]:
        """Whether each row is one of the fifteen months before the split."""
        return [timedelta(0) < self.day - row.date <= timedelta(RESTATED_DAYS) for row in self.rows]


def with_made_up_split(
    rows: Iterable[PriceTarget],
    closes: pd.Series,
    day: date,
    shares: float,
    restated: float = 0.0,
    chance: Random | None = None,
    old_priors: bool = False,
) -> MadeUpSplit:
    """Return what a feed would list, had one share become `shares` on `day`.

    `rows` and `closes` are in the shares before the split. A row before `day` keeps its figures, but a share `restated`
    of those of the fifteen months before has both in the new shares, or one of them. `old_priors`: rows after the split
    name the prior target in the old shares where the firm set it before the split.
    """
    rows, chance = tuple(rows), chance or Random(0)
    before = {row.firm for row in rows if row.date < day}
    published, right = [], []
    for row in sorted(rows, key=lambda row: row.date):
        target, prior = _divided(row.target, shares), _divided(row.prior_target, shares)
        right.append((target, prior))
        if row.date >= day:
            keeps_prior = old_priors and row.firm in before
            before.discard(row.firm)
            published.append(replace(row, target=target, prior_target=row.prior_target if keeps_prior else prior))
        elif (day - row.date).days <= RESTATED_DAYS and chance.random() < restated:
            which = chance.choice(("both", "both", "target", "prior"))
            new_target = target if which != "prior" else row.target
            published.append(
                replace(row, target=new_target, prior_target=prior if which != "target" else row.prior_target)
            )
        else:
            published.append(row)
    return MadeUpSplit(
        tuple(published), closes / shares, pd.Series([shares], index=pd.DatetimeIndex([day])), tuple(right), day
    )


def made_up_coverage(
    seed: int, volatility: float = 0.4, spread: float = 0.25, firms: int = 18
) -> tuple[tuple[PriceTarget, ...], pd.Series]:
    """Return four years of rows and closes: each firm writes every 60 days or so, with an opinion of its own.

    `volatility`: of the closes, a year; `spread`: standard deviation of log target / close among the firms.
    """
    generator = np.random.default_rng(seed)
    days = pd.bdate_range(FIRST_DAY, periods=1000, name="date")
    steps = generator.normal(0.0, volatility / np.sqrt(252.0), len(days))
    closes = pd.Series(200.0 * np.exp(np.cumsum(steps)), index=days)
    rows = [row for firm in range(firms) for row in _rows_of_firm(firm, closes, spread, generator)]
    return tuple(rows), closes


def _rows_of_firm(firm: int, closes: pd.Series, spread: float, generator: np.random.Generator) -> Sequence[PriceTarget]:
    opinion, rows, last, at = generator.normal(0.18, spread), [], None, int(generator.integers(0, 60))
    while at < len(closes):
        close = float(closes.iloc[at])
        target = float(np.round(close * np.exp(opinion + generator.normal(0.0, 0.08))))
        rows.append(PriceTarget("PAPER", f"Firm {firm}", closes.index[at].date(), target, last))
        last = target
        at += int(generator.integers(25, 90))
    return rows


def _divided(figure: float | None, shares: float) -> float | None:
    return None if not figure else round(figure / shares, 2)
