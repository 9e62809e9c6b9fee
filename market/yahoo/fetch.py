"""What to request from Yahoo, given what is stored: all bars or the newest, within the limit on requests per minute."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from market.market_data import ReportedConsensus
from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget
from market.symbols import Symbol
from market.yahoo import client, rate_limit
from market.yahoo.bars.splice import overlap_start, splice
from market.yahoo.errors import MalformedResponse
from text.numbers import format_integer

if TYPE_CHECKING:
    from market.store.store import TargetList

QUEUE_SECONDS = 75.0  # how long a request waits for its turn: after a minute the whole limit is free again
QUEUE_SECONDS_WITH_STORED = 3.0  # better to show stored data with its age than to wait
MIN_SHARE_OF_STORED_BARS = 0.9  # a full history with fewer bars than this is a response cut short

log = logging.getLogger("levelboard.yahoo")


def fetch_all_bars(symbol: Symbol, basis: PriceBasis) -> PriceHistory:
    """Fetch ten years of bars. Raises a `MarketError`."""
    rate_limit.rate_limiter().acquire(symbol, QUEUE_SECONDS)
    return client.fetch_history(symbol, basis)


def fetch_newer_bars(symbol: Symbol, basis: PriceBasis, stored: PriceHistory) -> PriceHistory:
    """Fetch the bars since the stored ones and join them; fetch all where they do not fit. Raises a `MarketError`."""
    since = overlap_start(stored)
    rate_limit.rate_limiter().acquire(symbol, QUEUE_SECONDS_WITH_STORED)
    history = splice(stored, client.fetch_history(symbol, basis, since))
    if history is not None:
        return history
    log.info("%s: the bars since %s do not fit the stored ones, fetching all", symbol, since)
    whole = fetch_all_bars(symbol, basis)
    if len(whole.bars) < MIN_SHARE_OF_STORED_BARS * len(stored.bars) and whole.name == stored.name:
        raise MalformedResponse(
            symbol,
            f"{format_integer(len(whole.bars))} bars instead of {format_integer(len(stored.bars))}",
        )
    return whole


def fetch_target_rows(symbol: Symbol, stored: TargetList | None) -> tuple[PriceTarget, ...]:
    """Fetch all ratings and targets. Raises a `MarketError`, also if there are none any more: the list only grows."""
    rate_limit.rate_limiter().acquire(symbol, _queue_seconds(stored))
    rows = client.fetch_targets(symbol)
    if stored is not None and stored.rows and not rows:
        raise MalformedResponse(symbol, f"no targets instead of {format_integer(len(stored.rows))}")
    return rows


def fetch_reported_consensus(symbol: Symbol, stored: TargetList | None) -> ReportedConsensus | None:
    """Fetch Yahoo's own summary of the targets. Raises a `MarketError`."""
    rate_limit.rate_limiter().acquire(symbol, _queue_seconds(stored))
    return client.fetch_consensus(symbol)


def _queue_seconds(stored: TargetList | None) -> float:
    return QUEUE_SECONDS if stored is None else QUEUE_SECONDS_WITH_STORED
