"""When each person was here last, by the database's clock."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Row, insert, select, update

from market.store import clock
from market.store.schema import VISITS

VISIT_GAP_SECONDS = 1800.0  # who comes back later than this begins a new visit


def read_last_visit(connection: Connection, person: str) -> datetime | None:
    """Return when the person's visit before the current one ended, or None if there was none."""
    row = _visit(connection, person)
    return None if row is None or row.previous_visit is None else datetime.fromtimestamp(row.previous_visit, UTC)


def note_visit(connection: Connection, person: str) -> None:
    """Note that the person is here now; after half an hour away a new visit begins."""
    now, row = clock.seconds(connection), _visit(connection, person)
    if row is None:
        connection.execute(insert(VISITS).values(person=person, seen_at=now))
        return
    is_new_visit = now - row.seen_at > VISIT_GAP_SECONDS
    previous = row.seen_at if is_new_visit else row.previous_visit
    noted = update(VISITS).where(VISITS.c.person == person).values(seen_at=now, previous_visit=previous)
    connection.execute(noted)


def _visit(connection: Connection, person: str) -> Row[tuple[str, float, float | None]] | None:
    return connection.execute(select(VISITS).where(VISITS.c.person == person)).one_or_none()
