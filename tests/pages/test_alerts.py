"""The Alerts page: a rule from a level to its deletion, its receipt, its destinations, and whose they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from alerts.destinations import Destination
from alerts.kept_rules import (
    all_destinations,
    all_rules,
    delete_destination,
    delete_rule,
    save_destination,
    save_rule,
    share_rule,
)
from alerts.messages import message_to_json
from alerts.rules import AlertRule
from alerts.sending import Message
from indicators import analyse
from market.sample import sample
from market.store.alerts.deliveries import DeliveryKey, note
from market.store.failures import StoreAway
from market.store.store import get_store
from tests.support.alert_servers import web_server
from tests.support.app_pages import at_page, press, run, switch_to_page
from tests.support.page_texts import button_labels, messages, plain
from ui.alert_rules.draft import Draft, level_draft

pytestmark = pytest.mark.apptest

__all__ = ["at_page"]

SECRET = "json://ann:hunter2-secret@example.com/path"


@pytest.fixture(autouse=True)
def no_rules() -> Iterator[None]:
    """Every test begins and ends without rules and destinations."""
    _delete_all()
    yield
    _delete_all()


def _delete_all() -> None:
    for rule in all_rules():
        delete_rule(rule, rule.owner)
    for destination in all_destinations():
        delete_destination(destination, destination.owner)


def texts(at: AppTest) -> str:
    return plain("\n".join(text.value for text in at.main.markdown)) + "\n" + messages(at)


def until_replayed(at: AppTest) -> AppTest:
    """Run the page again until the receipt is there, as it does by itself in a browser."""
    deadline = time.monotonic() + 60
    while "It would have fired" not in texts(at) and time.monotonic() < deadline:
        run(at)
    return at


def ema_draft() -> Draft:
    analysis = analyse(sample.history("CIFR"), sample.targets("CIFR"))
    return level_draft(analysis, next(level for level in analysis.levels if level.label == "EMA 50"))


def test_from_a_level_through_its_receipt_to_a_rule_that_is_paused_edited_and_deleted(at_page):
    at = at_page("levels", source="Sample", ticker="CIFR")
    at.session_state["ladder-alert"] = ema_draft  # as a click on "+ Set" does
    run(at)
    at = until_replayed(switch_to_page(at, "alerts"))
    assert at.title[0].value == "Alerts" and at.main.selectbox[0].value == 0
    receipt = at.dataframe[0].value.iloc[0]
    assert receipt["Ticker"] == "CIFR" and receipt["Sessions"] > 5
    assert f"It would have fired on {receipt['Sessions']} sessions" in texts(at)
    assert "any day" in texts(at) and receipt["Range after"].endswith("days")
    press(at, "Arm")
    (rule,) = all_rules()
    assert (rule.name, rule.kinds, rule.label) == ("CIFR: closes below EMA 50", ("closed_below",), "EMA 50")
    assert rule.armed_on is not None and "is armed" in messages(at) and "Has not fired yet." in messages(at)
    press(at, "Pause")
    assert all_rules()[0].paused and ":gray-badge[paused]" in texts(at)
    press(at, "Resume")
    assert not all_rules()[0].paused
    until_replayed(press(at, "Edit"))
    next(box for box in at.text_input if box.label == "Name" and box.value.startswith("CIFR")).set_value("Mine")
    press(run(at), "Save")
    assert [kept.name for kept in all_rules()] == ["Mine"]
    press(at, "Delete")
    assert all_rules() and "Delete now" in button_labels(at)
    press(at, "Delete now")
    assert not all_rules() and "There are no alerts yet" in messages(at)


def test_what_is_wrong_with_a_rule_is_said_and_it_cannot_be_armed(at_page):
    at = at_page("alerts", source="Sample")
    press(at, "New alert")
    assert "The rule watches no ticker. Name tickers or a watchlist." in messages(at)
    assert "The rule waits for nothing." in messages(at)
    assert next(button for button in at.button if button.label == "Arm").disabled
    press(at, "Cancel")
    assert "There are no alerts yet" in messages(at)


def test_an_address_is_kept_and_shown_masked_and_tested(at_page):
    at = at_page("alerts", source="Sample")
    at.text_input(key="alert-destination-name 0").set_value("Hook")
    at.text_input(key="alert-destination-address 0").set_value(SECRET)
    press(at, "Add")
    (kept,) = all_destinations()
    assert kept.address == SECRET
    shown = texts(at) + "".join(str(box.value) for box in at.text_input)
    assert "json://•••" in shown and "hunter2" not in shown and "ann" not in shown
    delete_destination(kept, "")
    with web_server() as hook:
        save_destination(Destination("Hook", hook.address), "")
        press(run(at), "Send a test")
        assert len(hook.received) == 1 and "Sent a test to Hook." in messages(at)
    press(at, "Send a test")
    assert "Hook: the message was not taken" in messages(at)


def test_an_address_that_is_none_is_refused_in_a_sentence_without_it(at_page):
    at = at_page("alerts", source="Sample")
    at.text_input(key="alert-destination-name 0").set_value("Bad")
    at.text_input(key="alert-destination-address 0").set_value("hunter2-secret")
    press(at, "Add")
    assert "Enter one." in messages(at) and "hunter2" not in texts(at) and not all_destinations()
    assert at.text_input(key="alert-destination-name 0").value == "Bad"


def test_rules_of_another_person_are_hidden_or_can_only_be_read(at_page, monkeypatch):
    private = AlertRule("Ann's own", ("ema_lost",), ("CIFR",))
    save_rule(private, "ann@example.com")
    shared = save_rule(replace(private, name="Ann shares"), "ann@example.com")
    share_rule(shared, "read", "ann@example.com")
    for module in ("rule_list", "destination_list"):
        monkeypatch.setattr(f"ui.alert_rules.{module}.current_person", lambda: "bob@example.com")
    monkeypatch.setattr("ui.sidebar.person.current_person", lambda: "bob@example.com")
    at = at_page("alerts", source="Sample")
    assert "Ann shares" in texts(at) and "Ann's own" not in texts(at)
    assert "Shared by ann@example.com" in messages(at) and "Delete" not in button_labels(at)


def test_outside_text_is_never_run(at_page):
    hostile = AlertRule("<script>alert(1)</script> $x$", ("target_cut",), ("CIFR",), label="[a](javascript:b)")
    save_rule(hostile, "")
    at = at_page("alerts", source="Sample")
    markdown = "\n".join(text.value for text in (*at.main.markdown, *at.main.caption))
    assert "](javascript" not in markdown and "$x$" not in markdown and not at.exception


def test_a_rule_tells_what_it_last_told_and_what_became_of_it(at_page):
    rule = save_rule(AlertRule("Mine", ("ema_lost",), ("CIFR",)), "")
    message = Message("CIFR: Mine", "CIFR, 24 Nov 2025: Closed below the 50-day EMA.\nRule: more.")
    told = {DeliveryKey(rule.id, "CIFR", "2025-11-24", "", ""): message_to_json(message)}
    get_store().database.write_for_all(lambda connection: note(connection, told))
    at = at_page("alerts", source="Sample")
    assert "Last: CIFR, 24 Nov 2025: Closed below the 50-day EMA." in messages(at)
    assert ", listed." in messages(at) and "Rule: more" not in messages(at)


def test_a_store_that_is_away_is_one_sentence(at_page, monkeypatch):
    def away(person: str) -> tuple[AlertRule, ...]:
        raise StoreAway("postgresql://ann:hunter2-secret@example.com/levels")

    monkeypatch.setattr("alerts.kept_rules.rules_of", away)
    at = at_page("alerts", source="Sample")
    assert "cannot be reached" in messages(at) and "hunter2" not in messages(at)


@pytest.mark.long
def test_a_rule_on_a_watchlist_has_a_receipt_for_each_of_its_tickers(at_page):
    at = at_page("alerts", source="Sample")
    at.session_state["alert-draft"] = Draft(AlertRule("Cuts", ("target_cut",), watchlist="Miners"))
    at = until_replayed(run(at))
    rows = at.dataframe[0].value
    assert list(rows["Ticker"]) == ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
    assert list(rows["Sessions"]) == [0, 0, 0, 1, 1]
    press(at, "Arm")
    (rule,) = all_rules()
    assert rule.watchlist == "Miners" and rule.armed_on is not None and not rule.tickers
