"""Pauses after failures, kept in the store, so that all processes that share it leave Yahoo alone together.

Each failure in a row doubles the pause. Nobody sleeps through one, which is why this is no job for a retry library.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from market.store import clock
from market.store.database import Database
from market.store.schema import BACKOFFS

MAX_OWN_PAUSE_SECONDS = 3600.0  # what Yahoo asks for in Retry-After may be longer
JITTER = 0.25  # each pause is up to this share longer, so that not all processes return in the same second
MAX_PAUSE_SECONDS = 24 * 3600.0 * (1.0 + JITTER)  # a Retry-After is respected up to a day


@dataclass(frozen=True)
class Pause:
    """A pause that ends in `seconds`, after so many `failures` in a row, the last one for this `cause`."""

    seconds: float
    failures: int
    cause: str


def pause_seconds(failures: int, first: float, retry_after: float | None = None) -> float:
    """Return first * 2^(failures - 1), at most an hour and at least `retry_after`, plus up to 25% at random."""
    doubled = min(first * 2.0 ** min(failures - 1, 30), MAX_OWN_PAUSE_SECONDS)
    return max(doubled, retry_after or 0.0) * random.uniform(1.0, 1.0 + JITTER)


def begin(database: Database, key: str, cause: str, first: float, retry_after: float | None = None) -> Pause:
    """Begin a pause now, longer than the last one of this key unless `end` came between, and return it.

    Requests that fail together count as one failure: a pause under way is lengthened only by a `retry_after`.
    """

    def change(connection: Connection) -> Pause:
        last = _stored_pauses(connection, (key,)).get(key)
        if last is not None and last.seconds > 0.0:
            pause = Pause(max(last.seconds, retry_after or 0.0), last.failures, cause)
        else:
            failures = 1 if last is None else last.failures + 1
            pause = Pause(pause_seconds(failures, first, retry_after), failures, cause)
        until = clock.seconds(connection) + pause.seconds
        connection.execute(delete(BACKOFFS).where(BACKOFFS.c.key == key))
        connection.execute(insert(BACKOFFS).values(key=key, until=until, failures=pause.failures, cause=cause))
        return pause

    return database.write(change)


def under_way(database: Database, keys: Iterable[str]) -> dict[str, Pause]:
    """Return the pauses of these keys that are not over."""
    stored = database.read(lambda connection: _stored_pauses(connection, keys))
    return {key: pause for key, pause in stored.items() if pause.seconds > 0.0}


def end(database: Database, keys: Iterable[str]) -> None:
    """Forget the failures of these keys: the next pause is the shortest again."""
    stored = database.read(lambda connection: _stored_pauses(connection, keys))
    if stored:
        database.write(lambda connection: connection.execute(delete(BACKOFFS).where(BACKOFFS.c.key.in_(list(stored)))))


def end_if_over(database: Database, key: str) -> None:
    """Do as `end`, unless another process began a pause while this one's request was under way."""
    stored = database.read(lambda connection: _stored_pauses(connection, (key,)))
    if key in stored and stored[key].seconds <= 0.0:
        end(database, (key,))


def lift(database: Database, keys: Iterable[str]) -> None:
    """End these pauses now, but keep count: the next failure is still one more in a row."""
    wanted = BACKOFFS.c.key.in_(list(keys))
    database.write(lambda connection: connection.execute(update(BACKOFFS).where(wanted).values(until=0.0)))


def _stored_pauses(connection: Connection, keys: Iterable[str]) -> dict[str, Pause]:
    """Return the pauses with the seconds left, 0 for those that are over or that a wrong clock made too long."""
    rows = connection.execute(select(BACKOFFS).where(BACKOFFS.c.key.in_(list(keys)))).all()
    now = clock.seconds(connection) if rows else 0.0
    seconds_left = ((row, row.until - now) for row in rows)
    return {
        row.key: Pause(seconds if 0.0 < seconds <= MAX_PAUSE_SECONDS else 0.0, row.failures, row.cause)
        for row, seconds in seconds_left
    }
