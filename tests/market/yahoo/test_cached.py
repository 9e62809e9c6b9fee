"""The read-through cache requests little, nothing twice, and serves stored data through every failure."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pyrate_limiter import Rate

from market.errors import BadSymbol, MarketError, UnknownSymbol
from market.market_data import MarketData
from market.sources import fetch, fetch_stored, limit_notice, retry_now, waiting_requests
from market.store.lease import lease
from market.store.schema import BACKOFFS
from market.store.store import get_store
from market.symbols import parse_symbol
from market.yahoo import cached, rate_limit
from market.yahoo import fetch as yahoo_fetch
from market.yahoo.errors import MalformedResponse, NoBars, RateLimited, YahooRefused, YahooUnreachable
from market.yahoo.rate_limit import RateLimiter
from tests.support import replay_server as replay
from tests.support.earlier_answers import end_backoff
from tests.support.paths import ROOT
from tests.support.replay_server import Listing, ReplayServer, listing
from tests.support.store_fixtures import postgres, store_address
from tickers.batch import FailedTicker, run_as_completed

__all__ = ["postgres", "store_address"]

FRIDAY, MONDAY, TUESDAY = date(2025, 11, 21), date(2025, 11, 24), date(2025, 11, 25)


def cifr(last: date = MONDAY, sessions: int = 300, **known: object) -> Listing:
    """Return a listing that ends on `last` and has the same prices whatever that day is."""
    whole = listing("CIFR", sessions + 10, TUESDAY, **known)
    return replace(whole, bars=whole.bars.loc[: str(last)])


def age(hours: float, symbol: str = "CIFR", targets: bool = False) -> None:
    """Move the fetch time of what is stored back by so many hours, and end all pauses."""
    store = get_store()
    history, listed = store.history(symbol), store.target_list(symbol)
    assert history is not None
    assert history.fetched_at is not None
    store.save_history(replace(history, fetched_at=history.fetched_at - timedelta(hours=hours)))
    if targets and listed is not None:
        fetched = listed.fetched_at - timedelta(hours=hours)
        store.save_targets(symbol, listed.rows, MONDAY, fetched, listed.consensus)
    end_backoff(get_store())


def new_requests(yahoo: ReplayServer) -> list[str]:
    """Return the kinds of the requests since the last call, without those that only open a session."""
    kinds = [request.kind for request in yahoo.requests() if request.kind in ("chart", "summary", "search")]
    yahoo.forget_requests()
    return kinds


# How little is requested


def test_first_fetch_requests_bars_targets_and_consensus(yahoo: ReplayServer) -> None:
    listed = cifr()
    yahoo.lists(listed)
    answer = fetch(parse_symbol("cifr"))
    pd.testing.assert_frame_equal(answer.history.bars, listed.bars, check_freq=False)
    assert len(answer.targets) == 3
    assert answer.consensus is not None
    assert (answer.notices, answer.stale, answer.retry_at) == ((), False, None)
    assert new_requests(yahoo) == ["chart", "summary", "summary"]


def test_fresh_data_costs_no_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    first = fetch("CIFR")
    new_requests(yahoo)
    for _ in range(3):
        again = fetch("CIFR")
        pd.testing.assert_frame_equal(again.history.bars, first.history.bars, check_freq=False)
        assert replace(again, history=first.history) == first
    assert new_requests(yahoo) == []


def test_old_bars_cost_one_small_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(FRIDAY))
    fetch("CIFR")
    age(3)
    yahoo.forget_requests()
    yahoo.lists(cifr(TUESDAY))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    answer = fetch("CIFR")
    pd.testing.assert_frame_equal(answer.history.bars, cifr(TUESDAY).bars, check_freq=False)
    (request,) = yahoo.requests()
    since = datetime.fromtimestamp(int(request.params["period1"]), UTC).date()
    assert request.kind == "chart"
    assert since == date(2025, 11, 13)  # five sessions before Friday the 21st is the 14th; a day more for the zone
    stored = fetch_stored("CIFR")
    assert stored is not None
    pd.testing.assert_frame_equal(stored.history.bars, answer.history.bars, check_freq=False)


def test_data_stored_by_a_clock_two_days_ahead_is_fetched_again(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(-48, targets=True)
    new_requests(yahoo)
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert stored.stale
    assert fetch("CIFR").notices == ()
    assert new_requests(yahoo) == ["chart", "summary", "summary"]
    fetch("CIFR")
    assert new_requests(yahoo) == []


def test_bars_are_fetched_again_after_a_minute_in_a_session(yahoo: ReplayServer) -> None:
    yahoo.now = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
    yahoo.lists(cifr())
    assert fetch("CIFR").history.in_progress
    new_requests(yahoo)
    age(40 / 3600)
    fetch("CIFR")
    assert new_requests(yahoo) == []
    age(40 / 3600)
    moved = cifr()
    moved.bars.iloc[-1] *= 1.02
    yahoo.lists(moved)
    answer = fetch("CIFR")
    assert new_requests(yahoo) == ["chart"]
    pd.testing.assert_frame_equal(answer.history.bars, moved.bars, check_freq=False)


def test_targets_are_fetched_again_after_six_hours(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(5.9, targets=True)
    new_requests(yahoo)
    fetch("CIFR")
    assert new_requests(yahoo) == ["chart"]
    age(0.2, targets=True)
    yahoo.lists(cifr(ratings=(replay.rating(MONDAY, "New & Co.", target=20.0),), consensus=(1.0, 2.0, 3.0, 0.5)))
    answer = fetch("CIFR")
    assert new_requests(yahoo) == ["summary", "summary"]
    assert [target.firm for target in answer.targets] == ["New & Co."]
    assert answer.consensus is not None
    assert answer.consensus.median == 2.0


def test_price_bases_are_stored_separately(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(dividends={FRIDAY: 1.0}))
    plain, adjusted = fetch("CIFR"), fetch("CIFR", basis="dividend-adjusted")
    assert adjusted.history.bars["close"].iloc[0] < plain.history.bars["close"].iloc[0]
    assert new_requests(yahoo) == ["chart", "summary", "summary", "chart"]
    fetch("CIFR"), fetch("CIFR", basis="dividend-adjusted")
    assert new_requests(yahoo) == []


# When all bars have to be fetched again


def test_split_overnight_fetches_all_bars(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    new_requests(yahoo)
    halved = cifr(TUESDAY)
    halved.bars[["open", "high", "low", "close"]] /= 2.0
    yahoo.lists(replace(halved, splits={TUESDAY: (2, 1)}))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    answer = fetch("CIFR")
    pd.testing.assert_frame_equal(answer.history.bars, halved.bars, check_freq=False)
    assert answer.history.splits.to_dict() == {pd.Timestamp(TUESDAY): 2.0}
    assert new_requests(yahoo) == ["chart", "chart"]
    age(3)
    fetch("CIFR")
    assert new_requests(yahoo) == ["chart"]


def test_corrected_past_day_fetches_all_bars(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    new_requests(yahoo)
    corrected = cifr()
    corrected.bars.iloc[-4, :4] *= 1.001
    yahoo.lists(corrected)
    pd.testing.assert_frame_equal(fetch("CIFR").history.bars, corrected.bars, check_freq=False)
    assert new_requests(yahoo) == ["chart", "chart"]


def test_dividend_fetches_all_adjusted_bars(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR", basis="dividend-adjusted")
    history = get_store().history("CIFR", "dividend-adjusted")
    assert history is not None
    get_store().save_history(replace(history, fetched_at=datetime.now(UTC) - timedelta(hours=3)))
    new_requests(yahoo)
    yahoo.lists(cifr(TUESDAY, dividends={TUESDAY: 0.5}))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    answer = fetch("CIFR", basis="dividend-adjusted")
    assert new_requests(yahoo) == ["chart", "chart"]
    assert answer.history.bars["close"].iloc[0] < history.bars["close"].iloc[0]


def test_truncated_history_does_not_replace_the_stored_one(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    whole = fetch("CIFR")
    age(3)
    short = cifr()
    short.bars.iloc[-4] *= 1.001
    yahoo.lists(replace(short, bars=short.bars.tail(30)))
    answer = fetch("CIFR")
    assert answer.stale
    assert len(answer.history.bars) == len(whole.history.bars)
    assert "30 bars instead of 309" in answer.notices[0]


def test_empty_target_list_does_not_replace_the_stored_one(yahoo: ReplayServer) -> None:
    """Rating histories only grow, so an empty one is a silent failure of Yahoo."""
    yahoo.lists(cifr())
    first = fetch("CIFR")
    age(7, targets=True)
    yahoo.lists(cifr(ratings=(), consensus=None))
    answer = fetch("CIFR")
    assert answer.targets == first.targets
    assert "no targets instead of 3" in answer.notices[0]
    assert answer.notices[0].startswith("Showing analyst targets fetched 7 hours ago: Yahoo Finance sent a response")


# Many at a time


@pytest.mark.usefixtures("store_address")
def test_threads_share_one_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(fetch, ["CIFR"] * 30))
    assert new_requests(yahoo) == ["chart", "summary", "summary"]
    assert all(len(answer.history.bars) == 309 for answer in answers)


TWO_PROCESSES = """
import os
import market.yahoo.cached
from market.sources import fetch
child = os.fork()
counts = [len(fetch("CIFR").history.bars) for _ in range(3)]
os.write(1, f"{counts}\\n".encode())
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
@pytest.mark.usefixtures("store_address")
def test_processes_that_share_the_store_share_one_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", lambda sound: replace(sound, wait=0.5))
    command = [sys.executable, "-c", TWO_PROCESSES]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[309, 309, 309]\n" * 2
    assert new_requests(yahoo) == ["chart", "summary", "summary"]


def test_stored_bars_are_shown_while_another_process_fetches(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "LEASE_WAIT_SECONDS", 0.1)
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    with lease(get_store().database, "CIFR", 0.0):
        answer = fetch("CIFR")
    assert answer.stale
    assert answer.notices[0].startswith(
        "Showing prices fetched 3 hours ago: another Levelboard is fetching newer data from Yahoo Finance. Next try at "
    )


# When Yahoo fails

NO_PRICES = "Yahoo Finance has no daily prices for this ticker, which may have been renamed or delisted"
FAULTS = [
    (replay.status(429, "Too Many Requests"), "Yahoo Finance is limiting requests"),
    (replay.reset, "Yahoo Finance cannot be reached (the connection failed)"),
    (replay.SERVER_ERROR, "Yahoo Finance is having trouble (status 500)"),
    (replay.WEB_PAGE, "Yahoo Finance sent a response that cannot be read (it is a web page)"),
    (replay.cut_off, "Yahoo Finance sent a response that cannot be read (it is cut off)"),
    (replay.EMPTY, NO_PRICES),
    (replay.NOT_FOUND, NO_PRICES),
]
NAMES = ["429", "reset", "500", "page", "cut off", "empty", "404"]


@pytest.mark.parametrize(("fault", "cause"), FAULTS, ids=NAMES)
def test_stored_bars_are_shown_with_their_age(yahoo: ReplayServer, fault: replay.Fault, cause: str) -> None:
    yahoo.lists(cifr())
    first = fetch("CIFR")
    age(3)
    yahoo.fails("chart", fault)
    requests = []
    for _ in range(3):
        answer = fetch("CIFR")
        requests.append(len(yahoo.requests("chart")))
        pd.testing.assert_frame_equal(answer.history.bars, first.history.bars, check_freq=False)
        assert answer.targets == first.targets
        assert answer.retry_at is not None
        again = answer.retry_at.astimezone()
        (notice,) = answer.notices
        day = "" if again.date() == datetime.now().astimezone().date() else f" on {again:%Y-%m-%d}"
        assert notice == f"Showing prices fetched 3 hours ago: {cause}. Next try at {again:%H:%M %Z}{day}."
        assert answer.stale
    assert requests[0] > 1
    assert requests[1:] == requests[:1] * 2  # only the first of the three fetches sent any
    yahoo.works()
    end_backoff(get_store())
    answer = fetch("CIFR")
    assert (answer.notices, answer.stale, answer.retry_at) == ((), False, None)


ERRORS = [RateLimited, YahooUnreachable, YahooRefused, MalformedResponse, MalformedResponse, NoBars, UnknownSymbol]


@pytest.mark.parametrize(("fault", "error"), list(zip([fault for fault, _ in FAULTS], ERRORS, strict=True)), ids=NAMES)
def test_error_without_stored_bars(yahoo: ReplayServer, fault: replay.Fault, error: type[MarketError]) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", fault)
    with pytest.raises(error):
        fetch("CIFR")
    assert fetch_stored("CIFR") is None
    yahoo.works()
    if error is RateLimited:
        end_backoff(get_store())
    assert len(fetch("CIFR").history.bars) == 309  # a manual retry is not held back


@pytest.mark.parametrize("fault", [replay.EMPTY, replay.reset, replay.SERVER_ERROR], ids=["empty", "reset", "500"])
def test_failure_is_forgotten_after_a_success(yahoo: ReplayServer, fault: replay.Fault) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", fault)
    with pytest.raises(MarketError):
        fetch("CIFR")
    yahoo.works()
    fetch("CIFR")
    history = get_store().history("CIFR")
    assert history is not None
    get_store().save_history(replace(history, fetched_at=datetime.now(UTC) - timedelta(hours=3)))
    assert fetch("CIFR").notices == ()


@pytest.mark.parametrize(("fault", "cause"), FAULTS, ids=NAMES)
def test_retry_now_ends_every_pause_but_a_rate_limit(yahoo: ReplayServer, fault: replay.Fault, cause: str) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    yahoo.fails("chart", fault)
    fetch("CIFR")
    yahoo.works()
    retry_now(parse_symbol("cifr"))
    notice = limit_notice()
    limited = "limiting" in cause
    start = "Not tried yet: Yahoo Finance is limiting requests. Next try at "
    assert notice is not None and notice.startswith(start) if limited else notice is None
    new_requests(yahoo)
    assert fetch("CIFR").stale is limited
    assert new_requests(yahoo) == ([] if limited else ["chart"])


def test_rate_limit_holds_back_every_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(), listing("CLSK", 300, MONDAY))
    fetch("CIFR")
    age(3)
    yahoo.fails("chart", replay.status(429, "Too Many Requests", {"Retry-After": "300"}))
    answer = fetch("CIFR")
    assert answer.retry_at is not None
    assert 295 < (answer.retry_at - datetime.now(UTC)).total_seconds() <= 375
    new_requests(yahoo)
    with pytest.raises(RateLimited) as caught:
        fetch("CLSK")
    assert caught.value.retry_after is not None
    assert 290 < caught.value.retry_after <= 375
    assert new_requests(yahoo) == []


def test_rate_limits_in_a_row_make_longer_pauses(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", replay.RATE_LIMITED)
    waits = []
    for _ in range(4):
        with pytest.raises(RateLimited) as caught:
            fetch("CIFR")
        waits.append(caught.value.retry_after or 0.0)
        get_store().database.write(
            lambda connection: connection.execute(BACKOFFS.update().values(until=BACKOFFS.c.until - 24 * 3600.0))
        )
    assert [60 * 2**n <= wait <= 75 * 2**n for n, wait in enumerate(waits)] == [True] * 4
    yahoo.works()
    fetch("CIFR")
    age(3)
    yahoo.fails("chart", replay.RATE_LIMITED)
    answer = fetch("CIFR")
    assert answer.retry_at is not None
    assert (answer.retry_at - datetime.now(UTC)).total_seconds() <= 75


def test_lost_connection_holds_back_all_symbols_with_stored_data(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(), listing("CLSK", 300, MONDAY), listing("IREN", 300, MONDAY))
    for symbol in ("CIFR", "CLSK"):
        fetch(symbol)
        age(3, symbol)
    yahoo.fails("any", replay.reset)
    fetch("CIFR")
    new_requests(yahoo)
    assert "cannot be reached" in fetch("CLSK").notices[0]
    assert new_requests(yahoo) == []
    with pytest.raises(YahooUnreachable):
        fetch("IREN")
    assert new_requests(yahoo) != []


def test_bars_and_targets_that_fail_together_share_a_notice(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(8, targets=True)
    age(1)
    yahoo.fails("any", replay.RATE_LIMITED)
    (notice,) = fetch("CIFR").notices
    assert notice.startswith(
        "Showing prices fetched 9 hours ago and analyst targets fetched 8 hours ago: "
        "Yahoo Finance is limiting requests. Next try at "
    )


def test_missing_targets_are_a_notice_beside_current_bars(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.fails("summary", replay.SERVER_ERROR)
    answer = fetch("CIFR")
    assert answer.targets == ()
    assert not answer.stale
    (notice,) = answer.notices
    assert notice.startswith(
        "Analyst targets could not be fetched: Yahoo Finance is having trouble (status 500). Next try at "
    )
    new_requests(yahoo)
    fetch("CIFR")
    assert new_requests(yahoo) == []
    yahoo.works()
    end_backoff(get_store())
    assert len(fetch("CIFR").targets) == 3


def test_missing_consensus_keeps_the_targets(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())

    def fault(sound: replay.Reply) -> replay.Reply:
        return replay.SERVER_ERROR(sound) if b"financialData" in sound.body else sound

    yahoo.fails("summary", fault)
    answer = fetch("CIFR")
    assert len(answer.targets) == 3
    assert (answer.consensus, answer.notices) == (None, ())


def test_delisted_ticker_keeps_its_stored_bars(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(72)
    yahoo.delists("CIFR")
    answer = fetch("CIFR")
    assert len(answer.history.bars) == 309
    assert len(answer.targets) == 3
    (notice,) = answer.notices
    assert notice.startswith(f"Showing prices fetched 3 days ago: {NO_PRICES}. Next try at ")


def test_targets_of_a_delisted_ticker_are_not_requested(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(72, targets=True)
    yahoo.delists("CIFR")
    new_requests(yahoo)
    (notice,) = fetch("CIFR").notices
    assert notice.startswith(f"Showing prices and analyst targets fetched 3 days ago: {NO_PRICES}. Next try at ")
    assert set(new_requests(yahoo)) == {"chart"}


def test_unknown_symbol_raises_and_is_not_stored(yahoo: ReplayServer) -> None:
    with pytest.raises(UnknownSymbol):
        fetch("XYZQ")
    assert fetch_stored("XYZQ") is None


def test_cache_works_in_memory_without_a_disk(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "file" / "levels.db"))
    yahoo.lists(cifr())
    fetch("CIFR")
    fetch("CIFR")
    assert new_requests(yahoo) == ["chart", "summary", "summary"]
    assert get_store().notice is not None


# The limit on requests per minute


def test_requests_wait_within_the_limit_and_are_counted(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    small = RateLimiter(Rate(3, 1500))
    monkeypatch.setattr(rate_limit, "rate_limiter", lambda: small)
    yahoo.lists(*(listing(symbol, 300, MONDAY) for symbol in ("CIFR", "CLSK")))
    fetch("CIFR")
    fetching = threading.Thread(target=fetch, args=("CLSK",))
    fetching.start()
    seen = set()
    while fetching.is_alive():
        seen.add(waiting_requests())
        time.sleep(0.005)
    assert seen == {0, 1}
    assert fetch_stored("CLSK") is not None


def test_stored_data_does_not_wait_for_the_limit(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    small = RateLimiter(Rate(3, 60_000))
    monkeypatch.setattr(rate_limit, "rate_limiter", lambda: small)
    monkeypatch.setattr(yahoo_fetch, "QUEUE_SECONDS_WITH_STORED", 0.05)
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    answer = fetch("CIFR")
    assert answer.stale
    assert answer.notices[0].startswith("Showing prices fetched 3 hours ago: 1 request is waiting for Yahoo Finance.")


# Stored data and many symbols


def test_stored_data_costs_no_request(yahoo: ReplayServer) -> None:
    assert fetch_stored("CIFR") is None
    yahoo.lists(cifr())
    fresh = fetch("CIFR")
    new_requests(yahoo)
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert not stored.stale
    assert replace(stored, history=fresh.history) == fresh
    age(3)
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert stored.stale
    assert new_requests(yahoo) == []


def test_each_of_many_symbols_has_its_data_or_its_error(yahoo: ReplayServer) -> None:
    symbols = ("CIFR", "CLSK", "XYZQ", "IREN")
    yahoo.lists(*(listing(symbol, 300, MONDAY) for symbol in symbols if symbol != "XYZQ"))
    answers = dict(run_as_completed(lambda text: fetch(parse_symbol(text)), (*symbols, "no symbol")))
    assert set(answers) == {*symbols, "no symbol"}
    assert answers["XYZQ"] == FailedTicker("XYZQ", str(UnknownSymbol("XYZQ")))
    assert answers["no symbol"] == FailedTicker("no symbol", str(BadSymbol("no symbol")))
    assert all(isinstance(answers[symbol], MarketData) for symbol in ("CIFR", "CLSK", "IREN"))


def test_abandoned_run_stops_requesting(yahoo: ReplayServer) -> None:
    symbols = [f"S{number}" for number in range(40)]
    yahoo.lists(*(listing(symbol, 60, MONDAY) for symbol in symbols))
    next(run_as_completed(fetch, symbols))
    time.sleep(0.3)
    assert len({request.symbol for request in yahoo.requests("chart")}) < 20


def test_listing_of_one_day_grows_the_next_day(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(sessions=-8))
    assert len(fetch("CIFR").history.bars) == 1
    age(3)
    yahoo.lists(cifr(TUESDAY, sessions=-8))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    assert len(fetch("CIFR").history.bars) == 2
