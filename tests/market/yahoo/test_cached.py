"""Yahoo by way of the store: little is asked, nothing twice, and what was had outlives every failure."""

from __future__ import annotations

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
from sqlalchemy import delete

from market import PriceTarget
from market.errors import (
    BadSymbol,
    MalformedAnswer,
    MarketError,
    NoBars,
    NotInSample,
    RateLimited,
    UnknownSymbol,
    YahooRefused,
    YahooUnreachable,
)
from market.market_data import MarketData
from market.sources import fetch, fetch_stored, limit_notice, retry_now, waiting_requests
from market.store.schema import BACKOFFS
from market.store.store import get_store
from market.yahoo import cached
from market.yahoo.rate_limit import RateLimiter
from tests.support import replay_server as replay
from tests.support.paths import ROOT
from tests.support.replay_server import Listing, ReplayServer, listing
from tests.support.store_fixtures import postgres, store_address
from tickers.batch import FailedTicker, run_as_completed

__all__ = ["postgres", "store_address"]

FRIDAY, MONDAY, TUESDAY = date(2025, 11, 21), date(2025, 11, 24), date(2025, 11, 25)
OWN = PriceTarget("CIFR", "JPMorgan", MONDAY, 18.0, source="own")


def cifr(last: date = MONDAY, sessions: int = 300, **known: object) -> Listing:
    """The same prices whatever day they end on: those of the sessions up to Tuesday, cut."""
    whole = listing("CIFR", sessions + 10, TUESDAY, **known)
    return replace(whole, bars=whole.bars.loc[: str(last)])


def age(hours: float, symbol: str = "CIFR", targets: bool = False) -> None:
    """What is stored was fetched so much earlier; Yahoo is not left alone for an earlier failure any more."""
    store = get_store()
    history, listed = store.history(symbol), store.target_list(symbol)
    assert history is not None
    assert history.fetched_at is not None
    store.save_history(replace(history, fetched_at=history.fetched_at - timedelta(hours=hours)))
    if targets and listed is not None:
        fetched = listed.fetched_at - timedelta(hours=hours)
        store.save_targets(symbol, listed.rows, MONDAY, fetched, listed.consensus)
    end_pauses()


def end_pauses() -> None:
    get_store().database.write(lambda connection: connection.execute(delete(BACKOFFS)))


def asked(yahoo: ReplayServer) -> list[str]:
    """The kinds of the questions since the last time, without what only opens a session."""
    kinds = [each.kind for each in yahoo.asked() if each.kind in ("chart", "summary", "search")]
    yahoo.forget()
    return kinds


# How little is asked


def test_the_first_time_everything_is_fetched(yahoo: ReplayServer) -> None:
    listed = cifr()
    yahoo.lists(listed)
    answer = fetch("cifr")
    pd.testing.assert_frame_equal(answer.history.bars, listed.bars, check_freq=False)
    assert len(answer.targets) == 3
    assert answer.consensus is not None
    assert (answer.notices, answer.stale, answer.asked_again_at) == ((), False, None)
    assert asked(yahoo) == ["chart", "summary", "summary"]


def test_what_is_fresh_costs_nothing(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    first = fetch("CIFR")
    asked(yahoo)
    for _ in range(3):
        again = fetch("CIFR")
        pd.testing.assert_frame_equal(again.history.bars, first.history.bars, check_freq=False)
        assert replace(again, history=first.history) == first
    assert asked(yahoo) == []


def test_what_is_old_costs_one_small_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(FRIDAY))
    fetch("CIFR")
    age(3)
    yahoo.forget()
    yahoo.lists(cifr(TUESDAY))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    answer = fetch("CIFR")
    pd.testing.assert_frame_equal(answer.history.bars, cifr(TUESDAY).bars, check_freq=False)
    (request,) = yahoo.asked()
    since = datetime.fromtimestamp(int(request.params["period1"]), UTC).date()
    assert request.kind == "chart"
    assert since == date(2025, 11, 13)  # five sessions before Friday the 21st is the 14th; a day more for the zone
    stored = fetch_stored("CIFR")
    assert stored is not None
    pd.testing.assert_frame_equal(stored.history.bars, answer.history.bars, check_freq=False)


def test_a_clock_that_was_two_days_ahead(yahoo: ReplayServer) -> None:
    """What it stored is not fresh for two days more, and when it is right again all is as ever."""
    yahoo.lists(cifr())
    fetch("CIFR")
    age(-48, targets=True)
    asked(yahoo)
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert stored.stale
    assert fetch("CIFR").notices == ()
    assert asked(yahoo) == ["chart", "summary", "summary"]
    fetch("CIFR")
    assert asked(yahoo) == []


def test_in_session_today_is_fetched_again_after_a_minute(yahoo: ReplayServer) -> None:
    yahoo.now = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
    yahoo.lists(cifr())
    assert fetch("CIFR").history.in_progress
    asked(yahoo)
    age(40 / 3600)
    fetch("CIFR")
    assert asked(yahoo) == []
    age(40 / 3600)
    moved = cifr()
    moved.bars.iloc[-1] *= 1.02
    yahoo.lists(moved)
    answer = fetch("CIFR")
    assert asked(yahoo) == ["chart"]
    pd.testing.assert_frame_equal(answer.history.bars, moved.bars, check_freq=False)


def test_targets_are_fetched_again_after_six_hours(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(5.9, targets=True)
    asked(yahoo)
    fetch("CIFR")
    assert asked(yahoo) == ["chart"]
    age(0.2, targets=True)
    yahoo.lists(cifr(ratings=(replay.rating(MONDAY, "New & Co.", target=20.0),), consensus=(1.0, 2.0, 3.0, 0.5)))
    answer = fetch("CIFR")
    assert asked(yahoo) == ["summary", "summary"]
    assert [target.firm for target in answer.targets] == ["New & Co."]
    assert answer.consensus is not None
    assert answer.consensus.median == 2.0


def test_each_price_basis_is_stored_apart(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(dividends={FRIDAY: 1.0}))
    plain, adjusted = fetch("CIFR"), fetch("CIFR", basis="dividend-adjusted")
    assert adjusted.history.bars["close"].iloc[0] < plain.history.bars["close"].iloc[0]
    assert asked(yahoo) == ["chart", "summary", "summary", "chart"]
    fetch("CIFR"), fetch("CIFR", basis="dividend-adjusted")
    assert asked(yahoo) == []


# When everything has to be fetched again


def test_a_split_overnight(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    asked(yahoo)
    halved = cifr(TUESDAY)
    halved.bars[["open", "high", "low", "close"]] /= 2.0
    yahoo.lists(replace(halved, splits={TUESDAY: (2, 1)}))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    answer = fetch("CIFR")
    pd.testing.assert_frame_equal(answer.history.bars, halved.bars, check_freq=False)
    assert answer.history.splits.to_dict() == {pd.Timestamp(TUESDAY): 2.0}
    assert asked(yahoo) == ["chart", "chart"]
    age(3)
    fetch("CIFR")
    assert asked(yahoo) == ["chart"]


def test_a_correction_of_a_past_day(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    asked(yahoo)
    corrected = cifr()
    corrected.bars.iloc[-4, :4] *= 1.001
    yahoo.lists(corrected)
    pd.testing.assert_frame_equal(fetch("CIFR").history.bars, corrected.bars, check_freq=False)
    assert asked(yahoo) == ["chart", "chart"]


def test_a_dividend_moves_all_adjusted_prices(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR", basis="dividend-adjusted")
    history = get_store().history("CIFR", "dividend-adjusted")
    assert history is not None
    get_store().save_history(replace(history, fetched_at=datetime.now(UTC) - timedelta(hours=3)))
    asked(yahoo)
    yahoo.lists(cifr(TUESDAY, dividends={TUESDAY: 0.5}))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    answer = fetch("CIFR", basis="dividend-adjusted")
    assert asked(yahoo) == ["chart", "chart"]
    assert answer.history.bars["close"].iloc[0] < history.bars["close"].iloc[0]


def test_a_history_cut_short_does_not_replace_the_stored_one(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    whole = fetch("CIFR")
    age(3)
    short = cifr()
    short.bars.iloc[-4] *= 1.001
    yahoo.lists(replace(short, bars=short.bars.tail(30)))
    answer = fetch("CIFR")
    assert answer.stale
    assert len(answer.history.bars) == len(whole.history.bars)
    assert "30 bars where there were 309" in answer.notices[0]


def test_targets_that_are_all_gone_do_not_replace_the_stored_ones(yahoo: ReplayServer) -> None:
    """Yahoo's silent empty answer: rating histories only grow."""
    yahoo.lists(cifr())
    first = fetch("CIFR")
    age(7, targets=True)
    yahoo.lists(cifr(ratings=(), consensus=None))
    answer = fetch("CIFR")
    assert answer.targets == first.targets
    assert "no targets where there were 3" in answer.notices[0]
    assert answer.notices[0].startswith("Analyst targets are those fetched 7 hours ago: Yahoo Finance sent an answer")


# Many at once


@pytest.mark.usefixtures("store_address")
def test_many_threads_cost_one_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(fetch, ["CIFR"] * 30))
    assert asked(yahoo) == ["chart", "summary", "summary"]
    assert all(len(answer.history.bars) == 309 for answer in answers)


PROCESS = """
import sys
from market.feed import ask
sys.stdin.readline()
for _ in range(3):
    print(len(ask("CIFR").history.bars))
"""


@pytest.mark.slow
@pytest.mark.usefixtures("store_address")
def test_processes_that_share_the_store_cost_one_request(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", lambda sound: replace(sound, wait=0.5))
    command = [sys.executable, "-c", f"import market.yahoo.cached\nprint('ready', flush=True){PROCESS}"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert [each.communicate()[0] for each in processes] == ["309\n" * 3] * 2
    assert asked(yahoo) == ["chart", "summary", "summary"]


def test_who_waits_for_another_process_sees_what_is_stored(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from market.yahoo.single_flight import lease

    monkeypatch.setattr(cached, "IMPATIENCE", 0.1)
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    with lease(get_store().database, "CIFR", 0.0):
        answer = fetch("CIFR")
    assert answer.stale
    assert answer.notices[0].startswith(
        "Prices are those fetched 3 hours ago: another Levelboard is asking Yahoo Finance for newer ones;"
    )


# When Yahoo fails

FAULTS = [
    (replay.status(429, "Too Many Requests"), "Yahoo Finance is limiting how often it is asked"),
    (replay.reset, "Yahoo Finance cannot be reached (the connection failed)"),
    (replay.SERVER_ERROR, "Yahoo Finance is having trouble (status 500)"),
    (replay.WEB_PAGE, "Yahoo Finance sent an answer that cannot be read (it is a web page)"),
    (replay.cut_off, "Yahoo Finance sent an answer that cannot be read (it is cut off)"),
    (replay.EMPTY, "Yahoo Finance has no prices for CIFR any more, it may be renamed or delisted"),
    (replay.NOT_FOUND, "Yahoo Finance has no prices for CIFR any more, it may be renamed or delisted"),
]
NAMES = ["429", "reset", "500", "page", "cut off", "empty", "404"]


@pytest.mark.parametrize(("fault", "cause"), FAULTS, ids=NAMES)
def test_stored_bars_with_their_age(yahoo: ReplayServer, fault: replay.Fault, cause: str) -> None:
    yahoo.lists(cifr())
    first = fetch("CIFR")
    age(3)
    yahoo.fails("chart", fault)
    tried = []
    for _ in range(3):
        answer = fetch("CIFR")
        tried.append(len(yahoo.asked("chart")))
        pd.testing.assert_frame_equal(answer.history.bars, first.history.bars, check_freq=False)
        assert answer.targets == first.targets
        assert answer.asked_again_at is not None
        again = answer.asked_again_at.astimezone()
        (notice,) = answer.notices
        day = "" if again.date() == datetime.now().astimezone().date() else f" on {again:%Y-%m-%d}"
        start = f"Prices are those fetched 3 hours ago: {cause}; it will be asked again at "
        assert notice == f"{start}{again:%H:%M %Z}{day}."
        assert answer.stale
    assert tried[0] > 1
    assert tried[1:] == tried[:1] * 2  # only the first of the three tried it
    yahoo.works()
    end_pauses()
    answer = fetch("CIFR")
    assert (answer.notices, answer.stale, answer.asked_again_at) == ((), False, None)


ERRORS = [RateLimited, YahooUnreachable, YahooRefused, MalformedAnswer, MalformedAnswer, NoBars, UnknownSymbol]


@pytest.mark.parametrize(("fault", "error"), list(zip([each for each, _ in FAULTS], ERRORS, strict=True)), ids=NAMES)
def test_without_stored_bars_the_reason(yahoo: ReplayServer, fault: replay.Fault, error: type[MarketError]) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", fault)
    with pytest.raises(error):
        fetch("CIFR")
    assert fetch_stored("CIFR") is None
    yahoo.works()
    if error is RateLimited:
        end_pauses()
    assert len(fetch("CIFR").history.bars) == 309  # whoever tries again at once gets an answer at once


@pytest.mark.parametrize("fault", [replay.EMPTY, replay.reset, replay.SERVER_ERROR], ids=["empty", "reset", "500"])
def test_a_failure_that_is_over_is_forgotten(yahoo: ReplayServer, fault: replay.Fault) -> None:
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
def test_tried_by_hand_it_is_asked_at_once(yahoo: ReplayServer, fault: replay.Fault, cause: str) -> None:
    """Unless Yahoo asked to be left alone."""
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    yahoo.fails("chart", fault)
    fetch("CIFR")
    yahoo.works()
    retry_now("cifr")
    said = limit_notice()
    limited = "limiting" in cause
    words = "Not asked now: Yahoo Finance is limiting how often it is asked; it will be asked again at "
    assert said is not None and said.startswith(words) if limited else said is None
    asked(yahoo)
    assert fetch("CIFR").stale is limited
    assert asked(yahoo) == ([] if limited else ["chart"])


def test_a_limit_keeps_everyone_from_asking(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(), listing("CLSK", 300, MONDAY))
    fetch("CIFR")
    age(3)
    yahoo.fails("chart", replay.status(429, "Too Many Requests", {"Retry-After": "300"}))
    answer = fetch("CIFR")
    assert answer.asked_again_at is not None
    assert 295 < (answer.asked_again_at - datetime.now(UTC)).total_seconds() <= 375
    asked(yahoo)
    with pytest.raises(RateLimited) as caught:
        fetch("CLSK")
    assert caught.value.retry_after is not None
    assert 290 < caught.value.retry_after <= 375
    assert asked(yahoo) == []


def test_limits_in_a_row_make_longer_pauses(yahoo: ReplayServer) -> None:
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
    assert answer.asked_again_at is not None
    assert (answer.asked_again_at - datetime.now(UTC)).total_seconds() <= 75


def test_out_of_reach_for_one_is_out_of_reach_for_all_that_have_something(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(), listing("CLSK", 300, MONDAY), listing("IREN", 300, MONDAY))
    for symbol in ("CIFR", "CLSK"):
        fetch(symbol)
        age(3, symbol)
    yahoo.fails("any", replay.reset)
    fetch("CIFR")
    asked(yahoo)
    assert "cannot be reached" in fetch("CLSK").notices[0]
    assert asked(yahoo) == []
    with pytest.raises(YahooUnreachable):
        fetch("IREN")
    assert asked(yahoo) != []


def test_bars_and_targets_that_fail_together_are_one_sentence(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(8, targets=True)
    age(1)
    yahoo.fails("any", replay.RATE_LIMITED)
    (notice,) = fetch("CIFR").notices
    assert notice.startswith(
        "Prices are those fetched 9 hours ago and analyst targets are those fetched 8 hours ago: "
        "Yahoo Finance is limiting how often it is asked; it will be asked again at "
    )


def test_targets_that_fail_while_bars_arrive(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.fails("summary", replay.SERVER_ERROR)
    answer = fetch("CIFR")
    assert answer.targets == ()
    assert not answer.stale
    (notice,) = answer.notices
    assert notice.startswith(
        "Analyst targets could not be fetched: Yahoo Finance is having trouble (status 500); it will be asked again at "
    )
    asked(yahoo)
    fetch("CIFR")
    assert asked(yahoo) == []
    yahoo.works()
    end_pauses()
    assert len(fetch("CIFR").targets) == 3


def test_a_consensus_that_fails_does_not_cost_the_targets(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())

    def fault(sound: replay.Reply) -> replay.Reply:
        return replay.SERVER_ERROR(sound) if b"financialData" in sound.body else sound

    yahoo.fails("summary", fault)
    answer = fetch("CIFR")
    assert len(answer.targets) == 3
    assert (answer.consensus, answer.notices) == (None, ())


def test_a_ticker_that_was_delisted(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch("CIFR")
    age(72)
    yahoo.delists("CIFR")
    answer = fetch("CIFR")
    assert len(answer.history.bars) == 309
    assert len(answer.targets) == 3
    (said,) = answer.notices
    assert said.startswith(
        "Prices are those fetched 3 days ago: "
        "Yahoo Finance has no prices for CIFR any more, it may be renamed or delisted; it will be asked again at "
    )


def test_a_symbol_that_never_was(yahoo: ReplayServer) -> None:
    with pytest.raises(UnknownSymbol):
        fetch("XYZQ")
    with pytest.raises(BadSymbol):
        fetch("../../etc/passwd")
    with pytest.raises(BadSymbol):
        fetch_stored("../../etc/passwd")
    assert fetch_stored("XYZQ") is None


def test_without_a_disk_the_store_is_memory(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path / "file" / "levels.db"))
    yahoo.lists(cifr())
    fetch("CIFR")
    fetch("CIFR")
    assert asked(yahoo) == ["chart", "summary", "summary"]
    assert get_store().notice is not None


# The budget


def test_questions_wait_within_the_budget_and_are_counted(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    small = RateLimiter(Rate(3, 1500))
    monkeypatch.setattr(cached, "budget", lambda: small)
    yahoo.lists(*(listing(symbol, 300, MONDAY) for symbol in ("CIFR", "CLSK")))
    fetch("CIFR")
    asking = threading.Thread(target=fetch, args=("CLSK",))
    asking.start()
    seen = set()
    while asking.is_alive():
        seen.add(waiting_requests())
        time.sleep(0.005)
    assert seen == {0, 1}
    assert fetch_stored("CLSK") is not None


def test_what_is_stored_does_not_wait_for_the_budget(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    small = RateLimiter(Rate(3, 60_000))
    monkeypatch.setattr(cached, "budget", lambda: small)
    monkeypatch.setattr(cached, "IMPATIENCE", 0.05)
    yahoo.lists(cifr())
    fetch("CIFR")
    age(3)
    answer = fetch("CIFR")
    assert answer.stale
    assert answer.notices[0].startswith("Prices are those fetched 3 hours ago: 1 question waits for its turn")


# One's own targets, the sample, and many symbols


def test_own_targets_come_with_every_source(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    get_store().add_own_targets([OWN, replace(OWN, symbol="CLSK")])
    assert fetch("CIFR").targets[-1] == OWN
    assert fetch("CIFR", "sample").targets[-1] == OWN
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert stored.targets == fetch("CIFR").targets
    assert len(stored.targets) == 4


def test_what_is_stored_comes_without_a_request(yahoo: ReplayServer) -> None:
    assert fetch_stored("CIFR") is None
    yahoo.lists(cifr())
    fresh = fetch("CIFR")
    asked(yahoo)
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert not stored.stale
    assert replace(stored, history=fresh.history) == fresh
    age(3)
    stored = fetch_stored("CIFR")
    assert stored is not None
    assert stored.stale
    assert asked(yahoo) == []


def test_the_sample_asks_nobody(yahoo: ReplayServer) -> None:
    answer = fetch("CIFR", "sample")
    assert answer.history.source == "sample"
    stored = fetch_stored("CIFR", "sample")
    assert stored is not None
    assert stored.targets == answer.targets
    with pytest.raises(NotInSample):
        fetch("NVDA", "sample")
    assert yahoo.asked() == []


def test_each_of_many_has_its_answer_or_its_error(yahoo: ReplayServer) -> None:
    symbols = ("CIFR", "CLSK", "XYZQ", "IREN")
    yahoo.lists(*(listing(symbol, 300, MONDAY) for symbol in symbols if symbol != "XYZQ"))
    answers = dict(run_as_completed(fetch, (*symbols, "no symbol")))
    assert set(answers) == {*symbols, "no symbol"}
    assert answers["XYZQ"] == FailedTicker("XYZQ", str(UnknownSymbol("XYZQ")))
    assert answers["no symbol"] == FailedTicker("no symbol", str(BadSymbol("no symbol")))
    assert all(isinstance(answers[symbol], MarketData) for symbol in ("CIFR", "CLSK", "IREN"))


def test_to_stop_taking_is_to_stop_asking(yahoo: ReplayServer) -> None:
    symbols = [f"S{number}" for number in range(40)]
    yahoo.lists(*(listing(symbol, 60, MONDAY) for symbol in symbols))
    next(run_as_completed(fetch, symbols))
    time.sleep(0.3)
    assert len({each.symbol for each in yahoo.asked("chart")}) < 20


def test_a_listing_of_today(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(sessions=-8))
    assert len(fetch("CIFR").history.bars) == 1
    age(3)
    yahoo.lists(cifr(TUESDAY, sessions=-8))
    yahoo.now = datetime(2025, 11, 25, 21, 30, tzinfo=UTC)
    assert len(fetch("CIFR").history.bars) == 2
