"""Alert rules and destinations of people: one row each, replaced only by an edit of the version that is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from market.store.failures import StoreProblem
from market.store.personal.edits import new_token
from market.store.personal.sharing import may_edit, may_read, sharing_at_first
from market.store.schema import ALERT_DELIVERIES, ALERT_DESTINATIONS, ALERT_RULES

__all__ = [
    "ALERT_DESTINATIONS",
    "ALERT_RULES",
    "KeptRow",
    "delete_row",
    "new_token",
    "read_rows",
    "save_row",
    "share_row",
]


@dataclass(frozen=True)
class KeptRow:
    """A rule or a destination: whose it is, how it is shared, which edit of it, and its content as JSON."""

    id: str
    owner: str
    sharing: str
    version: str
    body: str = field(repr=False)


class ChangedMeanwhile(StoreProblem):
    """Somebody else has changed or deleted what was to be edited."""

    def __init__(self, is_deleted: bool) -> None:
        what = "deleted" if is_deleted else "changed"
        super().__init__(f"This was {what} meanwhile, so nothing was saved. Reload the page and look at it again.")


def read_rows(connection: Connection, table: Table, person: str | None) -> tuple[KeptRow, ...]:
    """Return the rows that the person may see, or all for None, in the order in which they were made."""
    rows = connection.execute(select(table).order_by(table.c.place, table.c.id)).all()
    return tuple(_kept(row) for row in rows if person is None or may_read(row.owner, row.sharing, person))


def save_row(connection: Connection, table: Table, row: KeptRow, base_version: str, person: str) -> KeptRow:
    """Add the row as the person's own, or replace the one that was read as `base_version`, and return it as it is now.

    Raises `ChangedMeanwhile`, and `StoreProblem` where the person may not edit it.
    """
    stored = _row(connection, table, row.id)
    if stored is not None and stored.version == row.version:  # saved already, and saved again after an outage
        return _kept(stored)
    if not base_version:
        last = connection.scalar(select(func.max(table.c.place)))
        place = 0 if last is None else last + 1
        new = KeptRow(row.id, person, sharing_at_first(person), row.version, row.body)
        connection.execute(insert(table).values(vars(new) | {"place": place}))
        return new
    current = _checked(stored, base_version, person)
    connection.execute(update(table).where(table.c.id == row.id).values(version=row.version, body=row.body))
    return KeptRow(row.id, current.owner, current.sharing, row.version, row.body)


def share_row(connection: Connection, table: Table, row_id: str, sharing: str, person: str) -> None:
    """Share a row of the person's own with everyone to read or to edit, or no longer. Raises `StoreProblem`."""
    stored = _row(connection, table, row_id)
    if stored is None or not person or stored.owner != person:
        raise StoreProblem("Only its owner can share this.")
    connection.execute(update(table).where(table.c.id == row_id).values(sharing=sharing))


def delete_row(connection: Connection, table: Table, row_id: str, base_version: str, person: str) -> None:
    """Delete the row that was read as `base_version`, and what waits to be sent because of it.

    Raises `ChangedMeanwhile`, and `StoreProblem` where the person may not edit it.
    """
    stored = _row(connection, table, row_id)
    if stored is None:
        return
    _checked(stored, base_version, person)
    connection.execute(delete(table).where(table.c.id == row_id))
    of_it = ALERT_DELIVERIES.c.rule_id if table is ALERT_RULES else ALERT_DELIVERIES.c.destination_id
    is_waiting = ALERT_DELIVERIES.c.outcome == "waiting"
    connection.execute(delete(ALERT_DELIVERIES).where(of_it == row_id, is_waiting))


def _checked(stored: Row[Any] | None, base_version: str, person: str) -> Row[Any]:
    if stored is None or not may_read(stored.owner, stored.sharing, person):
        raise ChangedMeanwhile(is_deleted=True)
    if not may_edit(stored.owner, stored.sharing, person):
        raise StoreProblem(f"This belongs to {stored.owner}, who shares it to read. Make one of your own.")
    if stored.version != base_version:
        raise ChangedMeanwhile(is_deleted=False)
    return stored


def _row(connection: Connection, table: Table, row_id: str) -> Row[Any] | None:
    return connection.execute(select(table).where(table.c.id == row_id)).one_or_none()


def _kept(row: Row[Any]) -> KeptRow:
    return KeptRow(row.id, row.owner, row.sharing, row.version, row.body)
