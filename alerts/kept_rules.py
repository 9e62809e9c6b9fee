"""Rules and destinations kept in the store, each under its owner."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from datetime import date as Date
from typing import Any, TypeVar

from alerts.destinations import Destination, check_destination
from alerts.rules import AlertRule, SeenBar, Threshold, check_rule
from market.store.alerts import kept_rows
from market.store.alerts.deliveries import Delivery, forget_once, read_deliveries
from market.store.alerts.kept_rows import ALERT_DESTINATIONS, ALERT_RULES, KeptRow
from market.store.store import get_store

NOT_IN_BODY = ("id", "owner", "sharing", "version")  # columns of their own
Kept = TypeVar("Kept", AlertRule, Destination)

log = logging.getLogger("levelboard.alerts")


def all_rules() -> tuple[AlertRule, ...]:
    """Return the rules of all people, for whoever checks them. Raises `StoreAway`."""
    return _read(ALERT_RULES, None, rule_from_row)


def rules_of(person: str) -> tuple[AlertRule, ...]:
    """Return the rules that the person may see, in the order in which they were made. Raises `StoreAway`."""
    return _read(ALERT_RULES, person, rule_from_row)


def save_rule(rule: AlertRule, person: str) -> AlertRule:
    """Keep a new rule, or the edit of one that was read, and return it as kept.

    A new rule, one that is paused no more and one that waits for something else are armed from today on, unless that is
    on a later day already (see `rules.arm`); the last may fire once again. Raises `InvalidRule`, and `StoreProblem`
    where somebody else changed it meanwhile or it is not the person's to change.
    """
    known = {kept.id: kept for kept in rules_of(person)}.get(rule.id)
    is_rearmed = known is not None and _awaited(known) != _awaited(rule)
    if known is None or is_rearmed or (known.paused and not rule.paused):
        rule = _armed_today(rule)
    row = _row_of(check_rule(rule))

    def change(connection: Any) -> KeptRow:
        saved = kept_rows.save_row(connection, ALERT_RULES, row, rule.version, person)
        if is_rearmed:
            forget_once(connection, rule.id)
        return saved

    return rule_from_row(get_store().database.write_user_change(change))


def delete_rule(rule: AlertRule, person: str) -> None:
    """Delete a rule that was read, and what waits to be sent because of it. Raises `StoreProblem`."""
    get_store().database.write_user_change(
        lambda connection: kept_rows.delete_row(connection, ALERT_RULES, rule.id, rule.version, person)
    )


def share_rule(rule: AlertRule, sharing: str, person: str) -> None:
    """Share a rule of the person's own with everyone to read or to edit, or no longer. Raises `StoreProblem`."""
    get_store().database.write_user_change(
        lambda connection: kept_rows.share_row(connection, ALERT_RULES, rule.id, sharing, person)
    )


def all_destinations() -> tuple[Destination, ...]:
    """Return the destinations of all people, for whoever sends. Raises `StoreAway`."""
    return _read(ALERT_DESTINATIONS, None, destination_from_row)


def destinations_of(person: str) -> tuple[Destination, ...]:
    """Return the destinations that the person may use, in the order in which they were made. Raises `StoreAway`."""
    return _read(ALERT_DESTINATIONS, person, destination_from_row)


def save_destination(destination: Destination, person: str) -> Destination:
    """Keep a new destination, or the edit of one that was read, and return it as kept.

    Raises `InvalidRule`, and `StoreProblem` as `save_rule` does.
    """
    row = _row_of(check_destination(destination))
    saved = get_store().database.write_user_change(
        lambda connection: kept_rows.save_row(connection, ALERT_DESTINATIONS, row, destination.version, person)
    )
    return destination_from_row(saved)


def delete_destination(destination: Destination, person: str) -> None:
    """Delete a destination that was read, and what waits to be sent to it. Raises `StoreProblem`."""
    get_store().database.write_user_change(
        lambda connection: kept_rows.delete_row(
            connection, ALERT_DESTINATIONS, destination.id, destination.version, person
        )
    )


def latest_deliveries(rules: Iterable[AlertRule], count: int = 100) -> tuple[Delivery, ...]:
    """Return the latest alerts of these rules, newest first, and what became of each. Raises `StoreAway`."""
    ids = [rule.id for rule in rules]
    return get_store().database.read_user_data(lambda connection: read_deliveries(connection, ids, count))


def rule_from_row(row: KeptRow) -> AlertRule:
    """Return the rule that a row holds. Raises ValueError, TypeError or KeyError for one that is damaged."""
    values: dict[str, Any] = json.loads(row.body)
    for name, read in _READERS.items():
        values[name] = None if values[name] is None else read(values[name])
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return AlertRule(**values | lists | _columns(row))


def destination_from_row(row: KeptRow) -> Destination:
    """Return the destination that a row holds. Raises ValueError, TypeError or KeyError for one that is damaged."""
    return Destination(**json.loads(row.body), **_columns(row))


_READERS: dict[str, Callable[[Any], Any]] = {
    "threshold": lambda fields: Threshold(**fields),
    "seen": lambda fields: SeenBar(**fields),
    "basis_day": Date.fromisoformat,
    "armed_on": Date.fromisoformat,
}


def _columns(row: KeptRow) -> dict[str, str]:
    return {"id": row.id, "owner": row.owner, "sharing": row.sharing, "version": row.version}


def _row_of(kept: AlertRule | Destination) -> KeptRow:
    """Return the row to save: with a new version, and an id if it has none yet."""
    values = {name: value for name, value in asdict(kept).items() if name not in NOT_IN_BODY}
    body = json.dumps(values, default=Date.isoformat)
    return KeptRow(kept.id or kept_rows.new_token(), kept.owner, kept.sharing, kept_rows.new_token(), body)


def _read(table: Any, person: str | None, from_row: Callable[[KeptRow], Kept]) -> tuple[Kept, ...]:
    rows = get_store().database.read_user_data(lambda connection: kept_rows.read_rows(connection, table, person))
    found = []
    for row in rows:
        try:
            found.append(from_row(row))
        except (ValueError, TypeError, KeyError) as error:  # edited by hand, or of a newer version
            log.warning("An alert rule or destination cannot be read: %s", type(error).__name__)
    return tuple(found)


def _armed_today(rule: AlertRule) -> AlertRule:
    """Return the rule armed from today on; what an earlier session had shown says nothing about later ones."""
    today = datetime.now(UTC).date()
    if rule.armed_on is not None and rule.armed_on >= today:
        return rule
    return replace(rule, armed_on=today, seen=None)


def _awaited(rule: AlertRule) -> AlertRule:
    """Return the rule without what changes nothing in when it fires."""
    return replace(rule, name="", paused=False, destinations=(), version="", sharing="", armed_on=None, seen=None)
