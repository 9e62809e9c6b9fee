"""What the firms say together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from indicators.targets import CurrentTarget


@dataclass(frozen=True)
class Consensus:
    """The live (not stale) targets of one day; `upside_pct` = 100 (mean / price - 1)."""

    count: int
    mean: float
    median: float
    high: float
    low: float
    upside_pct: float


def consensus(current: Iterable[CurrentTarget], price: float) -> Consensus | None:
    """Count, mean, median, highest and lowest of the targets that are not stale; None when none is live."""
    live = np.array([each.target for each in current if not each.stale])
    if not live.size:
        return None
    mean = float(live.mean())
    return Consensus(
        count=live.size,
        mean=mean,
        median=float(np.median(live)),
        high=float(live.max()),
        low=float(live.min()),
        upside_pct=100.0 * (mean / price - 1.0),
    )
