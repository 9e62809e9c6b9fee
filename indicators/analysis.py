"""Everything known about one ticker on one as-of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import Literal

import pandas as pd

Scale = Literal["linear", "log"]
Role = Literal["support", "resistance"]


@dataclass(frozen=True)
class MovingAverage:
    """One EMA: its span, its whole series, and what it is worth at the last bar.

    `value` is None with fewer bars than the span; `warming_up` when the seed still weighs
    more than 0.5 %.
    """

    span: int
    series: pd.Series
    value: float | None
    seed_weight: float
    sessions: int

    @property
    def warming_up(self) -> bool:
        return self.value is not None and self.seed_weight > 0.005
