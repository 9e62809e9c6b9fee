"""yfinance's repair of a whole series of daily bars, from the response that is there already.

Yahoo sends some bars in pence among pounds, or in the shares on the other side of a listed split, for one session or
for months. yfinance finds such blocks in the whole series; a few bars tell it nothing. So the two requests go together
like this:

* the first fetch gets the whole series, and repairs it here before anything else looks at it;
* an increment is never repaired against itself: `bars.splice` takes it only where it agrees with the repaired bars that
  are stored, brings no new split and holds no jump that a repair might mend. Otherwise the whole series is fetched
  again, and repaired here as one. While such a fault lies within the overlap, that is a second request per fetch.

A repair takes a tenth of a second and loads SciPy, so that only a series with a jump is given to it
(`may_need_repair`). It takes the bytes that the request has received, and sends none: what yfinance does with finer
quotes (fetch hours to replace a daily close or low by their own) would put trades where the exchange has its official
close. What it says of dividends is left alone too: prices are not adjusted for them, and a walk without their dips
would be "repaired" whole.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pandas as pd
from yfinance.exceptions import YFException
from yfinance.scrapers.history import PriceHistory as YahooPrices

from market.clean_bars import ABSURD_FACTOR, HUNDREDFOLD, PRICES
from market.yahoo.session import PARSE_ERRORS

UNIT = 100.0  # pence in a pound
SPLIT_TOLERANCE = 1.25  # a day's move beside a split
MIN_KEPT_SHARE = 0.25  # of the bars: fewer are no reason to move all others to their unit
LARGE_SPLIT = 40.0  # and its reciprocal: from about there on yfinance takes it for another unit
LARGE_SPLIT_TOLERANCE = 2.5  # the first day after a reverse split of 190:1 may well halve the price
MIN_SPLIT = 1.25  # yfinance leaves smaller splits alone: a day's move may look the same
ROUNDING_TOLERANCE = 1e-6  # relative: a price that differs by less was only scaled to pounds and back
MAIN_UNITS = {"GBp": "GBP", "ZAc": "ZAR", "ILA": "ILS"}  # in which yfinance returns a repaired series at times
REPAIR_ERRORS = (YFException, OSError, ImportError, NameError, RuntimeError, *PARSE_ERRORS)

log = logging.getLogger("levelboard.yahoo")


def may_need_repair(bars: pd.DataFrame, splits: pd.Series) -> bool:
    """Return whether some price jumps from one day to the next by half of what a unit or a listed split would make.

    Half is meant in logs: 10-fold for pence and pounds, 2-fold for a split of 4:1.
    """
    factors = np.maximum(splits[splits > 0.0], 1.0 / splits[splits > 0.0])
    smallest = min([UNIT, *factors[factors >= MIN_SPLIT]])
    prices = bars[PRICES].where(bars[PRICES] > 0.0).ffill()
    with np.errstate(invalid="ignore"):
        jumps = np.abs(np.diff(np.log(prices.to_numpy()), axis=0))
    return bool((jumps >= 0.5 * np.log(smallest)).any())


def day_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return yfinance's frame with lower-case columns, indexed by the exchange's days without a time zone."""
    days = pd.DatetimeIndex(frame.index).tz_localize(None).normalize().as_unit("us")
    return frame.set_axis(pd.DatetimeIndex(days.to_numpy(), name="date")).rename(columns=str.lower)


def repaired(
    table: pd.DataFrame, request: dict[str, Any], response: Any, symbol: str, currency: str | None
) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Return `table` as yfinance's repair of the same response has it, and the days whose prices that changed.

    `table`: a `day_table` of that response. `request`: the arguments of the `history` call that received it. Prices
    stay in `currency`, the one of the response; each adjusted close keeps its ratio to the close. Nothing changes where
    no price jumps, where the repair fails, and where it would leave a rougher series than it found.
    """
    nothing = table, pd.DatetimeIndex([])
    if not may_need_repair(table, table["stock splits"]):
        return nothing
    prices = _RepairedPrices(_Received(response), symbol, "UTC", session=_Received(response))
    try:
        mended = day_table(prices.history(**request, repair=True))
    except REPAIR_ERRORS as error:
        log.warning("%.40r: the bars stay unrepaired: %s [%s]", symbol, error, type(error).__name__)
        return nothing
    if not mended.index.equals(table.index):
        return nothing
    if currency and prices._history_metadata["currency"] == MAIN_UNITS.get(currency):
        mended = mended.assign(**mended[PRICES] * UNIT)
    if not np.allclose(mended[PRICES], table[PRICES], rtol=ROUNDING_TOLERANCE, atol=0.0, equal_nan=True):
        level = _in_one_unit(mended[PRICES])
        mended = mended.assign(**level / _misjudged_unit(table, level["close"]))
    return _take_over(table, _in_new_shares(mended, table["stock splits"]))


def _in_new_shares(bars: pd.DataFrame, splits: pd.Series) -> pd.DataFrame:
    """Return the bars with those before a listed split in its new shares, where they were left in the old ones.

    yfinance misses some: its measure is how far the price usually moves. Here all four prices must fall (rise) by the
    split's factor, within 25%, from one session to the next: on the split's day or its neighbors.
    """
    prices, volume = bars[PRICES].to_numpy(copy=True), bars["volume"].to_numpy(dtype=float, copy=True)
    for place in np.flatnonzero((splits >= 2.0) | ((splits > 0.0) & (splits <= 0.5))):
        factor = float(splits.iloc[place])
        begins = _begin_of_new_shares(prices, int(place), factor, SPLIT_TOLERANCE)
        prices[:begins] /= factor
        volume[:begins] *= factor
    return bars.assign(volume=volume, **dict(zip(PRICES, prices.T, strict=True)))


def _begin_of_new_shares(prices: np.ndarray, place: int, factor: float, tolerance: float) -> int:
    """Return the row at which all prices change by a split's factor, at `place` or beside it; 0 where none does."""
    for begins in (place, place - 1, place + 1):
        if 0 < begins < len(prices):
            beside = prices[begins] / prices[begins - 1] * factor
            if ((beside > 1.0 / tolerance) & (beside < tolerance)).all():
                return begins
    return 0


def _in_one_unit(prices: pd.DataFrame) -> pd.DataFrame:
    """Return repaired prices in the unit of most of them: yfinance at times finds one end of a block and not the other.

    A change of unit is a day on which all four prices are 80 to 125 times those of the day before, or the reverse.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        times = prices.ffill().to_numpy()[1:] / prices.ffill().to_numpy()[:-1]
        steps = ((times >= HUNDREDFOLD[0]) & (times <= HUNDREDFOLD[1])).all(axis=1).astype(int)
        steps -= ((1.0 / times >= HUNDREDFOLD[0]) & (1.0 / times <= HUNDREDFOLD[1])).all(axis=1)
    units = np.concatenate([[0], np.cumsum(steps)])
    known, counts = np.unique(units, return_counts=True)
    return prices.mul(UNIT ** (known[counts.argmax()] - units).astype(float), axis=0)


def _misjudged_unit(table: pd.DataFrame, close: pd.Series) -> float:
    """Return the factor by which the repaired closes are off as a whole, 1 where they are right.

    yfinance takes the newest bars' unit for the right one: a single slip on the last day would move ten years. Where it
    left less than a quarter of the bars in their unit, and no split explains it, the others had it right.
    """
    ratio = (close / table["close"]).dropna().to_numpy()
    moved = np.abs(ratio - 1.0) > ROUNDING_TOLERANCE
    if len(ratio) == 0 or 1.0 - moved.mean() >= MIN_KEPT_SHARE:
        return 1.0
    factor = float(np.median(ratio[moved]))
    splits = table["stock splits"].to_numpy()
    factors = splits[splits > 0.0]
    is_split = np.isclose(factors, factor, rtol=0.1) | np.isclose(1.0 / factors, factor, rtol=0.1)
    is_unit = np.isclose([UNIT, 1.0 / UNIT], factor, rtol=0.001).any()
    return factor if is_unit and not is_split.any() else 1.0


def _with_own_wicks(table: pd.DataFrame, mended: pd.DataFrame) -> pd.DataFrame:
    """Return `mended` with the bars' own highs and lows where only the unit was wrong: yfinance may cut them."""
    factor = mended["close"] / table["close"]
    is_unit = np.isclose(factor, UNIT) | np.isclose(factor, 1.0 / UNIT)
    own = table[PRICES].mul(factor, axis=0)
    distance = own.div(mended["close"], axis=0)
    is_sound = (distance > 1.0 / ABSURD_FACTOR) & (distance < ABSURD_FACTOR)
    return mended.assign(**own.where(is_sound.mul(is_unit, axis=0), mended[PRICES]))


def _take_over(table: pd.DataFrame, mended: pd.DataFrame) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    mended = _with_own_wicks(table, mended)
    moved = (mended[PRICES] - table[PRICES]).abs() > ROUNDING_TOLERANCE * table[PRICES].abs()
    changed = moved.any(axis=1)
    whole = table.assign(
        **table[PRICES].mask(changed, mended[PRICES]),
        volume=table["volume"].mask(changed, mended["volume"]),
        **{"adj close": table["adj close"].mask(changed, table["adj close"] * mended["close"] / table["close"])},
    )
    if not changed.any() or _roughness(whole) >= _roughness(table):
        return table, pd.DatetimeIndex([])
    return whole, pd.DatetimeIndex(table.index[changed])


def _roughness(bars: pd.DataFrame) -> float:
    """Return the sum of the absolute log changes of the close."""
    close = bars["close"]
    return float(np.log(close[close > 0.0]).diff().abs().sum())


class _Received:
    """A stand-in for yfinance's connection: the response that is there already, and no way to ask for another."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def get(self, **_: object) -> Any:
        response, self._response = self._response, None
        if response is None:
            raise ConnectionError("a repair sends no request")
        return response

    cache_get = get


class _RepairedPrices(YahooPrices):
    """yfinance's prices, repaired from the daily bars alone, and large splits before units."""

    def _fix_unit_mixups(self, df: pd.DataFrame, interval: str, zone: str, prepost: bool) -> pd.DataFrame:
        """Mend large splits first where they show: bars on the wrong side of one of 190:1 look like pence."""
        splits = df["Stock Splits"]
        prices = df.sort_index().rename(columns=str.lower)[PRICES].to_numpy()
        large = splits.sort_index().copy()
        for place in np.flatnonzero(large):
            factor = float(large.iloc[place])
            is_large = max(factor, 1.0 / factor) >= LARGE_SPLIT
            if not is_large or not _begin_of_new_shares(prices, int(place), factor, LARGE_SPLIT_TOLERANCE):
                large.iloc[place] = 0.0
        mended = self._fix_bad_stock_splits(df.assign(**{"Stock Splits": large}), interval, zone).sort_index()
        mended["Stock Splits"] = splits.reindex(mended.index)
        return super()._fix_unit_mixups(mended, interval, zone, prepost)

    def _reconstruct_intervals_batch(self, df: pd.DataFrame, *_: object, **__: object) -> pd.DataFrame:
        return df

    def _fix_bad_div_adjust(self, df: pd.DataFrame, *_: object, **__: object) -> pd.DataFrame:
        return df
