"""Alerts are sent once, whatever happens to the processes that send them, and never because of old bars."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import time_machine
from sqlalchemy import delete

from alerts import check, firings
from alerts.check import ALERTS, Check, check_alerts, try_alerts
from alerts.destinations import Destination
from alerts.kept_rules import all_rules, latest_deliveries, save_destination, save_rule
from alerts.rules import AlertRule, Threshold
from alerts.sending import Picture
from market import PriceHistory
from market.market_data import MarketData
from market.store.alerts import deliveries
from market.store.lease import lease
from market.store.schema import ALERT_DESTINATIONS
from market.store.store import get_store
from tests.support.alert_checker import SYMBOL, make_rule, write_prices
from tests.support.alert_servers import Webhook, web_server
from tests.support.paths import ROOT
from tests.support.store_fixtures import postgres, store_address

__all__ = ["postgres", "store_address"]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with web_server() as webhook:
        yield webhook


@pytest.fixture
def hook(webhook: Webhook) -> str:
    """The id of a destination that leads to the web server."""
    return save_destination(Destination("Hook", webhook.address), "").id


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of prices of the source "files", in which `SYMBOL` reaches `PRICE` today."""
    folder = tmp_path / "prices"
    folder.mkdir()
    write_prices(folder)
    monkeypatch.setenv("LEVELS_FILES", str(folder))
    return folder


def run_check() -> Check:
    return check_alerts("files", lambda symbol, person: ())


def titles(webhook: Webhook) -> list[str]:
    return [received["title"] for received in webhook.received]


def test_what_fires_is_sent_once(store_address, prices, webhook, hook):
    make_rule("ten", hook)
    done = run_check()
    assert done.problems == ()
    assert [(sent.destination, sent.outcome) for sent in done.sent] == [("Hook", "sent")]
    (received,) = webhook.received
    assert received["title"] == f"{SYMBOL}: ten"
    assert "Reached 10.00, trading from 9.00 to 10.50." in received["message"]
    assert received["message"].endswith(f"Rule: {SYMBOL}: price reaches 10.00.")
    assert run_check() == Check()
    assert len(webhook.received) == 1
    (kept,) = latest_deliveries(all_rules())
    assert kept.outcome == "sent"


def test_the_picture_goes_with_it(prices, webhook, hook):
    make_rule("ten", hook)
    drawn = []
    check_alerts("files", lambda symbol, person: drawn.append((symbol, person)) or (Picture("a.png", b"png"),))
    assert drawn == [(SYMBOL, "")]
    assert webhook.received[0]["attachments"][0]["filename"] == "a.png"


def test_without_a_destination_it_is_listed(prices):
    make_rule("ten")
    before = ALERTS.labels("listed")._value.get()
    done = run_check()
    assert [firing.rule.name for firing in done.firings] == ["ten"]
    assert done.sent == ()
    assert [delivery.outcome for delivery in latest_deliveries(all_rules())] == ["listed"]
    assert ALERTS.labels("listed")._value.get() == before + 1
    assert run_check() == Check()


def test_what_could_not_be_sent_is_sent_at_a_later_check(prices, webhook, hook):
    make_rule("ten", hook)
    webhook.status = 500
    (sent,) = run_check().sent
    assert sent.outcome == "waiting"
    assert "the message was not taken" in sent.problem
    webhook.status = 200
    done = run_check()
    assert (done.firings, [sent.outcome for sent in done.sent]) == ((), ["sent"])
    assert len(webhook.received) == 1


def test_a_paused_rule_and_an_unknown_watchlist(prices, hook):
    rule = make_rule("ten", hook)
    save_rule(replace(rule, paused=True), "")
    save_rule(AlertRule("lost", ("ema_lost",), watchlist="Gone"), "")
    done = run_check()
    assert done.firings == ()
    assert done.problems == ('The rule "lost" watches "Gone", and there is no such watchlist. Edit the rule.',)


def test_a_dry_run_changes_nothing(prices, webhook, hook):
    make_rule("ten", hook)
    for _ in range(2):
        done = try_alerts("files", None)
        assert [firing.symbol for firing in done.firings] == [SYMBOL]
    assert webhook.received == []
    assert latest_deliveries(all_rules()) == ()
    run_check()
    assert try_alerts("files", None).firings == ()


def test_the_destination_of_another_person_is_not_used(prices, webhook):
    anns = save_destination(Destination("Ann's", webhook.address), "ann").id
    rule = make_rule("ten")
    save_rule(replace(rule, destinations=(anns,)), "")
    run_check()
    assert webhook.received == []


def test_a_destination_that_is_gone_is_given_up(prices, webhook, hook):
    make_rule("ten", hook)
    webhook.status = 500
    run_check()
    get_store().database.write(lambda connection: connection.execute(delete(ALERT_DESTINATIONS)))
    (sent,) = run_check().sent
    assert (sent.outcome, sent.problem) == ("given up", "Its destination was deleted.")
    assert run_check().sent == ()


def test_while_another_process_checks_nothing_is_done(prices, hook):
    make_rule("ten", hook)
    with lease(get_store().database, check.LEASE_KEY, 0.0):
        assert run_check() == Check(is_busy=True)


def test_while_the_store_is_in_memory_only_nothing_is_sent(prices, webhook, tmp_path, monkeypatch):
    """Each process, and each start, would send it anew."""
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path))
    hook = save_destination(Destination("Hook", webhook.address), "").id
    make_rule("ten", hook)
    done = run_check()
    assert webhook.received == []
    (problem,) = done.problems
    assert problem.startswith("Nothing was checked or sent, since the store cannot be used. ")


# Bars that change


def bars_until(days: int, closes: list[float]) -> pd.DataFrame:
    """Return bars at 9 up to `days` from today, and then these closes."""
    today = pd.Timestamp(datetime.now(UTC).date())
    index = pd.date_range(end=today + pd.Timedelta(days=days), periods=40 + len(closes), name="date")
    close = [9.0] * 40 + closes
    return pd.DataFrame(
        {
            "open": close,
            "high": [c + 0.1 for c in close],
            "low": [c - 0.1 for c in close],
            "close": close,
            "volume": 1e3,
        },
        index=index,
    )


def serve(monkeypatch: pytest.MonkeyPatch, bars: pd.DataFrame, **fields: object) -> None:
    """Let a fetch return these bars."""
    data_fields = {name: fields.pop(name) for name in ("stale", "notices", "age_notice") if name in fields}
    data = MarketData(PriceHistory(SYMBOL, SYMBOL, "USD", bars, **fields), (), **data_fields)
    monkeypatch.setattr(firings, "fetch", lambda symbol, source, person: data)


@pytest.mark.parametrize(("frequency", "fired"), [("once", 1), ("daily", 2), ("each time", 2)])
def test_a_price_that_comes_and_goes_fires_once_a_session(monkeypatch, webhook, hook, frequency, fired):
    save_rule(replace(make_rule("ten", hook), frequency=frequency), "")
    for close in (9.5, 10.0, 9.5, 10.0, 9.9):
        serve(monkeypatch, bars_until(0, [close]), in_progress=True)
        run_check()
    assert len(webhook.received) == 1
    assert ", session in progress: Reached" in webhook.received[0]["message"]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        serve(monkeypatch, bars_until(0, [10.0, 10.0]))
        run_check()
        run_check()
    assert len(webhook.received) == fired


def test_a_split_overnight_moves_the_price_and_fires_nothing_by_itself(monkeypatch, webhook, hook):
    """A rule for 10 is set; then one share becomes two, and all prices halve: the same shares reach 5."""
    make_rule("ten", hook)
    before = bars_until(0, [9.8])
    serve(monkeypatch, before)
    run_check()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        bars = bars_until(0, [9.8, 9.8])
        bars[["open", "high", "low", "close"]] /= 2.0
        split = pd.Series([2.0], index=bars.index[-1:])
        serve(monkeypatch, bars, splits=split)
        run_check()
        assert webhook.received == []
        bars.iloc[-1, 1] = 5.0
        serve(monkeypatch, bars, splits=split)
        run_check()
    (received,) = webhook.received
    assert "Reached $5.00" in received["message"]


def test_what_was_missed_while_nobody_checked_is_told_for_a_week(monkeypatch, webhook, hook):
    make_rule("ten", hook)
    for days, told in ((9, 0), (3, 1)):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=False):
            serve(monkeypatch, bars_until(0, [10.0] + [9.0] * days))
            run_check()
        assert len(webhook.received) == told


@pytest.mark.parametrize(
    ("fields", "days", "said"),
    [
        ({"stale": True, "notices": ("Showing prices fetched 3 days ago: down.",)}, 0, "its prices are old. Showing"),
        ({"stale": True, "age_notice": "Showing prices fetched 3 days ago."}, 0, "its prices are old. Showing"),
        ({}, -8, "its last session was on "),
    ],
)
def test_old_bars_fire_nothing_and_it_is_said(monkeypatch, webhook, hook, fields, days, said):
    make_rule("ten", hook)
    serve(monkeypatch, bars_until(days, [10.0]), **fields)
    done = run_check()
    assert (done.firings, done.sent, webhook.received) == ((), (), [])
    assert done.problems[0].startswith(f"{SYMBOL}: not checked, since {said}")


def test_while_yahoo_is_down_nothing_fires_and_it_is_said(yahoo, webhook):
    """The real yfinance, with a store that holds prices of the day before."""
    from tests.support.replay_server import listing, status

    hook = save_destination(Destination("Hook", webhook.address), "").id
    yahoo.lists(listing("CIFR", sessions=300))
    rule = AlertRule("any", ("near_level",), ("CIFR",), threshold=Threshold(9.0, "atr"), destinations=(hook,))
    save_rule(rule, "")
    assert check_alerts("yahoo", lambda symbol, person: ()).problems == ()
    yahoo.fails("any", status(503, "Service Unavailable"))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        received = len(webhook.received)
        done = check_alerts("yahoo", lambda symbol, person: ())
        assert len(webhook.received) == received
        (problem,) = done.problems
        assert problem.startswith("CIFR: not checked, since its prices are old. Showing prices")


# Crashes, clocks and several processes


class Crash(BaseException):
    """The process ends here."""


def crash_after_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(connection: object, key: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(check, "note_sent", end)
        with pytest.raises(Crash):
            run_check()


@pytest.mark.parametrize("jump", [0.0, deliveries.CLAIM_SECONDS + 1.0, 86400.0, -86400.0])
def test_a_crash_between_sending_and_noting_sends_once_more_whatever_the_clock_does(
    store_address, prices, webhook, hook, monkeypatch, jump
):
    make_rule("ten", hook)
    crash_after_sending(monkeypatch)
    assert len(webhook.received) == 1
    now = deliveries.clock.seconds
    monkeypatch.setattr(deliveries.clock, "seconds", lambda connection: now(connection) + jump)
    run_check()
    assert len(webhook.received) == (1 if jump == 0.0 else 2), "the claim of a process that lives holds"
    monkeypatch.setattr(deliveries.clock, "seconds", lambda connection: now(connection) + 2.0 * jump)
    run_check()
    assert len(webhook.received) == (1 if jump == 0.0 else 2)


class Checker:
    """Runs tests/support/alert_checker.py."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.alert_checker"]
        self._program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def check(self, killed_after: float | None = None) -> int:
        """Check once in a process that is killed after so many seconds, and return how many it said it sent."""
        assert self._program.stdin is not None and self._program.stdout is not None
        self._program.stdin.write("check\n")
        self._program.stdin.flush()
        process = int(self._program.stdout.readline().split()[1])
        if killed_after is not None:
            time.sleep(killed_after)
            os.kill(process, signal.SIGKILL)
        sent = 0
        for line in self._program.stdout:
            event, number = line.split()
            if event == "ended":
                break
            sent = int(number)
        return sent

    def end(self) -> None:
        self._program.communicate()


@pytest.fixture
def checkers() -> Iterator[list[Checker]]:
    checkers = [Checker(), Checker()]
    yield checkers
    for checker in checkers:
        checker.end()


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has neither fork nor SIGKILL")
def test_processes_killed_at_any_moment_send_all_and_each_once_more_at_most(
    store_address, prices, webhook, hook, checkers
):
    """Each kill may cost one alert that is sent twice: the one whose sending was not noted."""
    chance = random.Random()
    print("seed", seed := chance.getrandbits(32))
    chance.seed(seed)
    names, kills = [], 0
    for number in range(20):
        for rule in range(3):
            make_rule(f"{number}.{rule}", hook)
            names.append(f"{SYMBOL}: {number}.{rule}")
        checkers[number % 2].check(killed_after=chance.random() * 0.5)
        kills += 1
    for _ in range(3):
        checkers[0].check()
    counts = Counter(titles(webhook))
    assert set(counts) == set(names)
    assert max(counts.values()) <= 2
    assert sum(counts.values()) - len(names) <= kills


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_of_two_processes_one_sends(store_address, prices, webhook, hook, checkers):
    names = []
    for number in range(6):
        for rule in range(4):
            make_rule(f"{number}.{rule}", hook)
            names.append(f"{SYMBOL}: {number}.{rule}")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda checker: checker.check(), checkers))
    checkers[1].check()
    assert sorted(titles(webhook)) == sorted(names)


def test_alerts_of_two_threads_that_both_came_past_the_lease_are_sent_once(store_address, prices, webhook, hook):
    """As of a process that was frozen until its lease was over."""
    for number in range(8):
        make_rule(str(number), hook)
    webhook.status = 500
    run_check()
    webhook.status = 200
    store = get_store()
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(lambda _: len(list(check.send_waiting(store, lambda symbol, person: ()))), range(2)))
    assert sum(sent) == 8
    assert sorted(titles(webhook)) == [f"{SYMBOL}: {number}" for number in range(8)]
