"""Yahoo's answers by way of the store: little is asked, nothing is asked twice, and what was had outlives failures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar, get_args

from market.errors import MalformedAnswer, MarketError, NoBars, RateLimited, YahooRefused, YahooUnreachable
from market.market_data import MarketData
from market.price_history import PriceBasis, PriceHistory
from market.price_target import PriceTarget
from market.store.store import Store, TargetList, get_store
from market.yahoo import backoff, client
from market.yahoo.freshness import bars_due_at, targets_due_at
from market.yahoo.notices import FetchFailure, backoff_notice, notices
from market.yahoo.rate_limit import QueueFull, RateLimiter
from market.yahoo.single_flight import LEASE_SECONDS, SingleFlight, lease
from market.yahoo.splice import overlap_start, splice

T = TypeVar("T")
PATIENCE = 75.0  # seconds in the queue for what is not stored: in a minute the whole budget is there again
IMPATIENCE = 3.0  # for what is stored: better shown with its age than waited for
TOO_FEW = 0.9  # a whole history with fewer bars than this share of the stored one is an answer cut short

# Which pause a failure begins, and how long the first is, in seconds
LIMIT, REACH = "Yahoo limits", "Yahoo unreachable"
LIMITED_FIRST, UNREACHABLE_FIRST, FAILED_FIRST, GONE_FIRST, BUSY = 60.0, 15.0, 60.0, 3600.0, 10.0

ELSEWHERE = "another Levelboard is asking Yahoo Finance for newer ones"

log = logging.getLogger("levelboard.feed")
_flights = SingleFlight()


@cache
def budget() -> RateLimiter:
    """The one budget of this process."""
    return RateLimiter()


class _NotNow(Exception):
    def __init__(self, cause: str, seconds: float) -> None:
        super().__init__(cause)
        self.trouble = FetchFailure(cause, datetime.now(UTC) + timedelta(seconds=seconds))


def stored_data(symbol: str, basis: PriceBasis) -> MarketData | None:
    """What the store has, None where it has no bars; `stale` where Yahoo is due to be asked."""
    store, now = get_store(), datetime.now(UTC)
    history = store.history(symbol, basis)
    if history is None:
        return None
    return _answer(history, store.target_list(symbol), stale=bars_due_at(history, now) <= now)


def refresh(symbol: str, basis: PriceBasis) -> MarketData:
    """What the store has where that is fresh, else what Yahoo answers. Raises a `MarketError` without any bars."""
    store, now = get_store(), datetime.now(UTC)
    history, listing = store.history(symbol, basis), store.target_list(symbol)
    if _bars_are_fresh(history, now) and _targets_are_fresh(listing, now) and history is not None:
        return _answer(history, listing)
    return _flights.once((id(store), symbol, basis), lambda: _asked_in_turn(store, symbol, basis))


def lift_pauses(symbol: str) -> None:
    """Failures are forgiven at once, but for Yahoo's own limit."""
    keys = (REACH, f"{symbol} targets", *(f"{symbol} {basis}" for basis in get_args(PriceBasis)))
    backoff.lift(get_store().database, keys)


def limit_notice() -> str | None:
    """While Yahoo's own limit lasts, a sentence that says until when it is not asked."""
    limit = backoff.under_way(get_store().database, (LIMIT,)).get(LIMIT)
    return None if limit is None else backoff_notice(_NotNow(limit.cause, limit.seconds).trouble, datetime.now(UTC))


def _bars_are_fresh(history: PriceHistory | None, now: datetime) -> bool:
    return history is not None and bars_due_at(history, now) > now


def _targets_are_fresh(listing: TargetList | None, now: datetime) -> bool:
    return listing is not None and targets_due_at(listing.fetched_at, now) > now


def _asked_in_turn(store: Store, symbol: str, basis: PriceBasis) -> MarketData:
    """What another process has fetched until one's turn comes is fresh, and is not asked for again."""
    stored = store.history(symbol, basis)
    with lease(store.database, symbol, LEASE_SECONDS if stored is None else IMPATIENCE) as mine:
        if not mine and stored is not None:
            busy = FetchFailure(ELSEWHERE, datetime.now(UTC) + timedelta(seconds=BUSY))
            return _answer(stored, store.target_list(symbol), True, busy)
        history, bars_trouble = _bars(store, symbol, basis)
        listing, targets_trouble = _targets(store, symbol, bars_trouble)
    return _answer(history, listing, bars_trouble is not None, bars_trouble, targets_trouble)


def _bars(store: Store, symbol: str, basis: PriceBasis) -> tuple[PriceHistory, FetchFailure | None]:
    stored = store.history(symbol, basis)
    if stored is not None and _bars_are_fresh(stored, datetime.now(UTC)):
        return stored, None
    try:
        history = _ask(store, symbol, f"{symbol} {basis}", lambda: _fetched(symbol, basis, stored), stored is not None)
    except _NotNow as reason:
        assert stored is not None
        return stored, reason.trouble
    store.save_history(history)
    return history, None


def _fetched(symbol: str, basis: PriceBasis, stored: PriceHistory | None) -> PriceHistory:
    """The stored bars and those since, where they are of one piece; else all of them."""
    if stored is None:
        return _spent(symbol, PATIENCE, lambda: client.fetch_history(symbol, basis))
    since = overlap_start(stored)
    recent = _spent(symbol, IMPATIENCE, lambda: client.fetch_history(symbol, basis, since))
    history = splice(stored, recent)
    if history is not None:
        return history
    log.info("%s: the bars since %s are not of one piece with those stored, so all are fetched again", symbol, since)
    whole = _spent(symbol, PATIENCE, lambda: client.fetch_history(symbol, basis))
    if len(whole.bars) < TOO_FEW * len(stored.bars) and whole.name == stored.name:
        raise MalformedAnswer(symbol, f"{len(whole.bars):,} bars where there were {len(stored.bars):,}")
    return whole


def _targets(
    store: Store, symbol: str, bars_trouble: FetchFailure | None
) -> tuple[TargetList | None, FetchFailure | None]:
    stored = store.target_list(symbol)
    if _targets_are_fresh(stored, datetime.now(UTC)):
        return stored, None
    if bars_trouble is not None and bars_trouble.cause == _cause(NoBars(symbol)):
        return stored, bars_trouble  # they went with the ticker
    key = f"{symbol} targets"
    try:
        rows = _ask(store, symbol, key, lambda: _listed(symbol, stored), has_stored=True)
    except _NotNow as reason:
        return stored, reason.trouble
    consensus = stored.consensus if stored else None
    with suppress(_NotNow):  # the rows are worth keeping without Yahoo's own summary of them
        found = _ask(store, symbol, key, lambda: _summed_up(symbol, stored), has_stored=True)
        consensus = None if found is None else asdict(found)
    fetched_at = datetime.now(UTC)
    store.save_targets(symbol, rows, fetched_at.date(), fetched_at, consensus)
    return TargetList(rows, fetched_at, consensus), None


def _listed(symbol: str, stored: TargetList | None) -> tuple[PriceTarget, ...]:
    rows = _spent(symbol, _patience(stored), lambda: client.fetch_targets(symbol))
    if stored is not None and stored.rows and not rows:
        raise MalformedAnswer(symbol, f"no targets where there were {len(stored.rows):,}")
    return rows


def _summed_up(symbol: str, stored: TargetList | None) -> client.YahooConsensus | None:
    return _spent(symbol, _patience(stored), lambda: client.fetch_consensus(symbol))


def _patience(stored: object | None) -> float:
    return PATIENCE if stored is None else IMPATIENCE


def _spent(symbol: str, patience: float, fetch: Callable[[], T]) -> T:
    budget().spend(symbol, patience)
    return fetch()


def _ask(store: Store, symbol: str, key: str, fetch: Callable[[], T], has_stored: bool) -> T:
    """What `fetch` gets, unless Yahoo is left alone for now; a failure begins a pause.

    Raises `_NotNow` where there is something stored to go on with, else a `MarketError`. Without anything stored only
    Yahoo's own limit keeps it from being asked: whoever tries again by hand wants it tried.
    """
    paused = backoff.under_way(store.database, (LIMIT, REACH, key))
    if LIMIT in paused and not has_stored:
        raise RateLimited(symbol, paused[LIMIT].seconds)
    if paused and has_stored:
        longest = max(paused.values(), key=lambda pause: pause.seconds)
        raise _NotNow(longest.cause, longest.seconds)
    try:
        result = fetch()
    except QueueFull as error:
        if has_stored:
            raise _NotNow(_cause(error), BUSY) from error
        raise
    except MarketError as error:
        pause = _pause(store, key, error)
        log.info("%s; left alone for %.0f seconds", error, pause.seconds)
        if has_stored:
            raise _NotNow(pause.cause, pause.seconds) from error
        if isinstance(error, RateLimited):
            raise RateLimited(symbol, pause.seconds) from error
        raise
    backoff.end(store.database, (REACH, key))
    backoff.end_if_over(store.database, LIMIT)
    return result


def _pause(store: Store, key: str, error: MarketError) -> backoff.Pause:
    """Everything is left alone when Yahoo limits the rate or is out of reach, else only what failed."""
    cause = _cause(error)
    if isinstance(error, RateLimited):
        return backoff.begin(store.database, LIMIT, cause, LIMITED_FIRST, error.retry_after)
    if isinstance(error, YahooUnreachable) and not isinstance(error, YahooRefused):
        return backoff.begin(store.database, REACH, cause, UNREACHABLE_FIRST)
    return backoff.begin(store.database, key, cause, GONE_FIRST if isinstance(error, NoBars) else FAILED_FIRST)


def _cause(error: MarketError) -> str:
    """The middle of the error's sentence: without the symbol before it, and without the advice after it."""
    if isinstance(error, NoBars):
        return f"Yahoo Finance has no prices for {error.symbol} any more, it may be renamed or delisted"
    return (
        str(error)
        .removeprefix(f"{error.symbol}: ")
        .partition(", so try again")[0]
        .removesuffix(", so check the network and try again")
    )


def _answer(
    history: PriceHistory,
    listing: TargetList | None,
    stale: bool = False,
    bars_trouble: FetchFailure | None = None,
    targets_trouble: FetchFailure | None = None,
) -> MarketData:
    again = [each.again_at for each in (bars_trouble, targets_trouble) if each is not None]
    return MarketData(
        history=history,
        targets=listing.rows if listing else (),
        consensus=client.YahooConsensus(**listing.consensus) if listing and listing.consensus else None,
        notices=notices(history, listing, bars_trouble, targets_trouble, datetime.now(UTC)),
        stale=stale,
        asked_again_at=min(again, default=None),
        targets_known=listing is not None,
    )
