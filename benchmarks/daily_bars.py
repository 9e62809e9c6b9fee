"""Real daily bars to measure with: public-domain ones of a package, and others where this machine has them."""

from __future__ import annotations

import pandas as pd

from tests.support.real_prices import FOLDER, real_bars

PUBLIC = ("AAPL", "GOOG", "IBM", "MSFT")  # 2000 (GOOG: 2004) to 2013, in bokeh-sampledata; of FB it has too few
SPLITS = {"AAPL": ("2000-06-21", "2005-02-28"), "MSFT": ("2003-02-18",)}  # each two for one


def symbols(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `wanted` whose bars are on this machine."""
    return tuple(each for each in wanted if each in PUBLIC or FOLDER.is_dir())


def daily_bars(symbol: str) -> pd.DataFrame:
    """Daily bars, index `date`, columns `open high low close volume`, adjusted for splits."""
    return public_bars(symbol) if symbol in PUBLIC else real_bars(symbol)


def public_bars(symbol: str) -> pd.DataFrame:
    """Bars of bokeh-sampledata, from Quandl's WIKI prices, which their publisher gave to the public domain."""
    from bokeh_sampledata import stocks

    columns = ["open", "high", "low", "close", "volume"]
    table = pd.DataFrame(getattr(stocks, symbol))
    bars = table[columns].astype(float).set_index(pd.DatetimeIndex(table["date"], name="date"))
    for day in SPLITS.get(symbol, ()):
        before = bars.index < day
        bars.loc[before, columns[:4]] /= 2.0
        bars.loc[before, "volume"] *= 2.0
    return bars
