"""Stored bars and those fetched since, as one history, as long as they are of one piece."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date

import numpy as np
import pandas as pd

from market.clean_bars import PRICES
from market.price_history import PriceHistory

OVERLAP = 5  # sessions fetched once more, to see whether Yahoo still says the same of them
AGREES = 1e-6  # relative: the noise of Yahoo's single precision is 6e-8, a cent on 1,000 dollars is 1e-5
SETTLED = pd.Timedelta(days=2)  # after its date, in any zone: no auction and no late report moves a bar any more


def overlap_start(stored: PriceHistory) -> Date:
    """The day from which bars are fetched again: five sessions before the last that is stored."""
    days = stored.bars.index
    return days[max(len(days) - 1 - OVERLAP, 0)].date()


def splice(stored: PriceHistory, recent: PriceHistory) -> PriceHistory | None:
    """`stored` up to the day on which `recent` begins, and `recent` from there on.

    None where the two do not belong together, so that everything has to be fetched again: another currency, a split
    that was not known, or a session of the overlap that is missing or whose prices differ. The last stored bar counts
    for the overlap only where it was final, for the closing auction may still have moved it.
    """
    if stored.currency != recent.currency or stored.price_basis != recent.price_basis:
        return None
    begins = recent.bars.index[0]
    before, overlap = stored.bars.loc[stored.bars.index < begins], _settled(stored).loc[begins:]
    if overlap.empty or not _agree(overlap, recent.bars) or not _same_splits(stored, recent):
        return None
    splits = pd.concat([stored.splits[stored.splits.index < begins], recent.splits[recent.splits.index >= begins]])
    return replace(
        recent,
        bars=pd.concat([before, recent.bars]),
        splits=splits.rename(stored.splits.name).rename_axis(stored.splits.index.name),
        notes=tuple(dict.fromkeys((*stored.notes, *recent.notes))),
    )


def _settled(stored: PriceHistory) -> pd.DataFrame:
    """The bars without the last, where that was fetched while its own day was not over."""
    last = stored.bars.index[-1]
    fetched = stored.fetched_at
    over = fetched is not None and pd.Timestamp(fetched).tz_convert("UTC").tz_localize(None) > last + SETTLED
    return stored.bars if over and not stored.in_progress else stored.bars.iloc[:-1]


def _agree(overlap: pd.DataFrame, recent: pd.DataFrame) -> bool:
    again = recent.reindex(overlap.index)[PRICES].to_numpy()
    return bool(np.isclose(again, overlap[PRICES].to_numpy(), rtol=AGREES, atol=0.0).all())


def _same_splits(stored: PriceHistory, recent: PriceHistory) -> bool:
    """Whether `recent` knows no split that the stored prices were not yet divided by."""
    news = recent.splits[recent.splits.index >= recent.bars.index[0]]
    known = stored.splits.reindex(news.index)
    return bool((known == news).all())
