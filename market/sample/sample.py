"""The built-in sample: constructed bars of five miners, and the targets that one firm published on their last day.

The bars end on 2025-11-24 and are not market prices: `market.sample.build` draws them from a seeded random process that
is conditioned on the figures an article printed that day. The last close is the price in the article, and its session
counts as closed.

The targets are those of JPMorgan's note of that day, as the article reports them. A rating that it does not give is
None. CLSK's upgrade to Overweight is taken to be from Neutral, the next grade on JPMorgan's scale.

The article says "pulled back about 45% from recent highs". The sample reads this as of the time the note was written,
before the bounce: CIFR's close of 2025-11-21, 14.14, is 45% below its 52-week high of 25.71, while the price of
2025-11-24 is 35% below.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from market.errors import UnknownSymbol
from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.targets_csv import read_targets_csv

DISCLAIMER = "Demo data, not market prices."
NAMES = {
    "CIFR": "Cipher Mining Inc.",
    "CLSK": "CleanSpark, Inc.",
    "IREN": "IREN Limited",
    "MARA": "MARA Holdings, Inc.",
    "RIOT": "Riot Platforms, Inc.",
}
SYMBOLS = tuple(NAMES)
DATA_FOLDER = Path(__file__).with_name("data")
TARGETS_CSV = DATA_FOLDER / "targets-jpmorgan-2025-11-24.csv"


class NotInSample(UnknownSymbol):
    """The sample has five tickers, and `symbol` is none of them."""

    def __init__(self, symbol: str) -> None:
        super().__init__(symbol, "The sample")
        self.args = (symbol,)

    @property
    def cause(self) -> str:
        return f"the sample holds only {', '.join(SYMBOLS)}"

    @property
    def advice(self) -> str:
        return "pick one of those"


def history(symbol: str) -> PriceHistory:
    """Return the constructed daily bars of one of `SYMBOLS`, with source "sample". Raises NotInSample for any other."""
    known = _require_known(symbol)
    return PriceHistory(known, NAMES[known], "USD", _read_bars(known).copy(), source="sample")


def targets(symbol: str) -> tuple[PriceTarget, ...]:
    """Return JPMorgan's target for one of `SYMBOLS`, with source "sample". Raises NotInSample for any other."""
    known = _require_known(symbol)
    return tuple(target for target in _read_targets() if target.symbol == known)


def _require_known(symbol: str) -> str:
    upper = symbol.strip().upper()
    if upper not in NAMES:
        raise NotInSample(symbol)
    return upper


@cache
def _read_bars(symbol: str) -> pd.DataFrame:
    table = pd.read_csv(DATA_FOLDER / f"{symbol}.csv", comment="#", index_col="date", parse_dates=["date"])
    return table.astype(float)


@cache
def _read_targets() -> tuple[PriceTarget, ...]:
    return read_targets_csv(TARGETS_CSV.read_bytes(), origin="sample").rows
