"""Whether trading in a symbol has stopped, and the day on which it last traded."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
import pandas as pd

from indicators.bars.columns import Floats

HALT_SESSIONS = 20  # without volume: a month
MIN_ATR_SHARE = 0.0001  # of the price: below it the bars repeat one quote
OLD_SESSIONS = 10  # weekdays since the last bar, after which its day belongs beside the price


def has_stopped(volume: Floats, price: float, atr: float | None) -> bool:
    """Return whether the last 20 sessions had no volume, or ATR(14) is below 0.01% of the price.

    `volume`: one entry a session. Where no session has any, as for an index or an exchange rate, only the ATR tells.
    """
    is_silent = volume.size >= HALT_SESSIONS and not volume[-HALT_SESSIONS:].any() and bool(volume.any())
    return is_silent or (atr is not None and atr < MIN_ATR_SHARE * abs(price))


def last_traded(bars: pd.DataFrame, stopped: bool, seen_on: Date) -> Date | None:
    """Return the day of the last trade where it has to be said beside the price, else None.

    That is where trading has `stopped`, the last session with volume (without any, the last that moved), and where the
    last bar lies more than 10 weekdays before `seen_on`, its day.
    """
    session: Date = bars.index[-1].date()
    if stopped:
        session = _last_active_day(bars)
    elif np.busday_count(session, seen_on) <= OLD_SESSIONS:
        return None
    return session


def _last_active_day(bars: pd.DataFrame) -> Date:
    has_volume = bars["volume"] > 0.0
    moved = (bars["high"] > bars["low"]) | (bars["close"].diff().fillna(0.0) != 0.0)
    active = bars.index[has_volume if has_volume.any() else moved]
    return (active[-1] if len(active) else bars.index[0]).date()
