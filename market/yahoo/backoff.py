"""What is left alone for a while because it failed, longer each time it fails again; all who share a store heed it.

Nobody waits in a pause, so this is no matter for a library of retries: those put the caller to sleep and ask again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from market.store import clock
from market.store.database import Database
from market.store.schema import BACKOFFS

LONGEST = 3600.0  # of our own choosing; what Yahoo asks for may be longer
SPREAD = 0.25  # each pause is up to this share longer, so that not all come back in the same second
LONGEST_LEFT = 24 * 3600.0 * (1.0 + SPREAD)  # Yahoo's Retry-After is heeded up to a day


@dataclass(frozen=True)
class Pause:
    """`seconds` from now it will be over; `failures` in a row led to it, the last for this `cause`."""

    seconds: float
    failures: int
    cause: str


def pause_seconds(failures: int, first: float, asked_for: float | None = None) -> float:
    """first · 2^(failures - 1), at most an hour, never less than Yahoo asked for; then up to a quarter longer."""
    doubled = min(first * 2.0 ** min(failures - 1, 30), LONGEST)
    return max(doubled, asked_for or 0.0) * random.uniform(1.0, 1.0 + SPREAD)


def begin(database: Database, key: str, cause: str, first: float, asked_for: float | None = None) -> Pause:
    """A pause from now on, longer than the last one of this key unless `end` came between.

    Several that fail together count once: while a pause is under way it is lengthened only where Yahoo asks for it.
    """

    def change(connection: Connection) -> Pause:
        last = _kept(connection, (key,)).get(key)
        if last is not None and last.seconds > 0.0:
            pause = Pause(max(last.seconds, asked_for or 0.0), last.failures, cause)
        else:
            failures = 1 if last is None else last.failures + 1
            pause = Pause(pause_seconds(failures, first, asked_for), failures, cause)
        until = clock.seconds(connection) + pause.seconds
        connection.execute(delete(BACKOFFS).where(BACKOFFS.c.key == key))
        connection.execute(insert(BACKOFFS).values(key=key, until=until, failures=pause.failures, cause=cause))
        return pause

    return database.write(change)


def under_way(database: Database, keys: Iterable[str]) -> dict[str, Pause]:
    """The pauses of these keys that are not over."""
    kept = database.read(lambda connection: _kept(connection, keys))
    return {key: pause for key, pause in kept.items() if pause.seconds > 0.0}


def end(database: Database, keys: Iterable[str]) -> None:
    """What works again starts from the shortest pause the next time."""
    kept = database.read(lambda connection: _kept(connection, keys))
    if kept:
        database.write(lambda connection: connection.execute(delete(BACKOFFS).where(BACKOFFS.c.key.in_(list(kept)))))


def end_if_over(database: Database, key: str) -> None:
    """As `end`, unless another began the pause anew while this one's question was under way."""
    kept = database.read(lambda connection: _kept(connection, (key,)))
    if key in kept and kept[key].seconds <= 0.0:
        end(database, (key,))


def lift(database: Database, keys: Iterable[str]) -> None:
    """Ends pauses now, for someone who wants it tried; the next failure still counts as one more in a row."""
    wanted = BACKOFFS.c.key.in_(list(keys))
    database.write(lambda connection: connection.execute(update(BACKOFFS).where(wanted).values(until=0.0)))


def _kept(connection: Connection, keys: Iterable[str]) -> dict[str, Pause]:
    """With the seconds left, 0 where it is over; one that ends too late was begun by a clock that was wrong."""
    rows = connection.execute(select(BACKOFFS).where(BACKOFFS.c.key.in_(list(keys)))).all()
    now = clock.seconds(connection) if rows else 0.0
    left = ((row, row.until - now) for row in rows)
    return {
        row.key: Pause(seconds if 0.0 < seconds <= LONGEST_LEFT else 0.0, row.failures, row.cause)
        for row, seconds in left
    }
