"""How the prices of one ticker are written: the unit by what is traded, the decimals by the feed and by need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from market.price_history import Instrument
from text.numbers import PriceFormat, currency_affixes, price_decimals

# Without a currency: an index is counted in points, a yield is a rate in percent, an exchange rate is a ratio
UNITS: dict[Instrument, tuple[str, str]] = {"index": ("", " points"), "yield": ("", "%"), "exchange rate": ("", "")}
# Quoted in whole units: those without a minor unit in ISO 4217, and the rupiah
WHOLE_CURRENCIES = {
    "BIF", "CLP", "DJF", "GNF", "IDR", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
    "XPF",
}  # fmt: skip
WHOLE_STEP_ATR = 0.25  # a whole unit is too coarse where a usual day moves the price by less than four of them
USUAL_MOVE = 0.01  # of the price, where the average true range is unknown
MIN_DIGITS = 3  # of a price: fewer would hide its levels, whatever the feed says
MAX_HINT = 12  # decimals: more are a fault of the feed
MAX_EXTRA_PLACES = 3

# From how many ATRs apart two levels have to print differently. A share trades in whole cents, so that levels between
# two cents are one price; a future and an index have a step too, which the feed at times does not give
TOLD_APART_ATR: dict[Instrument, float] = {
    "exchange rate": 0.0,
    "coin": 0.0,
    "yield": 0.0,
    "future": 0.05,
    "index": 0.05,
}


def price_format(
    currency: str,
    instrument: Instrument,
    price_hint: int | None,
    price: float,
    levels: Iterable[float] = (),
    atr: float | None = None,
) -> PriceFormat:
    """Return how to write `price` and its `levels`: with the fewest decimals from the feed's up that tell them apart.

    `price_hint`: the decimals that the feed writes, None if unknown. `atr` in the unit of the price.
    """
    has_currency = instrument not in UNITS
    prefix, suffix = currency_affixes(currency) if has_currency else UNITS[instrument]
    if has_currency and currency in WHOLE_CURRENCIES:
        places = _places_of_whole_currency(price_hint, price, atr)
    else:
        places = _usual_places(price_hint, price)
    if instrument in TOLD_APART_ATR:
        places = _places_that_tell_apart([price, *levels], places, TOLD_APART_ATR[instrument] * (atr or 0.0))
    return PriceFormat(prefix, suffix, places)


def _usual_places(hint: int | None, price: float) -> int:
    """Return the feed's decimals, and more where they would show fewer than three digits of the price."""
    by_size = price_decimals(price)
    if hint is None or not 0 <= hint <= MAX_HINT:
        return by_size
    shows_enough = price == 0.0 or hint + math.floor(math.log10(abs(price))) + 1 >= MIN_DIGITS
    return hint if shows_enough else max(hint, by_size)


def _places_of_whole_currency(hint: int | None, price: float, atr: float | None) -> int:
    step = WHOLE_STEP_ATR * (atr or USUAL_MOVE * abs(price))
    if step >= 1.0 or step == 0.0:
        return 0
    return min(math.ceil(-math.log10(step)), _usual_places(hint, price))


def _places_that_tell_apart(prices: Sequence[float], places: int, apart: float) -> int:
    different = sorted({float(f"{price:.9g}") for price in prices})
    candidates = range(places, places + MAX_EXTRA_PLACES + 1)
    return min(candidates, key=lambda count: (_alike(different, count, apart), count))


def _alike(prices: Sequence[float], places: int, apart: float) -> int:
    """Return how many of the prices, in ascending order, print like one that lies further than `apart` below."""
    first: dict[str, float] = {}
    return sum(price - first.setdefault(f"{price:.{places}f}", price) > apart for price in prices)
