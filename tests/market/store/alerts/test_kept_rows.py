"""Rules and destinations have an owner, and an edit applies to the version that was read only."""

from __future__ import annotations

import pytest

from market.store.alerts.deliveries import DeliveryKey, note, read_deliveries
from market.store.alerts.kept_rows import (
    ALERT_DESTINATIONS,
    ALERT_RULES,
    ChangedMeanwhile,
    KeptRow,
    delete_row,
    read_rows,
    save_row,
    share_row,
)
from market.store.failures import StoreProblem
from market.store.store import Store
from tests.support.store_fixtures import postgres, store, store_address

__all__ = ["postgres", "store", "store_address"]


def save(store: Store, row_id: str, version: str, base: str = "", person: str = "", body: str = "{}") -> KeptRow:
    row = KeptRow(row_id, "", "", version, body)
    return store.database.write(lambda connection: save_row(connection, ALERT_RULES, row, base, person))


def ids(store: Store, person: str | None) -> list[str]:
    return [row.id for row in store.database.read(lambda connection: read_rows(connection, ALERT_RULES, person))]


def test_each_person_sees_their_own_rows_and_those_of_everyone(store: Store) -> None:
    save(store, "b", "1", person="ann")
    save(store, "a", "1", person="bob")
    save(store, "c", "1")
    assert (ids(store, "ann"), ids(store, "bob"), ids(store, ""), ids(store, None)) == (
        ["b", "c"],
        ["a", "c"],
        ["c"],
        ["b", "a", "c"],
    )


def test_an_edit_replaces_the_version_that_was_read(store: Store) -> None:
    save(store, "a", "1", person="ann")
    edited = save(store, "a", "2", "1", "ann", '{"x": 1}')
    assert edited == KeptRow("a", "ann", "private", "2", '{"x": 1}')
    assert save(store, "a", "2", "1", "ann", '{"x": 1}') == edited, "the same edit, made again after an outage"
    with pytest.raises(ChangedMeanwhile, match="was changed meanwhile"):
        save(store, "a", "3", "1", "ann")


def test_a_row_of_another_is_as_if_deleted_until_it_is_shared(store: Store) -> None:
    save(store, "a", "1", person="ann")
    with pytest.raises(ChangedMeanwhile, match="was deleted meanwhile"):
        save(store, "a", "2", "1", "bob")
    for sharing in ("read", "edit"):
        store.database.write(
            lambda connection, sharing=sharing: share_row(connection, ALERT_RULES, "a", sharing, "ann")
        )
        assert ids(store, "bob") == ["a"]
        if sharing == "read":
            with pytest.raises(StoreProblem, match="belongs to ann"):
                save(store, "a", "2", "1", "bob")
    assert save(store, "a", "2", "1", "bob").owner == "ann"
    with pytest.raises(StoreProblem, match="Only its owner"):
        store.database.write(lambda connection: share_row(connection, ALERT_RULES, "a", "private", "bob"))


def test_deleting_a_rule_or_a_destination_drops_what_waits_because_of_it(store: Store) -> None:
    save(store, "a", "1", person="ann")
    destination = KeptRow("d", "", "", "1", "{}")
    store.database.write(lambda connection: save_row(connection, ALERT_DESTINATIONS, destination, "", "ann"))
    wanted = {DeliveryKey(rule, "CIFR", "2025-11-24", "", to): "{}" for rule in ("a", "b") for to in ("d", "e", "")}
    store.database.write(lambda connection: note(connection, wanted))

    def left() -> list[tuple[str, str]]:
        found = store.database.read(lambda connection: read_deliveries(connection, ["a", "b"], 99))
        return sorted((delivery.key.rule_id, delivery.key.destination_id) for delivery in found)

    with pytest.raises(ChangedMeanwhile):
        store.database.write(lambda connection: delete_row(connection, ALERT_RULES, "a", "0", "ann"))
    store.database.write(lambda connection: delete_row(connection, ALERT_RULES, "a", "1", "ann"))
    assert left() == [("a", ""), ("b", ""), ("b", "d"), ("b", "e")]
    store.database.write(lambda connection: delete_row(connection, ALERT_DESTINATIONS, "d", "1", "ann"))
    assert left() == [("a", ""), ("b", ""), ("b", "e")]
    assert ids(store, None) == []
