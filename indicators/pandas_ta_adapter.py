"""The only import of pandas-ta: its last release where that installs, its maintained fork elsewhere.

The tests compare both with TA-Lib. Only their exponential mean is used:

- Their Bollinger Bands compile for 4 s at the first call of pandas-ta (numba), use the sample deviation by default, and
  compute it by a running update that carries the rounding of all earlier bars; `bollinger_bands` sums each window on
  its own.
- pandas-ta's RSI begins Wilder's mean with the first move instead of the mean of the first 14, its fork's does not; and
  both seed the fast mean of their MACD 14 bars before TA-Lib does. `relative_strength_index` and
  `moving_average_convergence` take their means from `wilder_average` and `ema`, and agree with TA-Lib on both.
- pandas-ta's ATR gives the first bar a true range of high - low although it has no previous close, so its seed is one
  bar early; `average_true_range` seeds as TA-Lib does.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

WITHOUT_SEED: dict[str, Any]  # the mean of the first closes is put in before; the library takes three times as long
try:
    import pandas_ta as library

    WITHOUT_SEED = {"presma": False}
except ImportError:
    import pandas_ta_classic as library

    WITHOUT_SEED = {"sma": False}


def exponential_mean(seeded: pd.Series, length: int) -> pd.Series:
    """Return the exponential mean over `length` values, which begins with the first value of `seeded` that is no NaN.

    `seeded` must be at least `length` long: the library returns None for fewer. Every argument is given, because the
    library ignores unknown names silently and uses TA-Lib by default where that is installed.
    """
    return library.ema(seeded, length=length, talib=False, adjust=False, offset=0, **WITHOUT_SEED)
