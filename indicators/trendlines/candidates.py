"""Every line through two swing lows that no close breaks, found in a time that grows with swings times bars.

From a first swing i the steepest line that no close breaks has the slope min over k > i of
(ceiling[k] - low[i]) / (k - i), where ceiling = close + tolerance. Far from i that minimum lies at a vertex of the
lower convex hull of the ceilings there. So each swing is compared with every one of the next bars, and with only the
few hull vertices of the blocks that follow.
"""

from __future__ import annotations

import numpy as np

from indicators.swings import Floats, Positions

BLOCK = 128  # bars: shorter blocks have more vertices to compare with, longer ones more bars
SLOPES_AT_ONCE = 65_536  # enough to keep NumPy busy, few enough for the processor's cache


def valid_line_pairs(swings: Positions, low: Floats, ceiling: Floats) -> tuple[Positions, Positions]:
    """Return the first and second swing of every line that stays at or below `ceiling` after its first swing.

    `swings`: positions in `low`, ascending. `ceiling` may be shorter than `low`: bars beyond its end are not checked.
    Returns two arrays of positions, ordered by the first.
    """
    padded = np.concatenate((ceiling, np.full(low.size - ceiling.size + BLOCK, np.inf)))
    vertices = _hull_vertices(ceiling)
    firsts, seconds = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
    batch = max(SLOPES_AT_ONCE // max(swings.size, 1), 1)
    for start in range(0, swings.size, batch):
        rows, later = swings[start : start + batch], swings[start + 1 :]
        beyond = vertices[np.searchsorted(vertices, rows[0], side="right") :]
        near = _steepest_in_next_bars(rows, low, padded)
        far = _slopes(rows, low, beyond, ceiling).min(axis=1, initial=np.inf)
        slopes = _slopes(rows, low, later, low)
        valid = np.flatnonzero(slopes <= np.minimum(near, far)[:, None])
        first, second = np.divmod(valid[slopes.ravel()[valid] < np.inf], max(later.size, 1))
        firsts.append(rows[first])
        seconds.append(later[second])
    return np.concatenate(firsts), np.concatenate(seconds)


def _steepest_in_next_bars(rows: Positions, low: Floats, padded: Floats) -> Floats:
    """Return the steepest slope from each of `rows` that the next `BLOCK` bars (all the rest of its block) allow.

    `padded`: the ceiling, followed by at least `BLOCK` bars of infinity.
    """
    rise = np.lib.stride_tricks.sliding_window_view(padded, BLOCK)[rows + 1]
    rise -= low[rows][:, None]
    rise /= np.arange(1.0, BLOCK + 1)
    return rise.min(axis=1)


def _slopes(start: Positions, low: Floats, end: Positions, height: Floats) -> Floats:
    """Return slopes from the lows at `start` to the heights at `end`, shape (start, end); inf where end <= start."""
    run = end.astype(float) - start[:, None].astype(float)
    slopes = height[end] - low[start][:, None]
    mixed = np.searchsorted(end, start[-1], side="right")  # the columns after these are later than every row
    earlier = run[:, :mixed] <= 0.0
    slopes[:, :mixed][earlier], run[:, :mixed][earlier] = np.inf, 1.0
    slopes /= run
    return slopes


def _hull_vertices(height: Floats) -> Positions:
    """Return the positions of the vertices of each block's lower convex hull, its first and last bar among them."""
    kept = np.arange(height.size)
    block_ends = (kept % BLOCK == 0) | (kept % BLOCK == BLOCK - 1) | (kept == height.size - 1)
    while kept.size > 2:
        bottom = height[kept]
        slopes = (bottom[1:] - bottom[:-1]) / (kept[1:] - kept[:-1])
        is_vertex = block_ends[kept]
        is_vertex[1:-1] |= slopes[1:] > slopes[:-1]
        if is_vertex.all():
            break
        kept = kept[is_vertex]
    return kept
