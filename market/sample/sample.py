"""The built-in sample: five miners' bars, constructed, and the targets that one firm published on their last day.

The bars end on 2025-11-24 and are nobody's prices: `market.sample.build` draws them from a seeded process that is
conditioned on the figures an article of that day printed. Their last one stands for the price the article names, and
its session counts as closed.

The targets are those of JPMorgan's note of that day, as the article reports them. A rating that it does not give is
None; CLSK's upgrade to Overweight is taken as one from Neutral, JPMorgan's only grade next to it.

«Pulled back about 45 % from recent highs» is read as the note's authors saw it, before the bounce: CIFR's close of
2025-11-21, 14.14, lies 45 % below its 52-week high of 25.71; the price of 2025-11-24 lies 35 % below.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from market.errors import UnknownSymbol
from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.targets_csv import read_targets_csv

DISCLAIMER = "Constructed sample, not market prices."
NAMES = {
    "CIFR": "Cipher Mining Inc.",
    "CLSK": "CleanSpark, Inc.",
    "IREN": "IREN Limited",
    "MARA": "MARA Holdings, Inc.",
    "RIOT": "Riot Platforms, Inc.",
}
SYMBOLS = tuple(NAMES)
DATA = Path(__file__).with_name("data")
TARGETS_CSV = DATA / "targets-jpmorgan-2025-11-24.csv"


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
    """The constructed daily bars of one of `SYMBOLS`, `source` «sample». Raises NotInSample for any other."""
    known = _known(symbol)
    return PriceHistory(known, NAMES[known], "USD", _bars(known).copy(), source="sample")


def targets(symbol: str) -> tuple[PriceTarget, ...]:
    """JPMorgan's target for one of `SYMBOLS`, `source` «sample». Raises NotInSample for any other."""
    known = _known(symbol)
    return tuple(target for target in _targets() if target.symbol == known)


def _known(symbol: str) -> str:
    upper = symbol.strip().upper()
    if upper not in NAMES:
        raise NotInSample(symbol)
    return upper


@cache
def _bars(symbol: str) -> pd.DataFrame:
    table = pd.read_csv(DATA / f"{symbol}.csv", comment="#", index_col="date", parse_dates=["date"])
    return table.astype(float)


@cache
def _targets() -> tuple[PriceTarget, ...]:
    return read_targets_csv(TARGETS_CSV.read_bytes(), origin="sample").rows
