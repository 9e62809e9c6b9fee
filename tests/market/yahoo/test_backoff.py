"""Which failure begins which pause, and what each pause holds back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from market.errors import MarketError
from market.store.store import Store
from market.symbols import Symbol
from market.yahoo import pauses
from market.yahoo.backoff import (
    CONNECTION_KEY,
    RATE_LIMIT_KEY,
    bars_key,
    fetch_or_raise,
    lift_pauses,
    limit_notice,
    targets_key,
    try_fetch,
)
from market.yahoo.errors import (
    FetchFailure,
    MalformedResponse,
    NoBars,
    QueueFull,
    RateLimited,
    YahooRefused,
    YahooUnreachable,
)
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

CIFR, CLSK = Symbol("CIFR"), Symbol("CLSK")
BARS, TARGETS = bars_key(CIFR, "split-adjusted"), targets_key(CIFR)


def failing(error: MarketError) -> Callable[[], str]:
    def fetch() -> str:
        raise error

    return fetch


def never() -> str:
    pytest.fail("the request was sent")


@pytest.mark.parametrize(
    ("error", "key", "seconds"),
    [
        (RateLimited("CIFR"), RATE_LIMIT_KEY, 60.0),
        (RateLimited("CIFR", 300.0), RATE_LIMIT_KEY, 300.0),
        (YahooUnreachable("CIFR"), CONNECTION_KEY, 15.0),
        (YahooRefused("CIFR", 500), BARS, 60.0),
        (MalformedResponse("CIFR"), BARS, 60.0),
        (NoBars("CIFR"), "CIFR gone", 3600.0),
    ],
)
def test_failure_begins_its_pause(store: Store, error: MarketError, key: str, seconds: float) -> None:
    failure = try_fetch(store.database, CIFR, BARS, failing(error))
    assert isinstance(failure, FetchFailure)
    assert failure.cause == error.cause
    assert seconds - 5 < (failure.retry_at - datetime.now(UTC)).total_seconds() <= seconds * 1.25
    keys = (RATE_LIMIT_KEY, CONNECTION_KEY, BARS, TARGETS, "CIFR gone")
    assert list(pauses.under_way(store.database, keys)) == [key]


def test_full_queue_begins_no_pause(store: Store) -> None:
    failure = try_fetch(store.database, CIFR, BARS, failing(QueueFull("CIFR", 3)))
    assert isinstance(failure, FetchFailure)
    assert try_fetch(store.database, CIFR, BARS, lambda: "bars") == "bars"


@pytest.mark.parametrize(
    ("error", "held_back"),
    [
        (RateLimited("CIFR"), {"own bars", "own targets", "other symbol"}),
        (YahooUnreachable("CIFR"), {"own bars", "own targets", "other symbol"}),
        (NoBars("CIFR"), {"own bars", "own targets"}),
        (YahooRefused("CIFR", 500), {"own bars"}),
    ],
)
def test_pause_holds_back_what_would_fail_too(store: Store, error: MarketError, held_back: set[str]) -> None:
    try_fetch(store.database, CIFR, BARS, failing(error))
    requests = {
        "own bars": (CIFR, BARS),
        "own targets": (CIFR, TARGETS),
        "other symbol": (CLSK, bars_key(CLSK, "split-adjusted")),
    }
    results = {name: try_fetch(store.database, symbol, key, lambda: "data") for name, (symbol, key) in requests.items()}
    assert {name for name, result in results.items() if isinstance(result, FetchFailure)} == held_back


def test_without_stored_data_only_a_rate_limit_holds_back(store: Store) -> None:
    for error in (YahooUnreachable("CIFR"), YahooRefused("CIFR", 500), NoBars("CIFR")):
        with pytest.raises(type(error)):
            fetch_or_raise(store.database, CIFR, BARS, failing(error))
    with pytest.raises(RateLimited) as caught:
        fetch_or_raise(store.database, CIFR, BARS, failing(RateLimited("CIFR")))
    assert caught.value.retry_after is not None and 60.0 <= caught.value.retry_after <= 75.0
    with pytest.raises(RateLimited):
        fetch_or_raise(store.database, CLSK, BARS, never)


def test_success_ends_the_pauses(store: Store) -> None:
    for error in (YahooUnreachable("CIFR"), YahooRefused("CIFR", 500), NoBars("CIFR")):
        with pytest.raises(type(error)):
            fetch_or_raise(store.database, CIFR, BARS, failing(error))
    assert fetch_or_raise(store.database, CIFR, BARS, lambda: "bars") == "bars"
    assert try_fetch(store.database, CIFR, BARS, lambda: "bars") == "bars"


def test_lifted_pauses_allow_a_request_but_not_past_a_rate_limit(store: Store) -> None:
    for error in (NoBars("CIFR"), YahooRefused("CIFR", 500)):
        try_fetch(store.database, CIFR, BARS, failing(error))
        lift_pauses(store.database, CIFR)
        assert limit_notice(store.database) is None
    assert try_fetch(store.database, CIFR, BARS, lambda: "bars") == "bars"
    try_fetch(store.database, CIFR, BARS, failing(RateLimited("CIFR")))
    lift_pauses(store.database, CIFR)
    assert isinstance(try_fetch(store.database, CIFR, BARS, never), FetchFailure)
    assert (limit_notice(store.database) or "").startswith(
        "Not tried yet: Yahoo Finance is limiting requests. Next try"
    )
