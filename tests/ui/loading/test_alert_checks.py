"""The dashboard checks alerts while an exchange is open, and asks for nothing otherwise."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.check import Check
from alerts.kept_rules import save_rule
from alerts.rules import AlertRule
from market import PriceHistory
from market.market_data import MarketData
from tests.support.generated_bars import walk
from ui.loading import alert_checks
from ui.loading.alert_checks import AlertChecks, check_open_tickers, minutes_between_checks, trades_now

NEW_YORK = PriceHistory("CIFR", "Cipher", "USD", walk(60), zone="America/New_York")
RULE = AlertRule("lost", ("ema_lost",), ("CIFR", "CLSK"))


@pytest.mark.parametrize(
    ("history", "moment", "expected"),
    [
        (NEW_YORK, datetime(2025, 11, 24, 15, 0, tzinfo=UTC), True),
        (NEW_YORK, datetime(2025, 11, 24, 11, 59, tzinfo=UTC), False),
        (NEW_YORK, datetime(2025, 11, 24, 12, 0, tzinfo=UTC), True),
        (NEW_YORK, datetime(2025, 11, 24, 22, 59, tzinfo=UTC), True),
        (NEW_YORK, datetime(2025, 11, 24, 23, 0, tzinfo=UTC), False),
        (NEW_YORK, datetime(2025, 11, 22, 15, 0, tzinfo=UTC), False),  # a Saturday
        (replace(NEW_YORK, in_progress=True), datetime(2025, 11, 24, 23, 30, tzinfo=UTC), True),
        (replace(NEW_YORK, instrument="coin"), datetime(2025, 11, 22, 3, 0, tzinfo=UTC), True),
        (replace(NEW_YORK, zone=None), datetime(2025, 11, 22, 3, 0, tzinfo=UTC), True),
        (replace(NEW_YORK, zone="Asia/Tokyo"), datetime(2025, 11, 24, 0, 30, tzinfo=UTC), True),
    ],
)
def test_an_exchange_is_open_by_its_own_clock(history, moment, expected):
    assert trades_now(history, moment) is expected


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The tickers of each check."""
    checks: list[set[str]] = []

    def check(source, draw, is_wanted):
        checks.append({symbol for symbol in ("CIFR", "CLSK", "MARA") if is_wanted(symbol)})
        return Check(problems=("CLSK: not checked.",))

    monkeypatch.setattr(alert_checks, "check_alerts", check)
    return checks


def test_without_rules_nothing_is_read_or_checked(checked, monkeypatch):
    monkeypatch.setattr(alert_checks, "fetch_stored", lambda symbol, source: pytest.fail("read prices"))
    check_open_tickers("yahoo")
    save_rule(replace(RULE, paused=True), "")
    check_open_tickers("yahoo")
    assert checked == []


@pytest.mark.parametrize(("is_open", "expected"), [(False, []), (True, [{"CIFR", "CLSK"}])])
def test_only_tickers_whose_exchange_is_open_are_checked(checked, monkeypatch, is_open, expected):
    history = replace(NEW_YORK, in_progress=is_open, zone="America/New_York")
    monkeypatch.setattr(alert_checks, "CLOSE_HOUR", 0)  # closed, whenever this test runs
    monkeypatch.setattr(alert_checks, "fetch_stored", lambda symbol, source: MarketData(history, ()))
    save_rule(RULE, "")
    check_open_tickers("yahoo")
    assert checked == expected


def test_what_was_never_fetched_is_checked(checked):
    save_rule(RULE, "")
    check_open_tickers("yahoo")
    assert checked == [{"CIFR", "CLSK"}]


def test_the_thread_goes_on_after_a_fault_and_ends_when_it_is_stopped(monkeypatch):
    rounds, third = [], threading.Event()

    def check(source):
        rounds.append(source)
        if len(rounds) >= 3:
            third.set()
        raise ValueError("a fault")

    monkeypatch.setattr(alert_checks, "check_open_tickers", check)
    checks = AlertChecks(0.0001)
    assert third.wait(30.0)
    checks.stop()
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "alerts"]
    thread.join(30.0)
    assert not thread.is_alive()


def test_zero_minutes_start_no_thread():
    AlertChecks(0.0)
    assert "alerts" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(("text", "minutes"), [("", 5.0), ("2.5", 2.5), ("0", 0.0), ("often", 5.0), ("-1", 5.0)])
def test_the_setting_is_a_number_of_minutes(monkeypatch, capsys, text, minutes):
    monkeypatch.setenv("LEVELS_ALERT_MINUTES", text)
    assert minutes_between_checks() == minutes
    said = capsys.readouterr().err
    assert bool(said) is (text in ("often", "-1"))
