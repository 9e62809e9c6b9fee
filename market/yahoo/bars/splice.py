"""Joins stored bars and newer ones into one history, if both agree where they overlap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date

import numpy as np
import pandas as pd

from market.bar_faults import FaultKind, join_faults
from market.clean_bars import PRICES
from market.price_history import PriceHistory
from market.yahoo.bars.repair import may_need_repair

OVERLAP_SESSIONS = 5  # fetched once more, to see whether Yahoo has changed them
PRICE_TOLERANCE = 1e-6  # relative: the noise of Yahoo's single precision is 6e-8, a cent on 1,000 dollars is 1e-5
WHOLE_SERIES_KINDS: set[FaultKind] = {"repaired", "wrong unit", "another company"}
FINAL_AFTER = pd.Timedelta(days=2)  # from a bar's date: past any closing auction or late report, in any time zone


def overlap_start(stored: PriceHistory) -> Date:
    """Return the day from which to fetch bars again: five sessions before the last stored one."""
    days = stored.bars.index
    return days[max(len(days) - 1 - OVERLAP_SESSIONS, 0)].date()


def splice(stored: PriceHistory, recent: PriceHistory) -> PriceHistory | None:
    """Return `stored` up to the day on which `recent` begins, and `recent` from there on.

    None if they do not fit, so that everything has to be fetched again: another currency, a new split, stored bars
    whose dividends are not known, a session of the overlap that is missing or whose prices differ, or bars that only
    the repair of the whole series can judge (see `repair`). The last stored bar is compared only if it was final, for
    the closing auction may have moved it since.

    The faults of both are counted together: the stored bars remember by day what was mended in them.
    """
    if stored.currency != recent.currency or stored.price_basis != recent.price_basis or _needs_the_whole(recent):
        return None
    if stored.dividends is None or recent.dividends is None:
        return None
    begins = recent.bars.index[0]
    before, overlap = stored.bars.loc[stored.bars.index < begins], _final_bars(stored).loc[begins:]
    if overlap.empty or not _prices_agree(overlap, recent.bars) or not _splits_agree(stored, recent):
        return None
    earlier = [row for row in stored.dividends if row.day < begins.date()]
    newest = [row for row in recent.dividends if row.day >= begins.date()]
    faults = join_faults(stored.faults, recent.faults, begins.date())
    splits = pd.concat([stored.splits[stored.splits.index < begins], recent.splits[recent.splits.index >= begins]])
    return replace(
        recent,
        bars=pd.concat([before, recent.bars]),
        splits=splits.rename(stored.splits.name).rename_axis(stored.splits.index.name),
        dividends=(*earlier, *newest),
        faults=faults,
        remarks=tuple(dict.fromkeys((*stored.remarks, *recent.remarks))),
    )


def _needs_the_whole(recent: PriceHistory) -> bool:
    kinds = {fault.kind for fault in recent.faults}
    return bool(kinds & WHOLE_SERIES_KINDS) or may_need_repair(recent.bars, recent.splits)


def _final_bars(stored: PriceHistory) -> pd.DataFrame:
    """Return the bars without the last one if that was fetched before its day was over."""
    last = stored.bars.index[-1]
    fetched = stored.fetched_at
    is_final = fetched is not None and pd.Timestamp(fetched).tz_convert("UTC").tz_localize(None) > last + FINAL_AFTER
    return stored.bars if is_final and not stored.in_progress else stored.bars.iloc[:-1]


def _prices_agree(overlap: pd.DataFrame, recent: pd.DataFrame) -> bool:
    again = recent.reindex(overlap.index)[PRICES].to_numpy()
    return bool(np.isclose(again, overlap[PRICES].to_numpy(), rtol=PRICE_TOLERANCE, atol=0.0).all())


def _splits_agree(stored: PriceHistory, recent: PriceHistory) -> bool:
    """Return whether the stored prices are already adjusted for every split in `recent`."""
    newest = recent.splits[recent.splits.index >= recent.bars.index[0]]
    known = stored.splits.reindex(newest.index)
    return bool((known == newest).all())
