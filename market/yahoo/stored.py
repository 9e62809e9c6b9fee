"""What the store holds of Yahoo's data for one symbol, as `MarketData`; importing this does not load yfinance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from market.market_data import MarketData, ReportedConsensus
from market.price_history import PriceBasis, PriceHistory
from market.price_target import NO_LOG
from market.store.store import TargetList, get_store
from market.symbols import Symbol
from market.yahoo.errors import FetchFailure
from market.yahoo.freshness import bars_are_fresh, targets_are_fresh
from market.yahoo.notices import age_notice, failure_notices


def stored_data(symbol: Symbol, basis: PriceBasis) -> MarketData | None:
    """Return what is stored, and whether Yahoo is due to have newer bars or targets; None without stored bars."""
    store, now = get_store(), datetime.now(UTC)
    history = store.history(symbol, basis)
    if history is None:
        return None
    listing = store.target_list(symbol)
    data = market_data(history, listing, stale=not bars_are_fresh(history, now))
    return replace(data, targets_stale=not list_is_fresh(listing, now))


def list_is_fresh(listing: TargetList | None, now: datetime) -> bool:
    """Return whether targets fetched then need no other fetch yet; those never fetched do."""
    return listing is not None and targets_are_fresh(listing.fetched_at, now)


def market_data(
    history: PriceHistory,
    listing: TargetList | None,
    bars_failure: FetchFailure | None = None,
    targets_failure: FetchFailure | None = None,
    stale: bool = False,
) -> MarketData:
    """Combine bars and targets with the notices that follow from the failures; failed bars are `stale`."""
    now = datetime.now(UTC)
    retry_times = [failure.retry_at for failure in (bars_failure, targets_failure) if failure is not None]
    stale = stale or bars_failure is not None
    return MarketData(
        history=history,
        targets=listing.rows if listing else (),
        target_log=listing.log if listing else NO_LOG,
        consensus=ReportedConsensus(**listing.consensus) if listing and listing.consensus else None,
        notices=failure_notices(history, listing, bars_failure, targets_failure, now),
        stale=stale,
        retry_at=min(retry_times, default=None),
        targets_known=listing is not None,
        age_notice=age_notice(history, listing, now) if stale else None,
        earnings=get_store().earnings(history.symbol),
    )
