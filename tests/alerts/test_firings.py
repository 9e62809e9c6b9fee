"""Which rules fire on a ticker, and what a rule watches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alerts import firings
from alerts.changes import CHANGE_KINDS
from alerts.firings import CHECKED_SESSIONS, MAX_AGE, check_tickers, find_firings, watched_symbols
from alerts.matches import matches
from alerts.recent_changes import steps
from alerts.rules import AlertRule
from market import PriceHistory
from market.market_data import MarketData
from market.store.personal.watchlists import Watchlist
from tests.support.generated_bars import walk

BARS = walk(300, seed=3)
DATA = MarketData(PriceHistory("X", "X Inc.", "USD", BARS), ())
TODAY = BARS.index[-1].date()
CHANGES = AlertRule("c", CHANGE_KINDS, ("X",), id="r1")


def test_the_last_week_of_sessions_is_looked_at():
    found = [match for step in steps(DATA, None, CHECKED_SESSIONS) for match in matches(CHANGES, step)]
    assert found
    firings = find_firings(DATA, [replace(CHANGES, frequency="each time")], None, TODAY)
    assert [match for firing in firings for match in firing.found] == found
    assert find_firings(DATA, [CHANGES], None, TODAY + MAX_AGE + timedelta(days=1)) == ()


def test_a_rule_that_fires_once_a_day_tells_all_of_it_at_once():
    each_time = find_firings(DATA, [replace(CHANGES, frequency="each time")], None, TODAY)
    daily = find_firings(DATA, [replace(CHANGES, frequency="daily")], None, TODAY)
    once = find_firings(DATA, [replace(CHANGES, frequency="once")], None, TODAY)
    assert [firing.key[0] for firing in daily] == sorted({firing.key[0] for firing in each_time})
    assert sum(len(firing.found) for firing in daily) == len(each_time) > len(daily) > len(once) == 1


def test_a_past_day_is_checked_whenever_the_rule_was_armed():
    armed_later = replace(CHANGES, armed_on=date(2999, 1, 1))
    day = next(step.after.session for step in steps(DATA, None, 60) if matches(CHANGES, step))
    assert find_firings(DATA, [armed_later], None, TODAY) == ()
    (firing,) = find_firings(DATA, [armed_later], day, TODAY + timedelta(days=999))
    assert {match.session for match in firing.found} == {day}


@pytest.mark.parametrize(("targets_known", "said"), [(True, ()), (False, ("X: One target is odd.",))])
def test_only_what_could_not_be_fetched_is_said(monkeypatch, targets_known, said):
    """Cron mails whatever a check prints."""
    data = replace(DATA, notices=("One target is odd.",), targets_known=targets_known)
    monkeypatch.setattr(firings, "fetch", lambda symbol, source, person: data)
    (checked,) = check_tickers({"X": [CHANGES]}, "", "yahoo", None, TODAY)
    assert checked.problems == said
    assert checked.firings


def test_a_rule_watches_its_tickers_or_those_of_a_watchlist_by_name():
    lists = (Watchlist("Miners", ("CIFR", "CLSK")), Watchlist("Chips", ("NVDA",)))
    assert watched_symbols(replace(CHANGES, tickers=("A", "B", "A")), lists) == ("A", "B")
    assert watched_symbols(replace(CHANGES, tickers=(), watchlist="chips"), lists) == ("NVDA",)
    assert watched_symbols(replace(CHANGES, tickers=(), watchlist="Gone"), lists) is None


@pytest.mark.parametrize("as_of", [None, date(2025, 11, 24)])
def test_a_ticker_that_fails_says_why_and_the_others_go_on(as_of):
    found = list(check_tickers({"NVDA": [CHANGES], "CIFR": [CHANGES]}, "", "sample", as_of, date(2025, 11, 25)))
    assert [(checked.symbol, bool(checked.problems)) for checked in found] == [("NVDA", True), ("CIFR", False)]
    assert found[0].problems[0].startswith("NVDA: ")
    assert found[1].firings
