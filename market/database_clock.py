"""The database's own clock, so that computers whose clocks differ agree on what is over."""

from __future__ import annotations

from sqlalchemy import Connection, text

SQLITE_NOW = text("SELECT (julianday('now') - 2440587.5) * 86400.0")
ANY_NOW = text("SELECT EXTRACT(EPOCH FROM CURRENT_TIMESTAMP)")


def seconds(connection: Connection) -> float:
    """Seconds since 1970 by the clock of the computer on which the database runs."""
    return float(connection.execute(SQLITE_NOW if connection.dialect.name == "sqlite" else ANY_NOW).scalar_one())
