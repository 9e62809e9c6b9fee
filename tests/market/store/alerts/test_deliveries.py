"""An alert is noted once, sent by one process at a time, and tried again until it was sent."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import update

from market.store import clock
from market.store.alerts import deliveries
from market.store.alerts.deliveries import (
    CLAIM_SECONDS,
    KEPT_SECONDS,
    MIN_ATTEMPTS,
    RETRY_SECONDS,
    Delivery,
    DeliveryKey,
    claim,
    forget_once,
    give_up,
    note,
    note_failed,
    note_sent,
    read_deliveries,
    unknown_alerts,
)
from market.store.lease import HOST, new_owner
from market.store.schema import ALERT_DELIVERIES
from market.store.store import Store
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]

KEY = DeliveryKey("rule", "CIFR", "2025-11-24", "level", "mail")
ELSEWHERE = "elsewhere 1 x"


def note_all(store: Store, *keys: DeliveryKey) -> int:
    return len(store.database.write(lambda connection: note(connection, dict.fromkeys(keys, "text"))))


def take(store: Store, claimant: str) -> Delivery | None:
    return store.database.write(lambda connection: claim(connection, claimant))


def only(store: Store) -> Delivery:
    (found,) = store.database.read(lambda connection: read_deliveries(connection, ["rule"], 9))
    return found


def move_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = clock.seconds
    monkeypatch.setattr(deliveries.clock, "seconds", lambda connection: now(connection) + seconds)


def test_what_is_known_is_not_noted_again(store: Store) -> None:
    other = DeliveryKey("rule", "CIFR", "2025-11-25", "level", "mail")
    assert note_all(store, KEY) == 1
    assert note_all(store, KEY, KEY, other) == 1


def test_an_alert_has_its_destinations_from_the_start(store: Store) -> None:
    """A rule that gets another destination later does not tell it what the first was told."""
    to_chat, to_hook = replace(KEY, destination_id="chat"), replace(KEY, destination_id="hook")
    assert note_all(store, KEY, to_chat) == 2
    assert note_all(store, KEY, to_chat, to_hook) == 0
    assert store.database.read(lambda connection: unknown_alerts(connection, [to_hook])) == ()


def test_what_is_given_up_is_not_tried_again(store: Store) -> None:
    note_all(store, KEY)
    store.database.write(lambda connection: give_up(connection, KEY, "Deleted."))
    assert take(store, new_owner()) is None
    assert (only(store).outcome, only(store).problem) == ("given up", "Deleted.")


def test_without_a_destination_an_alert_is_listed_and_never_sent(store: Store) -> None:
    note_all(store, DeliveryKey("rule", "CIFR", "2025-11-24", "level", ""))
    assert take(store, new_owner()) is None
    assert only(store).outcome == "listed"


def test_a_sent_alert_is_not_sent_again(store: Store) -> None:
    note_all(store, KEY)
    taken = take(store, new_owner())
    assert taken is not None
    assert (taken.key, taken.body, taken.attempts) == (KEY, "text", 1)
    store.database.write(lambda connection: note_sent(connection, KEY))
    assert take(store, new_owner()) is None
    assert note_all(store, KEY) == 0
    assert only(store).outcome == "sent"
    assert only(store).done_at is not None


def test_each_of_many_threads_gets_another_alert(store: Store) -> None:
    keys = [DeliveryKey("rule", f"S{number}", "2025-11-24", "", "mail") for number in range(24)]
    note_all(store, *keys)

    def take_all(_: int) -> list[DeliveryKey]:
        claimant, taken = new_owner(), []
        while (delivery := take(store, claimant)) is not None:
            taken.append(delivery.key)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [key for keys in pool.map(take_all, range(4)) for key in keys]
    assert sorted(map(str, taken)) == sorted(map(str, keys))


def test_a_claim_of_another_computer_is_free_when_it_is_over(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    note_all(store, KEY)
    assert take(store, ELSEWHERE) is not None
    assert take(store, new_owner()) is None
    move_clock(monkeypatch, CLAIM_SECONDS + 1.0)
    assert take(store, new_owner()) is not None


@pytest.mark.parametrize("jump", [-86400.0, 86400.0])
def test_a_clock_that_jumps_loses_no_alert(store: Store, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    note_all(store, KEY)
    take(store, ELSEWHERE)
    move_clock(monkeypatch, jump)
    assert take(store, new_owner()) is not None
    store.database.write(lambda connection: note_sent(connection, KEY))
    assert take(store, new_owner()) is None


def test_a_claim_of_a_dead_process_is_free_at_once(store: Store) -> None:
    note_all(store, KEY)
    child = os.fork() if hasattr(os, "fork") else pytest.skip("Windows cannot check whether a process runs")
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    take(store, f"{HOST} {child} x")
    assert take(store, new_owner()) is not None


def test_a_failed_alert_waits_for_another_check(store: Store) -> None:
    note_all(store, KEY)
    claimant = new_owner()
    take(store, claimant)
    assert store.database.write(lambda connection: note_failed(connection, KEY, "No answer.")) == "waiting"
    assert take(store, claimant) is None, "once a check"
    assert only(store).problem == "No answer."
    taken = take(store, new_owner())
    assert taken is not None
    assert taken.attempts == 2


def test_after_three_days_and_ten_attempts_an_alert_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    note_all(store, KEY)
    take(store, new_owner())
    move_clock(monkeypatch, RETRY_SECONDS + 1.0)
    assert store.database.write(lambda connection: note_failed(connection, KEY, "No answer.")) == "waiting"
    store.database.write(lambda connection: connection.execute(update(ALERT_DELIVERIES).values(attempts=MIN_ATTEMPTS)))
    assert store.database.write(lambda connection: note_failed(connection, KEY, "No answer.")) == "given up"
    assert take(store, new_owner()) is None


def test_what_was_done_half_a_year_ago_is_forgotten_but_for_what_fires_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = DeliveryKey("rule", "CIFR", "", "", "mail")
    note_all(store, KEY, once)
    for key in (KEY, once):
        store.database.write(lambda connection, key=key: note_sent(connection, key))
    move_clock(monkeypatch, KEPT_SECONDS + 1.0)
    note_all(store)
    assert only(store).key == once


def test_a_rule_that_fired_once_fires_again_when_it_is_forgotten(store: Store) -> None:
    once = DeliveryKey("rule", "CIFR", "", "", "mail")
    note_all(store, once)
    store.database.write(lambda connection: note_sent(connection, once))
    store.database.write(lambda connection: forget_once(connection, "another"))
    assert note_all(store, once) == 0
    store.database.write(lambda connection: forget_once(connection, "rule"))
    assert note_all(store, once) == 1
