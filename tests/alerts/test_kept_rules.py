"""Rules and destinations come back from the store as they were kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from alerts.destinations import Destination
from alerts.kept_rules import (
    all_destinations,
    all_rules,
    delete_destination,
    delete_rule,
    destinations_of,
    latest_deliveries,
    rules_of,
    save_destination,
    save_rule,
    share_rule,
)
from alerts.rules import AlertRule, InvalidRule, SeenBar, Threshold
from market.store.alerts.deliveries import DeliveryKey, note, note_sent
from market.store.failures import StoreProblem
from market.store.store import get_store
from tests.support.store_fixtures import postgres, store_address

__all__ = ["postgres", "store_address"]

pytestmark = pytest.mark.usefixtures("store_address")

RULE = AlertRule(
    "Zones, 0.5 ATR",
    ("near_level",),
    ("CIFR",),
    label="Zone top",
    level_kinds=("zone", "ema"),
    threshold=Threshold(0.5, "atr"),
    frequency="each time",
    paused=True,
    destinations=("d1", "d2"),
    basis_day=date(2025, 11, 24),
    armed_on=date(2999, 11, 25),
    seen=SeenBar(1.0, 2.0, 1.5),
)


CUTS = AlertRule("Cuts", ("target_cut", "downgraded"), watchlist="Miners", armed_on=date(2999, 1, 1))


def today() -> date:
    return datetime.now(UTC).date()


@pytest.mark.parametrize("rule", [RULE, CUTS])
def test_a_rule_comes_back_as_it_was_kept(rule):
    kept = save_rule(rule, "ann")
    assert replace(kept, id="", version="") == replace(rule, owner="ann")
    assert kept.id
    assert rules_of("ann") == all_rules() == (kept,)
    assert rules_of("bob") == ()


def test_an_edit_is_a_new_version_and_a_late_one_is_refused():
    first = save_rule(RULE, "ann")
    second = save_rule(replace(first, paused=False), "ann")
    assert (second.id, second.paused) == (first.id, False)
    with pytest.raises(StoreProblem, match="changed meanwhile"):
        save_rule(replace(first, name="Late"), "ann")
    with pytest.raises(StoreProblem, match="changed meanwhile"):
        delete_rule(first, "ann")
    delete_rule(second, "ann")
    assert all_rules() == ()


def test_a_rule_is_armed_on_the_day_on_which_it_is_made_resumed_or_waits_for_something_else():
    long_ago = date(2025, 1, 1)
    kept = save_rule(replace(CUTS, armed_on=None), "")
    assert kept.armed_on == today()
    for edit in ({"paused": False}, {"kinds": ("upgraded",)}):
        old = replace(kept, armed_on=long_ago, paused=True)
        row = "UPDATE levels_alert_rules SET body = replace(replace(body, :today, :then), '\"paused\": false', :paused)"
        values = {"today": str(today()), "then": str(long_ago), "paused": '"paused": true'}
        get_store().database.write(lambda connection, row=row, values=values: connection.execute(text(row), values))
        assert rules_of("") == (old,)
        assert save_rule(replace(old, name="Renamed"), "").armed_on == long_ago
        old = rules_of("")[0]
        kept = save_rule(replace(old, **edit), "")
        assert (kept.armed_on, kept.seen) == (today(), None)
        kept = save_rule(replace(kept, paused=False), "")


def test_a_shared_rule_is_seen_by_others():
    kept = save_rule(RULE, "ann")
    share_rule(kept, "read", "ann")
    assert [rule.id for rule in rules_of("bob")] == [kept.id]


def test_an_invalid_rule_is_not_kept():
    with pytest.raises(InvalidRule):
        save_rule(replace(RULE, name=""), "ann")
    assert all_rules() == ()


def test_a_rule_that_fired_once_is_armed_anew_by_an_edit_of_what_it_waits_for():
    kept = save_rule(replace(RULE, frequency="once"), "")
    once, database = DeliveryKey(kept.id, "CIFR", "", "", "d1"), get_store().database
    database.write(lambda connection: note(connection, {once: "{}"}))
    database.write(lambda connection: note_sent(connection, once))
    kept = save_rule(replace(kept, name="Renamed", paused=False), "")
    assert [delivery.key for delivery in latest_deliveries([kept])] == [once]
    kept = save_rule(replace(kept, threshold=Threshold(1.0, "atr")), "")
    assert latest_deliveries([kept]) == ()


def test_a_row_that_cannot_be_read_is_left_out():
    kept = save_rule(RULE, "")
    save_rule(RULE, "")
    damage = "UPDATE levels_alert_rules SET body = '{}' WHERE place = 0"
    get_store().database.write(lambda connection: connection.exec_driver_sql(damage))
    assert len(all_rules()) == 1
    assert all_rules()[0].id != kept.id


def test_a_destination_comes_back_as_it_was_kept_and_can_be_deleted():
    kept = save_destination(Destination("Mail", "mailto://ann:secret@example.com"), "ann")
    assert destinations_of("ann") == all_destinations() == (kept,)
    assert kept.address == "mailto://ann:secret@example.com"
    assert destinations_of("bob") == ()
    delete_destination(kept, "ann")
    assert all_destinations() == ()
    with pytest.raises(InvalidRule):
        save_destination(Destination("Mail", "ann@example.com"), "ann")
