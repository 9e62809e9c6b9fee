"""Every line through two swing lows that no close undercuts, in a time that grows with swings times bars.

For a first swing i the steepest legal slope is min over k > i of (ceiling[k] - low[i]) / (k - i), the ceiling being
close + tolerance. Far from i the minimum is reached at a vertex of the lower convex hull of what lies there, so a swing
meets every one of the next bars, and of the blocks that follow only their hulls' few vertices.
"""

from __future__ import annotations

import numpy as np

from indicators.swings import Floats, Positions

BLOCK = 128  # bars: with fewer there are more vertices to meet, with more there are more bars
TOGETHER = 65_536  # slopes computed at a time: enough to keep NumPy busy, few enough for the processor's cache


def valid_line_pairs(swings: Positions, low: Floats, ceiling: Floats) -> tuple[Positions, Positions]:
    """First and second swing of every line that runs at or below `ceiling` from its first swing on.

    `swings`: positions in `low`, ascending. `ceiling` may be shorter than `low`: what lies beyond its end is not
    judged. Returns two arrays of positions, in order of the first.
    """
    ahead = np.concatenate((ceiling, np.full(low.size - ceiling.size + BLOCK, np.inf)))
    vertices = _hull_vertices(ceiling)
    firsts, seconds = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
    together = max(TOGETHER // max(swings.size, 1), 1)
    for start in range(0, swings.size, together):
        rows, later = swings[start : start + together], swings[start + 1 :]
        beyond = vertices[np.searchsorted(vertices, rows[0], side="right") :]
        near, far = _steepest_near(rows, low, ahead), _slopes(rows, low, beyond, ceiling).min(axis=1, initial=np.inf)
        slopes = _slopes(rows, low, later, low)
        legal = np.flatnonzero(slopes <= np.minimum(near, far)[:, None])
        first, second = np.divmod(legal[slopes.ravel()[legal] < np.inf], max(later.size, 1))
        firsts.append(rows[first])
        seconds.append(later[second])
    return np.concatenate(firsts), np.concatenate(seconds)


def _steepest_near(rows: Positions, low: Floats, ahead: Floats) -> Floats:
    """From each of `rows` the steepest slope that the next `BLOCK` bars allow: all of its own block are among them."""
    rise = np.lib.stride_tricks.sliding_window_view(ahead, BLOCK)[rows + 1]
    rise -= low[rows][:, None]
    rise /= np.arange(1.0, BLOCK + 1)
    return rise.min(axis=1)


def _slopes(start: Positions, low: Floats, end: Positions, height: Floats) -> Floats:
    """Slopes from the lows at `start` to the heights at `end`, shape (start, end); inf where the end is not later."""
    run = end.astype(float) - start[:, None].astype(float)
    slopes = height[end] - low[start][:, None]
    mixed = np.searchsorted(end, start[-1], side="right")  # further columns are later than every row
    earlier = run[:, :mixed] <= 0.0
    slopes[:, :mixed][earlier], run[:, :mixed][earlier] = np.inf, 1.0
    slopes /= run
    return slopes


def _hull_vertices(height: Floats) -> Positions:
    """Positions of the vertices of each block's lower convex hull, and of each block's first and last bar."""
    kept = np.arange(height.size)
    ends = (kept % BLOCK == 0) | (kept % BLOCK == BLOCK - 1) | (kept == height.size - 1)
    while kept.size > 2:
        bottom = height[kept]
        slopes = (bottom[1:] - bottom[:-1]) / (kept[1:] - kept[:-1])
        corner = ends[kept]
        corner[1:-1] |= slopes[1:] > slopes[:-1]
        if corner.all():
            break
        kept = kept[corner]
    return kept
