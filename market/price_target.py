"""One firm's rating and price target, as published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

RatingAction = Literal["upgraded", "downgraded", "initiated", "reiterated"]


@dataclass(frozen=True)
class PriceTarget:
    """One row of a firm's coverage: its target and rating, and those they replace.

    `target` and `prior_target` are as published on `date`, in the shares of that day; None
    where the firm gave none. `source` is the key of a source, see `market.sources`, or "own"
    for a target that the user added. `currency`: that of the figures, None for the currency that the
    symbol is quoted in.
    """

    symbol: str
    firm: str
    date: Date
    target: float | None
    prior_target: float | None = None
    rating: str | None = None
    prior_rating: str | None = None
    action: RatingAction | None = None
    analyst: str | None = None
    horizon: str | None = None
    note: str | None = None
    url: str | None = None
    source: str = "yahoo"
    currency: str | None = None
