"""The only import of pandas-ta: its last release where that installs, its maintained fork elsewhere.

The tests compare both with TA-Lib. Only their exponential mean is used:

- Their Bollinger Bands compile for 4 s at the first call of pandas-ta (numba), use the sample deviation by default, and
  compute it by a running update that carries the rounding of all earlier bars; `bollinger_bands` sums each window on
  its own.
- pandas-ta's ATR gives the first bar a true range of high - low although it has no previous close, so its seed is one
  bar early; `average_true_range` seeds as TA-Lib does.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

SEED_WITH_MEAN: dict[str, Any]
try:
    import pandas_ta as library

    SEED_WITH_MEAN = {"presma": True}
except ImportError:
    import pandas_ta_classic as library

    SEED_WITH_MEAN = {"sma": True}


def exponential_mean(values: pd.Series, length: int) -> pd.Series:
    """Return the exponential mean, seeded with the mean of the first `length` values.

    `values` must be at least `length` long: the library returns None for fewer. Every argument is given, because the
    library ignores unknown names silently and uses TA-Lib by default where that is installed.
    """
    return library.ema(values, length=length, talib=False, adjust=False, offset=0, **SEED_WITH_MEAN)
