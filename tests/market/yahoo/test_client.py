"""Bars from a working Yahoo, through the real yfinance and real sockets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest

from market.events.company_events import Dividend
from market.symbols import parse_symbol
from market.yahoo.client import fetch_consensus, fetch_history, fetch_targets, near_matches
from tests.support.real_prices import needs_real_prices, real_bars
from tests.support.replay_server import Listing, ReplayServer, answers, edited, listing, one_more_bar

MONDAY = date(2025, 11, 24)
HONG_KONG = {"zone": "Asia/Hong_Kong", "closes": time(16, 0), "currency": "HKD"}


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 11, day, hour, minute, tzinfo=UTC)


def cifr(**known: object) -> Listing:
    return listing("CIFR", 300, MONDAY, **known)


def recorded(market_data: Path, name: str) -> object:
    return json.loads((market_data / "yahoo" / name).read_text(encoding="utf-8"))


# Bars


def test_bars_are_read_unchanged(yahoo: ReplayServer) -> None:
    listed = cifr(name="Cipher Mining Inc.")
    yahoo.lists(listed)
    history = fetch_history(parse_symbol("cifr "))
    pd.testing.assert_frame_equal(history.bars, listed.bars, check_freq=False)
    assert (history.symbol, history.name, history.currency) == ("CIFR", "Cipher Mining Inc.", "USD")
    assert (history.price_basis, history.source, history.notes) == ("split-adjusted", "yahoo", ())
    assert history.splits.empty
    assert history.fetched_at is not None
    assert history.fetched_at.tzinfo is UTC


def test_call_costs_one_request_after_the_first_cookie_and_crumb(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    fetch_history("CIFR")
    assert [request.kind for request in yahoo.requests()] == ["cookie", "crumb", "chart"]
    yahoo.forget_requests()
    fetch_history("CIFR")
    fetch_history("CIFR", since=date(2025, 11, 17))
    fetch_targets("CIFR")
    fetch_consensus("CIFR")
    near_matches("CIFX")
    assert [request.kind for request in yahoo.requests()] == ["chart", "chart", "summary", "summary", "search"]


def test_targets_of_a_fund_cost_one_request_too(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("SPY", 300, MONDAY, kind="ETF", ratings=()))
    fetch_history("SPY")
    yahoo.forget_requests()
    assert fetch_targets("SPY") == ()
    assert fetch_consensus("SPY") is None
    assert [request.kind for request in yahoo.requests()] == ["summary", "summary"]


def test_ten_years_are_requested(yahoo: ReplayServer) -> None:
    yahoo.now = None
    yahoo.lists(listing("CIFR", 3000))
    bars = fetch_history("CIFR").bars
    assert timedelta(days=3640) < bars.index[-1] - bars.index[0] <= timedelta(days=3653)


def test_bars_since_a_day_begin_with_that_day(yahoo: ReplayServer) -> None:
    listed = cifr()
    yahoo.lists(listed)
    later = fetch_history("CIFR", since=date(2025, 11, 17)).bars
    pd.testing.assert_frame_equal(later, listed.bars["2025-11-17":], check_freq=False)


def test_bars_since_a_day_begin_with_that_day_east_of_utc(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("FPH.NZ", 300, MONDAY, zone="Pacific/Auckland", opens=time(10), closes=time(16, 45)))
    assert fetch_history("FPH.NZ", since=date(2025, 11, 19)).bars.index[0] == pd.Timestamp("2025-11-19")


def test_new_listing_of_thirty_sessions_is_complete(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("NEWCO", 30, MONDAY))
    assert len(fetch_history("NEWCO").bars) == 30


def test_pence_stay_pence(yahoo: ReplayServer) -> None:
    london = {"zone": "Europe/London", "opens": time(8), "closes": time(16, 30), "currency": "GBp"}
    listed = listing("BARC.L", 300, MONDAY, **london)
    yahoo.lists(listed)
    history = fetch_history("BARC.L")
    assert history.currency == "GBp"
    assert history.bars["close"].iloc[-1] == listed.bars["close"].iloc[-1]


def test_splits_are_new_shares_per_old_share(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr(splits={date(2025, 6, 10): (10, 1), date(2025, 9, 2): (1, 4)}))
    expected = pd.Series([10.0, 0.25], index=pd.DatetimeIndex(["2025-06-10", "2025-09-02"], name="date"))
    pd.testing.assert_series_equal(fetch_history("CIFR").splits, expected, check_freq=False, check_index_type=False)


def test_split_overnight_comes_with_the_newest_bars(yahoo: ReplayServer) -> None:
    before = cifr()
    yahoo.lists(before)
    last = fetch_history("CIFR").bars["close"].iloc[-1]
    prices = before.bars[["open", "high", "low", "close"]] / 2.0
    yahoo.lists(replace(before, bars=before.bars.assign(**prices), splits={date(2025, 11, 25): (2, 1)}))
    yahoo.now = utc(25, 14)  # before the open: the split is there, and no bar yet
    later = fetch_history("CIFR", since=date(2025, 11, 17))
    assert later.splits.to_dict() == {pd.Timestamp("2025-11-25"): 2.0}
    assert later.bars["close"].iloc[-1] == pytest.approx(last / 2.0)
    assert later.bars.index[-1] == pd.Timestamp(MONDAY)
    assert later.notes == ()


def test_dividends_count_only_in_the_dividend_adjusted_basis(yahoo: ReplayServer) -> None:
    listed = cifr(dividends={date(2025, 8, 1): 1.0})
    yahoo.lists(listed)
    before = slice(None, "2025-07-31")
    factor = 1.0 - 1.0 / listed.bars["close"][before].iloc[-1]
    prices = ["open", "high", "low", "close"]
    plain, adjusted = fetch_history("CIFR"), fetch_history("CIFR", "dividend-adjusted")
    pd.testing.assert_frame_equal(plain.bars, listed.bars, check_freq=False)
    assert adjusted.price_basis == "dividend-adjusted"
    pd.testing.assert_frame_equal(
        adjusted.bars.loc[before, prices], listed.bars.loc[before, prices] * factor, check_freq=False
    )
    pd.testing.assert_frame_equal(adjusted.bars["2025-08-01":], listed.bars["2025-08-01":], check_freq=False)


@needs_real_prices
@pytest.mark.parametrize("symbol", ["CIFR", "NVDA"])
def test_real_bars_are_read_unchanged(yahoo: ReplayServer, symbol: str) -> None:
    bars = real_bars(symbol).astype(float)
    yahoo.now = datetime(2026, 6, 30, tzinfo=UTC)
    yahoo.lists(Listing(symbol, bars, ratings=()))
    history = fetch_history(symbol)
    pd.testing.assert_frame_equal(history.bars, bars, check_freq=False)
    assert history.notes == ()


def test_recorded_split_and_dividends(yahoo: ReplayServer, market_data: Path) -> None:
    yahoo.fails("chart", answers(recorded(market_data, "chart-NVDA-split.json")))
    nvda = fetch_history("NVDA")
    assert nvda.splits.to_dict() == {pd.Timestamp("2021-07-20"): 4.0}
    assert nvda.name == "NVIDIA Corporation"
    assert not nvda.in_progress
    dividends = recorded(market_data, "chart-AAPL-6mo-dividends.json")
    result = dividends["chart"]["result"][0]  # type: ignore[index]
    yahoo.fails("chart", answers(dividends))
    paid = fetch_history("AAPL").dividends
    assert paid == (Dividend(date(2025, 5, 12), 0.26), Dividend(date(2025, 8, 11), 0.26))
    adjusted = fetch_history("AAPL", "dividend-adjusted").bars["close"].to_numpy()
    assert adjusted == pytest.approx(result["indicators"]["adjclose"][0]["adjclose"])


# The session


@pytest.mark.parametrize(
    ("now", "is_open"),
    [(utc(24, 14, 40), True), (utc(24, 20, 59), True), (utc(24, 21, 1), False), (utc(25, 3), False)],
)
def test_last_bar_is_in_progress_until_the_close(yahoo: ReplayServer, now: datetime, is_open: bool) -> None:
    yahoo.lists(cifr())
    yahoo.now = now
    history = fetch_history("CIFR")
    assert history.bars.index[-1] == pd.Timestamp(MONDAY)
    assert history.in_progress is is_open


@pytest.mark.parametrize(("now", "is_open"), [(utc(24, 21, 20), True), (utc(24, 21, 31), False)])
def test_bar_is_in_progress_while_delayed_quotes_arrive(yahoo: ReplayServer, now: datetime, is_open: bool) -> None:
    yahoo.lists(cifr())
    yahoo.now = now
    last_trade = int(utc(24, 20, 55).timestamp())
    yahoo.fails("chart", edited(lambda result: result["meta"].update(regularMarketTime=last_trade)))
    assert fetch_history("CIFR").in_progress is is_open


def test_yesterdays_bar_is_not_in_progress_before_the_open(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.now = utc(25, 14)
    assert not fetch_history("CIFR").in_progress


def test_an_empty_row_before_the_first_trade_is_no_fault(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.now = utc(25, 14, 31)
    yahoo.fails("chart", one_more_bar(utc(25, 14, 30), None))
    history = fetch_history("CIFR")
    assert history.bars.index[-1] == pd.Timestamp(MONDAY)
    assert history.notes == ()


def test_bar_without_session_times_is_in_progress_all_day(yahoo: ReplayServer) -> None:
    yahoo.lists(cifr())
    yahoo.fails("chart", edited(lambda result: result["meta"].pop("currentTradingPeriod")))
    assert fetch_history("CIFR").in_progress
    yahoo.now = utc(25, 6)
    assert not fetch_history("CIFR").in_progress


def test_session_of_futures_begins_the_evening_before(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("ES=F", 300, MONDAY, kind="FUTURE"))
    yahoo.now = utc(25, 0)  # 19:00 in New York, an hour after the session of the 25th began
    session = {"start": int(utc(24, 23).timestamp()), "end": int(utc(25, 22).timestamp()), "timezone": "EST"}
    regular = {"currentTradingPeriod": {"regular": session | {"gmtoffset": -18000}}}
    tomorrow = one_more_bar(utc(25, 5), 3.8)
    yahoo.fails("chart", lambda sound: tomorrow(edited(lambda result: result["meta"].update(regular))(sound)))
    history = fetch_history("ES=F")
    assert history.bars.index[-1] == pd.Timestamp("2025-11-25")
    assert history.in_progress
    assert history.notes == ()


@pytest.mark.parametrize("now", [utc(25, 2), utc(25, 7, 59)])
def test_todays_bar_in_hong_kong_is_kept(yahoo: ReplayServer, now: datetime) -> None:
    yahoo.lists(listing("0700.HK", 300, date(2025, 11, 25), **HONG_KONG))
    yahoo.now = now  # in New York it is the 24th still
    history = fetch_history("0700.HK")
    assert history.bars.index[-1] == pd.Timestamp("2025-11-25")
    assert history.in_progress
    assert history.notes == ()


@pytest.mark.parametrize("days", [-2, 2])
def test_session_follows_yahoos_clock(yahoo: ReplayServer, days: int) -> None:
    """Yahoo's time is two days from this computer's, and a session is under way there."""
    there = datetime.now(UTC).replace(hour=16, minute=0) + timedelta(days=days)
    yahoo.now = there - timedelta(days=max(0, there.weekday() - 4))
    yahoo.lists(listing("CIFR", 300, yahoo.now.date()))
    history = fetch_history("CIFR")
    assert history.bars.index[-1].date() == yahoo.now.date()
    assert history.in_progress
    assert history.notes == ()
