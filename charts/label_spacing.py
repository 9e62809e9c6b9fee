"""Where labels stand so that none covers another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def spread_labels(wanted: ArrayLike, gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Positions nearest to the wanted ones (least squares) that stand at least `gap` apart within [low, high].

    With y sorted and z_i = y_i - i gap, the answer is the isotonic regression of z, clipped,
    put back: pool adjacent violators (https://en.wikipedia.org/wiki/Isotonic_regression).
    Where they cannot all fit, the gap shrinks until they do. Order of the input is kept.
    """
    wanted = np.asarray(wanted, dtype=float)
    if wanted.size == 0:
        return wanted
    gap = min(gap, (high - low) / max(wanted.size - 1, 1))
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(wanted.size)
    free = _isotonic(wanted[order] - steps)
    placed = np.empty_like(wanted)
    placed[order] = np.clip(free, low, high - steps[-1]) + steps
    return placed


def _isotonic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The non-decreasing sequence nearest to `values`: each run that falls is replaced by its mean."""
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
