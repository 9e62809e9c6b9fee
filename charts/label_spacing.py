"""Spreading of labels along an axis so that none overlaps another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def spread_labels(wanted: ArrayLike, gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Return the positions nearest to `wanted` (least squares) that are at least `gap` apart within [low, high].

    With y sorted and z_i = y_i - i gap, the answer is the isotonic regression of z, clipped to the
    range and transformed back, by pool adjacent violators (https://en.wikipedia.org/wiki/Isotonic_regression).
    If the labels cannot all fit, the gap shrinks until they do. Results are in the order of the input.
    """
    wanted = np.asarray(wanted, dtype=float)
    if wanted.size == 0:
        return wanted
    gap = min(gap, (high - low) / max(wanted.size - 1, 1))
    order = np.argsort(wanted, kind="stable")
    offsets = gap * np.arange(wanted.size)
    unclipped = _isotonic_regression(wanted[order] - offsets)
    spread = np.empty_like(wanted)
    spread[order] = np.clip(unclipped, low, high - offsets[-1]) + offsets
    return spread


def _isotonic_regression(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the non-decreasing sequence nearest to `values`: each decreasing run is replaced by its mean."""
    means: list[float] = []
    sizes: list[int] = []
    for value in values:
        means.append(float(value))
        sizes.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            total = sizes[-2] + sizes[-1]
            means[-2] = (means[-2] * sizes[-2] + means[-1] * sizes[-1]) / total
            sizes[-2] = total
            means.pop()
            sizes.pop()
    return np.repeat(means, sizes)
