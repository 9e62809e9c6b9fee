"""Bollinger Bands."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

BAND_COLUMNS = pd.Index(["lower", "middle", "upper"])  # made once, not for each table


def bollinger_bands(close: pd.Series, length: int = 20, width: float = 2.0) -> pd.DataFrame:
    """Return the mean of the last `length` closes, and the band of `width` population deviations around it.

    middle = mean of the last `length` closes
    deviation = sqrt(sum((close - middle)^2) / length): divisor `length`, not `length` - 1
    lower, upper = middle - width deviation, middle + width deviation

    `close`: oldest first, any index, which the result keeps. Columns `lower`, `middle`, `upper` in the unit of
    `close`; NaN in the first `length` - 1 rows. Each row depends on its own window alone, and a window of equal
    closes has a deviation of exactly 0. Raises ValueError for a length below 1 or a negative width.

    Source: John Bollinger, "Bollinger on Bollinger Bands" (population deviation); TA-Lib `BBANDS`.
    """
    if length < 1 or width < 0:
        raise ValueError(f"Bollinger Bands need at least one session and no negative width, not {length} and {width}.")
    middle, deviation = _mean_and_deviation(close.to_numpy(dtype=float), length)
    bands = np.column_stack([middle - width * deviation, middle, middle + width * deviation])
    return pd.DataFrame(bands, index=close.index, columns=BAND_COLUMNS)


def _mean_and_deviation(values: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and population deviation of each window, NaN before the first whole one."""
    moments = np.full((2, len(values)), np.nan)
    if len(values) >= length:
        last = values[length - 1 :]
        # Relative to the window's own last close, so that small differences keep their digits at any price
        offsets = sliding_window_view(values, length) - last[:, None]
        mean = offsets.mean(axis=1)
        offsets -= mean[:, None]
        moments[0, length - 1 :] = last + mean
        moments[1, length - 1 :] = np.sqrt(np.mean(np.square(offsets, out=offsets), axis=1))
    return moments[0], moments[1]
