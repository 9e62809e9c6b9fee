"""The one import of pandas-ta: its last release where it installs, its maintained fork elsewhere.

Both are held to TA-Lib by the tests. Only their exponential mean is called:

- their Bollinger Bands compile for 4 s at the first call of pandas-ta (numba), take the sample deviation
  unless told otherwise, and find it by a running update that carries the rounding of all earlier bars;
  `bollinger_bands` sums each window on its own;
- pandas-ta's ATR gives the first bar a true range of high - low although it has no previous close, so its
  seed is one bar early; `average_true_range` seeds as TA-Lib does.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

SEEDED: dict[str, Any]
try:
    import pandas_ta as library

    SEEDED = {"presma": True}
except ImportError:
    import pandas_ta_classic as library

    SEEDED = {"sma": True}


def exponential_mean(values: pd.Series, length: int) -> pd.Series:
    """Exponential mean seeded with the mean of the first `length` values; every argument is stated.

    The library swallows unknown names silently, and by itself turns to TA-Lib where that is installed.
    `values` must be at least `length` long: the library answers None below.
    """
    return library.ema(values, length=length, talib=False, adjust=False, offset=0, **SEEDED)
