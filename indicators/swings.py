"""Swing lows and highs: the bars at which the price turned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

SWING_BARS = 3  # bars on either side that must not be lower: the turn held for half a week


def swing_lows(low: Floats) -> Positions:
    """Return the positions of the lows that no low within `SWING_BARS` bars on either side undercuts, oldest first.

    `low`: one price a bar. Where a side has fewer bars, those decide: within the last `SWING_BARS` bars a swing is
    provisional, and the last bar, with none after it, is never one. Equal lows do not undercut each other; of a flat
    run only the first and the last bar count, since every straight line that stays under those two stays under the bars
    between them.
    """
    if len(low) < 2:
        return np.empty(0, dtype=np.intp)
    swing = np.full(len(low), True)
    for step in range(1, min(SWING_BARS, len(low) - 1) + 1):
        swing[:-step] &= low[:-step] <= low[step:]
        swing[step:] &= low[step:] <= low[:-step]
    swing[1:-1] &= (low[1:-1] != low[:-2]) | (low[1:-1] != low[2:])
    swing[-1] = False
    return np.flatnonzero(swing)


def swing_highs(high: Floats) -> Positions:
    """Return the positions of the highs that no high within `SWING_BARS` bars exceeds: `swing_lows` mirrored."""
    return swing_lows(-high)
