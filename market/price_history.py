"""The daily bars of one symbol, in one price basis, from one source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pandas as pd

from market.bar_faults import BarFault, sentences
from market.events.company_events import Dividend

PriceBasis = Literal["split-adjusted", "dividend-adjusted"]
Instrument = Literal["", "share", "index", "yield", "exchange rate", "coin", "future"]  # "": unknown

BAR_COLUMNS = ("open", "high", "low", "close", "volume")


def _no_splits() -> pd.Series:
    return pd.Series(dtype=float, index=pd.DatetimeIndex([], name="date"))


@dataclass(frozen=True)
class PriceHistory:
    """Daily bars of one symbol, oldest first, and where they came from.

    `bars`: index `date` (one row per session, exchange-local, no time zone), columns
    `open high low close volume`, prices in `currency` ("" if unknown).
    `splits`: index `date`, new shares per old share (20.0 for a 20:1 split).
    `dividends`: oldest first, of the days of the bars; None in bars that an older version stored without them.
    `source`: the key of a source, see `market.sources`.
    `in_progress`: the last bar's session has not closed, so its figures still change.
    `faults`: the kinds of bars that were left out or mended. `remarks`: sentences on anything else.
    `zone`: the exchange's IANA time zone, such as `America/New_York`; None if unknown.
    `instrument`: what is traded, which decides the unit of the prices; `price_hint`: the decimals that the source
    writes them with, None if unknown. See `market.price_format`.
    """

    symbol: str
    name: str
    currency: str
    bars: pd.DataFrame
    splits: pd.Series = field(default_factory=_no_splits)
    price_basis: PriceBasis = "split-adjusted"
    source: str = "yahoo"
    fetched_at: datetime | None = None
    in_progress: bool = False
    remarks: tuple[str, ...] = ()
    zone: str | None = None
    instrument: Instrument = ""
    price_hint: int | None = None
    faults: tuple[BarFault, ...] = ()
    dividends: tuple[Dividend, ...] | None = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks, and a sentence for each kind of bar that was left out or mended."""
        return (*self.remarks, *sentences(self.faults))
