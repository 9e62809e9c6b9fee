"""yfinance's repair of a whole series of daily bars, from the response that is there already.

Yahoo sends some bars in pence among pounds, or in the shares on the other side of a listed split, for one session or
for months. yfinance finds such faults in the whole series; a few bars tell it nothing. Whole blocks are mended before
it looks at them (`blocks`): it knows one unit a currency, takes that of the newest bar for the right one, takes a split
of 190:1 for pence, and misses blocks that begin or end on a day of large moves. So the two requests go together like
this:

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

from market.clean_bars import ABSURD_FACTOR, PRICES
from market.yahoo.bars.blocks import MIN_SPLIT, UNITS, find_block_factors
from market.yahoo.session import PARSE_ERRORS
from text.numbers import MINOR_UNIT_SUFFIXES

ROUNDING_TOLERANCE = 1e-6  # relative
ABSURD_PAYOUT = 0.9  # of the price: a dividend in another unit
REPAIR_ERRORS = (YFException, OSError, ImportError, NameError, RuntimeError, *PARSE_ERRORS)

log = logging.getLogger("levelboard.yahoo")


def may_need_repair(bars: pd.DataFrame, splits: pd.Series) -> bool:
    """Return whether some price jumps from one day to the next by half of what a unit or a listed split would make.

    Half is meant in logs: 10-fold for pence and pounds, 2-fold for a split of 4:1.
    """
    factors = np.maximum(splits[splits > 0.0], 1.0 / splits[splits > 0.0])
    smallest = min([*UNITS, *factors[factors >= MIN_SPLIT]])
    prices = bars[PRICES].where(bars[PRICES] > 0.0).ffill()
    with np.errstate(invalid="ignore"):
        jumps = np.abs(np.diff(np.log(prices.to_numpy()), axis=0))
    return bool((jumps >= 0.5 * np.log(smallest)).any())


def day_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return yfinance's frame with lower-case columns, indexed by the exchange's days without a time zone."""
    days = pd.DatetimeIndex(frame.index).tz_localize(None).normalize().as_unit("us")
    return frame.set_axis(pd.DatetimeIndex(days.to_numpy(), name="date")).rename(columns=str.lower)


def repaired(
    table: pd.DataFrame, request: dict[str, Any], response: Any, symbol: str
) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Return `table` as yfinance's repair of the same response has it, and the days whose prices that changed.

    `table`: a `day_table` of that response. `request`: the arguments of the `history` call that received it. Nothing
    changes where no price jumps, where the repair fails, and where it would leave a rougher series than it found.
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
    return _take_over(table, mended)


def _with_own_wicks(table: pd.DataFrame, mended: pd.DataFrame) -> pd.DataFrame:
    """Return `mended` with the bars' own highs and lows where only the unit was wrong: yfinance may cut them."""
    factor = (mended["close"] / table["close"]).to_numpy(dtype=float)[:, np.newaxis]
    is_unit = np.isclose(np.maximum(factor, 1.0 / factor), UNITS).any(axis=1, keepdims=True)
    own = table[PRICES] * factor
    distance = own.div(mended["close"], axis=0)
    is_sound = (distance > 1.0 / ABSURD_FACTOR) & (distance < ABSURD_FACTOR)
    return mended.assign(**own.where(is_sound & is_unit, mended[PRICES]))


def _take_over(table: pd.DataFrame, mended: pd.DataFrame) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    mended = _with_own_wicks(table, mended)
    moved = (mended[PRICES] - table[PRICES]).abs() > ROUNDING_TOLERANCE * table[PRICES].abs()
    changed = moved.any(axis=1)
    dividends = (table["adj close"] / table["close"]).mask(changed).ffill().bfill()
    whole = table.assign(
        **table[PRICES].mask(changed, mended[PRICES]),
        volume=table["volume"].mask(changed, mended["volume"]),
        **{"adj close": table["adj close"].mask(changed, mended["close"] * dividends)},
    )
    if not changed.any() or _roughness(whole) >= _roughness(table):
        return table, pd.DatetimeIndex([])
    return whole, pd.DatetimeIndex(table.index[changed])


def _roughness(bars: pd.DataFrame) -> float:
    """Return the sum of the absolute log changes of the close."""
    close = bars["close"]
    return float(np.log(close[close > 0.0]).diff().abs().sum())


def _less_dividends(close: pd.Series, dividends: pd.Series) -> pd.Series:
    """Return the closes adjusted for the dividends after them, but those of nine tenths of the price or more."""
    paid = (dividends / close.shift()).fillna(0.0)
    kept = 1.0 - paid.where(paid < ABSURD_PAYOUT, 0.0)
    return close * kept[::-1].cumprod()[::-1].shift(-1, fill_value=1.0)


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
    """yfinance's prices, repaired from the daily bars alone, and whole blocks of them before single prices."""

    def _standardise_currency(self, df: pd.DataFrame, currency: str) -> tuple[pd.DataFrame, str, bool]:
        """Mend whole blocks before anything else, and keep the listing's own unit.

        yfinance also compares adjusted closes. Yahoo's have at times another unit than the closes, or are adjusted for
        dividends in one, and sound prices would be moved for that. So they are made anew.
        """
        mended = df.sort_index()
        prices = list(map(str.capitalize, PRICES))
        columns = [mended[names].to_numpy(dtype=float) for names in (prices, "Volume", "Stock Splits")]
        factors = find_block_factors(columns[0], columns[1], columns[2], currency in MINOR_UNIT_SUFFIXES)
        mended[prices] = mended[prices].div(factors.price, axis=0)
        mended["Adj Close"] = _less_dividends(mended["Close"], mended["Dividends"])
        mended["Volume"] = (mended["Volume"] * factors.volume).round()
        return mended, currency, False

    def _reconstruct_intervals_batch(self, df: pd.DataFrame, *_: object, **__: object) -> pd.DataFrame:
        return df

    def _fix_bad_div_adjust(self, df: pd.DataFrame, *_: object, **__: object) -> pd.DataFrame:
        return df
