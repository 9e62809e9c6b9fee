"""Real daily bars to measure with: public-domain ones from a package, and others if this machine has them."""

from __future__ import annotations

import pandas as pd

from tests.support.real_prices import FOLDER, real_bars

# The constants of the trendline search were chosen on the first of these groups, and hold rates are those of the other
CHOSEN_ON = ("AAPL", "GOOG", "CIFR", "NVDA")
REPORTED_ON = ("IBM", "MSFT", "CLSK", "GOOGL", "IREN")
PUBLIC_SYMBOLS = ("AAPL", "GOOG", "IBM", "MSFT")  # 2000 (GOOG: 2004) to 2013; FB has too few bars
TWO_FOR_ONE_SPLITS = {"AAPL": ("2000-06-21", "2005-02-28"), "MSFT": ("2003-02-18",)}


def available_symbols(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `wanted` whose bars are on this machine."""
    return tuple(symbol for symbol in wanted if symbol in PUBLIC_SYMBOLS or FOLDER.is_dir())


def daily_bars(symbol: str) -> pd.DataFrame:
    """Return daily bars: index `date`, columns `open high low close volume`, adjusted for splits."""
    return public_bars(symbol) if symbol in PUBLIC_SYMBOLS else real_bars(symbol)


def public_bars(symbol: str) -> pd.DataFrame:
    """Return bars of bokeh-sampledata: Quandl's WIKI prices, which their publisher gave to the public domain."""
    from bokeh_sampledata import stocks

    columns = ["open", "high", "low", "close", "volume"]
    table = pd.DataFrame(getattr(stocks, symbol))
    bars = table[columns].astype(float).set_index(pd.DatetimeIndex(table["date"], name="date"))
    for day in TWO_FOR_ONE_SPLITS.get(symbol, ()):
        before = bars.index < day
        bars.loc[before, columns[:4]] /= 2.0
        bars.loc[before, "volume"] *= 2.0
    return bars
