"""The database's own clock, so that computers whose clocks differ agree on what is over."""

from __future__ import annotations

from sqlalchemy import Connection, text

# PostgreSQL's CURRENT_TIMESTAMP stands still within a transaction: one that waited for its turn to write would find
# that a turn given meanwhile ends later than any can
NOW = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT EXTRACT(EPOCH FROM clock_timestamp())"),
}
ANY_NOW = text("SELECT EXTRACT(EPOCH FROM CURRENT_TIMESTAMP)")


def seconds(connection: Connection) -> float:
    """Seconds since 1970 by the clock of the computer on which the database runs."""
    return float(connection.execute(NOW.get(connection.dialect.name, ANY_NOW)).scalar_one())
