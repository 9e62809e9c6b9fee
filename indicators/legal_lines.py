"""Every line through two swing lows that no close undercuts, in a time that grows with swings times bars.

For a first swing i the steepest legal slope is min over k > i of (ceiling[k] - low[i]) / (k - i), the ceiling being
close + tolerance. The minimum is reached at a vertex of the lower convex hull of what lies ahead, so the bars are cut
into blocks: a swing meets every bar of its own block, and of the later blocks only their hulls' few vertices.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indicators.swings import Floats, Positions

BLOCK = 256  # bars: with fewer there are more rounds, with more there are more bars to meet in each


def legal_pairs(swings: Positions, low: Floats, ceiling: Floats) -> tuple[Positions, Positions]:
    """First and second swing of every line that runs at or below `ceiling` from its first swing on.

    `swings`: positions in `low`, ascending. `ceiling` may be shorter than `low`: what lies beyond its end is not
    judged. Returns two arrays of positions, in order of the first.
    """
    vertices = _hull_vertices(ceiling)
    found = [_pairs_of(rows, swings, low, ceiling, vertices) for rows in _by_block(swings)]
    if not found:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    first, second = (np.concatenate(each) for each in zip(*found, strict=True))
    return first, second


def _by_block(swings: Positions) -> Iterator[Positions]:
    block = swings // BLOCK
    cuts = np.flatnonzero(block[1:] != block[:-1]) + 1
    return (rows for rows in np.split(swings, cuts) if rows.size)


def _pairs_of(
    rows: Positions, swings: Positions, low: Floats, ceiling: Floats, vertices: Positions
) -> tuple[Positions, Positions]:
    """The legal pairs whose first swing is one of `rows`, all of one block."""
    end_of_block = (rows[0] // BLOCK + 1) * BLOCK
    own = np.arange(rows[0] + 1, min(end_of_block, ceiling.size))
    ahead = np.concatenate((own, vertices[np.searchsorted(vertices, end_of_block) :]))
    steepest = _slopes(rows, low, ahead, ceiling).min(axis=1, initial=np.inf)
    later = swings[np.searchsorted(swings, rows[0]) + 1 :]
    slopes = _slopes(rows, low, later, low)
    first, second = np.nonzero((slopes <= steepest[:, None]) & (slopes < np.inf))
    return rows[first], later[second]


def _slopes(start: Positions, low: Floats, end: Positions, height: Floats) -> Floats:
    """Slopes from the lows at `start` to the heights at `end`, shape (start, end); inf where the end is not later."""
    run = end - start[:, None]
    rise = height[end] - low[start][:, None]
    return np.where(run > 0, rise / np.maximum(run, 1), np.inf)


def _hull_vertices(height: Floats) -> Positions:
    """Positions of the vertices of each block's lower convex hull, and of each block's first and last bar."""
    kept = np.arange(height.size)
    ends = (kept % BLOCK == 0) | (kept % BLOCK == BLOCK - 1) | (kept == height.size - 1)
    while kept.size > 2:
        slopes = np.diff(height[kept]) / np.diff(kept)
        corner = ends[kept]
        corner[1:-1] |= slopes[1:] > slopes[:-1]
        if corner.all():
            break
        kept = kept[corner]
    return kept
