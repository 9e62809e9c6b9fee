"""The database's own clock, so that computers whose clocks differ agree on what has expired."""

from __future__ import annotations

from sqlalchemy import Connection, text

# PostgreSQL's CURRENT_TIMESTAMP stays at the start of the transaction: a transaction that waited for the write lock
# would see a lease granted during that wait as longer than any lease can be. clock_timestamp() keeps running.
CURRENT_TIME = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT EXTRACT(EPOCH FROM clock_timestamp())"),
}
STANDARD_CURRENT_TIME = text("SELECT EXTRACT(EPOCH FROM CURRENT_TIMESTAMP)")


def seconds(connection: Connection) -> float:
    """Return the time in seconds since 1970, by the clock of the computer on which the database runs."""
    return float(connection.execute(CURRENT_TIME.get(connection.dialect.name, STANDARD_CURRENT_TIME)).scalar_one())
